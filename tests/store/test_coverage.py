"""For how many calls a price is known."""

from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.coverage import Coverage, coverage
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
FAILED = Outcome(kind=OutcomeKind.SERVER_ERROR, status=500, error_type="500")


@pytest.fixture
def covered(tmp_path: Path, process: Process) -> Callable[..., Coverage]:
    """What is known of a ledger of some records."""

    def look(*records: Record, since: int = 0) -> Coverage:
        open_writer(tmp_path / "ledger.db").close()
        writer = Writer(tmp_path / "ledger.db")
        for each in records:
            writer.add(each)
        writer.commit({}, process)
        writer.close()
        with reading(tmp_path / "ledger.db") as db:
            return coverage(db, since)

    return look


def cost(status: CostStatus, why: str = "") -> Cost:
    """A cost of some status."""
    usd = None if status in {CostStatus.UNPRICED, CostStatus.NO_USAGE} else Decimal(1)
    return Cost(status=status, usd=usd, why=why)


@pytest.mark.parametrize(
    ("status", "is_line", "is_gap"),
    [
        (CostStatus.PRICED, False, False),
        (CostStatus.FREE, False, False),
        (CostStatus.PROVIDER_REPORTED, False, False),
        (CostStatus.ESTIMATED, False, False),
        (CostStatus.DISPUTED, True, False),
        (CostStatus.STALE, True, False),
        (CostStatus.PARTIAL, True, True),
        (CostStatus.UNPRICED, True, True),
        (CostStatus.NO_USAGE, True, True),
    ],
)
def test_every_status_counts_as_what_it_is(
    covered: Callable[..., Coverage], record: Make, status: CostStatus, is_line: bool, is_gap: bool
) -> None:
    """A disputed or stale price is one; a part of a cost, or none, is a gap."""
    found = covered(record(cost=cost(status, "because")))
    assert (found.calls, found.gaps, found.share) == (1, int(is_gap), 0.0 if is_gap else 1.0)
    assert [(line.status, line.why, line.is_gap) for line in found.lines] == (
        [(status.value, "because", is_gap)] if is_line else []
    )


def test_a_call_that_failed_and_used_nothing_needs_no_price(covered: Callable[..., Coverage], record: Make) -> None:
    """One that failed after it used something does."""
    nothing = record(cost=cost(CostStatus.NO_USAGE), outcome=FAILED, usage=None)
    something = record(cost=cost(CostStatus.UNPRICED), outcome=FAILED)
    found = covered(nothing, something)
    assert (found.calls, found.gaps) == (1, 1)


def test_an_empty_ledger_is_covered(covered: Callable[..., Coverage]) -> None:
    """There is nothing whose price is not known."""
    assert (covered().calls, covered().share, covered().lines) == (0, 1.0, ())


def test_calls_of_a_model_are_one_line_with_their_tokens_and_the_newest_reason(
    covered: Callable[..., Coverage], record: Make
) -> None:
    """The line with the most calls comes first; calls before the time are left out."""
    tokens = Usage(tokens={Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 2})
    unpriced = [
        record(cost=cost(CostStatus.UNPRICED, why), response_model="a", usage=usage)
        for why, usage in (("old", tokens), ("new", tokens), ("newest", None))
    ]
    other = [record(cost=cost(CostStatus.UNPRICED), response_model="b"), record()]
    found = covered(*other, *unpriced)
    assert [(line.model, line.calls, line.tokens, line.why) for line in found.lines] == [
        ("a", 3, 14, "newest"),
        ("b", 1, 110, ""),
    ]
    assert (found.calls, found.gaps) == (5, 4)
    assert covered(since=10**18).calls == 0


def test_a_call_that_a_newer_version_wrote_still_counts(
    covered: Callable[..., Coverage], record: Make, tmp_path: Path
) -> None:
    """What its detail says is not known, and is not needed for that."""
    covered(record(cost=cost(CostStatus.UNPRICED)))
    with closing(open_writer(tmp_path / "ledger.db")) as db:
        db.execute("UPDATE calls SET detail = '{\"later\": 1}'")
    [line] = covered().lines
    assert (line.calls, line.newest, line.why) == (1, None, "")
