from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.errors import UserError
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import health, queries
from keeptabs.store.database import Connection, reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

SECOND = 1_000_000_000
Fill = Callable[..., Connection]


def at(second: float, duration: float = 1) -> Timing:
    return Timing(started_at=int(second * SECOND), duration=int(duration * SECOND))


UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
LEFT = Outcome(kind=OutcomeKind.CANCELLED, status=200)
NO_USAGE = Cost(status=CostStatus.NO_USAGE)


@pytest.fixture
def fill(tmp_path: Path, process: Process) -> Iterator[Fill]:
    """Writes records to a ledger and opens it for reading."""
    opened = []

    def make(*records: Record) -> Connection:
        writer = Writer(tmp_path / "ledger.db")
        for record in records:
            writer.add(record)
        writer.commit({("wire", "gap"): 3}, process)
        writer.close()
        opened.append(reading(tmp_path / "ledger.db"))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def test_totals_count_what_is_known_and_what_is_not(fill: Fill, record: Callable[..., Record]) -> None:
    """Calls, successes, rate limits, sums, and calls whose cost is not known; a failure without usage is no gap."""
    db = fill(
        record(),
        record(cost=UNPRICED),
        record(usage=None, cost=NO_USAGE),
        record(usage=None, cost=NO_USAGE, outcome=LIMITED),
    )
    expected = queries.Totals(calls=4, ok=3, unpriced=2, rate_limited=1, cost=300_000, input=200, cache_read=80)
    assert queries.totals(db, 0) == expected


def test_totals_of_nothing_are_zero(fill: Fill, record: Callable[..., Record]) -> None:
    """A time without calls has zeros, not NULLs."""
    assert queries.totals(fill(record()), 2_000 * SECOND) == queries.Totals(0, 0, 0, 0, 0, 0, 0)


def test_doubts_are_what_is_disputed_or_stale(fill: Fill, record: Callable[..., Record]) -> None:
    """How many calls, and why it is so of the newest; what is certain, or has no price at all, is none of them."""

    def doubt(status: CostStatus, why: str) -> Cost:
        return Cost(usd=Decimal(1), status=status, why=why)

    db = fill(
        record(),
        record(cost=UNPRICED),
        record(cost=doubt(CostStatus.ESTIMATED, "the usage is estimated")),
        record(cost=doubt(CostStatus.STALE, "200 days")),
        record(cost=doubt(CostStatus.STALE, "95 days")),
        record(cost=doubt(CostStatus.DISPUTED, "$2 or $3")),
        record(cost=doubt(CostStatus.STALE, "long ago"), timing=at(10)),
    )
    expected = [queries.DoubtLine("disputed", 1, "$2 or $3"), queries.DoubtLine("stale", 2, "95 days")]
    assert queries.doubts(db, 999 * SECOND) == expected
    assert queries.doubts(db, 2_000 * SECOND) == []


@pytest.mark.parametrize("outcome", [Outcome(kind=OutcomeKind.OK, status=200), LIMITED, LEFT], ids=str)
@pytest.mark.parametrize("status", CostStatus)
def test_a_call_knows_whether_a_sum_lacks_it(
    fill: Fill, record: Callable[..., Record], status: CostStatus, outcome: Outcome
) -> None:
    """A line of its own says what the totals count."""
    db = fill(record(cost=Cost(status=status), outcome=outcome))
    (line,) = queries.calls(db, 0, 1, model=None, failed=False)
    assert line.is_unpriced == (queries.totals(db, 0).unpriced == 1)


def test_models_come_dearest_first_with_unknown_cost_last(fill: Fill, record: Callable[..., Record]) -> None:
    """One line a model and provider; a model without any price has no cost, and p95 is that of its durations."""
    dear = Cost(usd=Decimal(2), status=CostStatus.PRICED)
    durations = [record(timing=at(10 + n, n)) for n in range(1, 21)]
    db = fill(record(response_model="mine", cost=UNPRICED), *durations, record(response_model="o3", cost=dear))
    lines = queries.by_model(db, 0)
    assert [(line.model, line.calls, line.cost, line.unpriced) for line in lines] == [
        ("o3", 1, 2_000_000_000, 0),
        ("gpt-4o-2024-08-06", 20, 6_000_000, 0),
        ("mine", 1, None, 1),
    ]
    assert lines[1].p95 == 19 * SECOND


def test_sites_are_places_in_the_code(fill: Fill, record: Callable[..., Record]) -> None:
    """Calls from one line are one line; calls without a place are left out."""
    other = CallSite("/app/jobs.py", 17, "nightly")
    db = fill(record(), record(), record(site=other, cost=UNPRICED), record(site=None))
    found = [(line.file, line.line, line.calls, line.cost) for line in queries.by_site(db, 0, 10)]
    assert found == [("/app/answer.py", 88, 2, 600_000), ("/app/jobs.py", 17, 1, None)]


@pytest.mark.parametrize(("waited", "early"), [(4.0, 0), (3.7, 0), (0.2, 1)])
def test_a_retry_before_its_time_is_early(fill: Fill, record: Callable[..., Record], waited: float, early: int) -> None:
    """A retry is early when it came well before the time that the provider asked for."""
    ids = {"trace_id": "a" * 32, "operation_id": "op"}
    first = record(identity=ids, timing=at(10), outcome=LIMITED, rate_limit=RateLimit(retry_after=4.0))
    second = record(identity={**ids, "attempt": 2}, timing=at(11 + waited))
    found = health.early_retries(fill(first, second, record()), 0)
    assert (found.retried, found.early) == (1, early)
    if early:
        assert (found.waited, found.asked) == (pytest.approx(waited), 4.0)


def test_calls_are_newest_first_and_filtered(fill: Fill, record: Callable[..., Record]) -> None:
    """Limit, model, failures and time narrow the list."""
    db = fill(record(timing=at(1)), record(timing=at(3), outcome=LIMITED), record(timing=at(2), response_model="o3"))

    def seconds(since: int = 0, limit: int = 9, model: str | None = None, *, failed: bool = False) -> list[int]:
        found = queries.calls(db, since * SECOND, limit, model=model, failed=failed)
        return [call.started_at // SECOND for call in found]

    assert seconds() == [3, 2, 1]
    assert seconds(limit=1) == [3]
    assert seconds(since=2) == [3, 2]
    assert seconds(model="o3") == [2]
    assert seconds(failed=True) == [3]


@pytest.mark.parametrize("wanted", ["aaaa", "A" * 32, "5555", "last"])
def test_a_trace_is_found_by_the_start_of_an_id(fill: Fill, record: Callable[..., Record], wanted: str) -> None:
    """The start of a trace id or of one of its span ids is enough, in any case."""
    ids = {"trace_id": "a" * 32}
    db = fill(record(), record(identity={**ids, "span_id": "5" * 16}), record(identity=ids, timing=at(2000)))
    assert [call.trace_id for call in queries.trace(db, wanted)] == ["a" * 32] * 2


@pytest.mark.parametrize(("wanted", "said"), [("zz", "no trace begins with 'zz'"), ("0", "more than one trace")])
def test_a_trace_that_is_none_or_many(fill: Fill, record: Callable[..., Record], wanted: str, said: str) -> None:
    """An id that fits nothing, or too much, is a mistake that says so."""
    with pytest.raises(UserError, match=said):
        queries.trace(fill(record(), record()), wanted)


def test_faults_processes_and_what_has_no_price(fill: Fill, record: Callable[..., Record]) -> None:
    """What the doctor asks for comes back as values."""
    db = fill(record(cost=UNPRICED), record(usage=None, cost=NO_USAGE))
    fault = queries.faults(db)[0]
    assert (fault.stage, fault.cause, fault.count) == ("wire", "gap", 3)
    assert [process.command for process in queries.processes(db, 5)] == ["app.py"]
    unpriced = [(line.status, line.calls, line.why) for line in queries.unpriced(db)]
    assert sorted(unpriced) == [("no_usage", 1, ""), ("unpriced", 1, "no price for mine at openai")]


def test_answers_are_plain_values(fill: Fill, record: Callable[..., Record]) -> None:
    """Every answer can be written as JSON."""
    db = fill(record())
    assert msgspec.json.encode([queries.totals(db, 0), *queries.by_model(db, 0), *queries.faults(db)])
