from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import limits_told
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.store.slices import Slice
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
SECOND = 1_000_000_000
ALL = Slice(since=0)
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")
SHORT = Outcome(kind=OutcomeKind.LENGTH, status=200)


@pytest.fixture
def put(tmp_path: Path, process: Process) -> Callable[..., Path]:
    """Writes records into a ledger."""

    def write(*records: Record) -> Path:
        with closing(Writer(tmp_path / "ledger.db")) as writer:
            for record in records:
                writer.add(record)
            writer.commit({}, process)
        return tmp_path / "ledger.db"

    return write


@pytest.fixture
def at(record: Make) -> Callable[..., Record]:
    """A call at a second, with what its answer told of tokens and requests."""

    def make(second: int, tokens: int | None = None, **fields: Any) -> Record:
        limit = RateLimit(limit_tokens=600, remaining_tokens=tokens) if tokens is not None else None
        timing = Timing(started_at=second * SECOND, duration=0)
        values = {"timing": timing, "rate_limit": limit, "account": Account(key="k1"), "request": Asked(model="gpt-4o")}
        return record(**(values | fields))

    return make


def test_limits_are_followed_over_all_answers(put: Callable[..., Path], at: Callable[..., Record]) -> None:
    """By provider, key, model that was asked for and kind, the emptiest first."""
    more = RateLimit(limit_requests=100, remaining_requests=90, limit_tokens=600, remaining_tokens=599)
    file = put(at(1, 600), at(3, 300), at(2, 450), at(4, rate_limit=more, request=Asked(model="o3")), at(5))
    with reading(file) as db:
        read, told = limits_told.told(db, ALL, [0])
    assert read == 5
    assert [each.at for each in told] == [1 * SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND]
    assert [(each.model, each.account, each.kind, each.bucket.remaining) for each in limits_told.follow(told)] == [
        ("gpt-4o", "k1", "tokens", 300),
        ("o3", "k1", "requests", 90),
        ("o3", "k1", "tokens", 599),
    ]


def test_only_the_newest_calls_are_read(put: Callable[..., Path], at: Callable[..., Record]) -> None:
    """However large the ledger is, and whether they tell anything or not."""
    file = put(*(at(second, second) for second in range(1, 9)), at(9))
    with reading(file) as db:
        read, told = limits_told.told(db, ALL, [0], 3)
    assert (read, [each.limit.remaining_tokens for each in told]) == (3, [7, 8])


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        pytest.param(30, (1, 1, 0, 20.0, 30.0), id="as told"),
        pytest.param(18, (1, 1, 0, 20.0, 18.0), id="nearly"),
        pytest.param(17, (1, 1, 1, 20.0, 17.0), id="too early"),
        pytest.param(None, None, id="never"),
    ],
)
def test_what_was_waited_after_a_refusal(
    put: Callable[..., Path], at: Callable[..., Record], again: int | None, expected: tuple[float, ...] | None
) -> None:
    """A refusal that told to wait for 20 seconds, and the attempt after it; 90 % of the time is enough."""
    asked = RateLimit(retry_after=20.0)
    ids = {"trace_id": "a" * 32, "operation_id": "b" * 16}
    records = [at(100, outcome=LIMITED, rate_limit=asked, identity={**ids, "attempt": 1})]
    if again is not None:
        records.append(at(100 + again, identity={**ids, "attempt": 2}))
    with reading(put(*records)) as db:
        found = limits_told.waits(db, ALL)
    assert [(each.retried, each.told, each.early, each.asked, each.waited) for each in found] == (
        [expected] if expected else []
    )


def test_refusals_are_told_from_other_answers(put: Callable[..., Path], at: Callable[..., Record]) -> None:
    """Of every hour all calls are counted, and those that were refused for a rate limit alone."""
    file = put(at(1, outcome=SHORT), at(2, outcome=LIMITED), at(3_700), at(7_300, outcome=LIMITED))
    with reading(file) as db:
        found = limits_told.refused(db, ALL)
    assert [(each.hour // SECOND, each.calls, each.refused) for each in found] == [
        (0, 2, 1),
        (3_600, 1, 0),
        (7_200, 1, 1),
    ]


def test_hours_that_are_not_named_are_not_read(put: Callable[..., Path], at: Callable[..., Record]) -> None:
    """Whoever asks knows from the sums which hours have calls."""
    with reading(put(at(1, 100), at(3_700, 200))) as db:
        read, told = limits_told.told(db, ALL, [3_600 * SECOND])
    assert (read, [each.limit.remaining_tokens for each in told]) == (1, [200])
