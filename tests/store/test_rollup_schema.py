import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.database import Connection
from keeptabs.store.migrations import migrate
from keeptabs.store.record import Columns, Record, row
from keeptabs.store.rollup_schema import BOUNDS, SUMS

Make = Callable[..., Record]
NAMES = Columns.__struct_fields__
NOTHING = dict.fromkeys(SUMS, 0)
USUAL = {
    "calls": 1,
    "ok": 1,
    "costed": 1,
    "cost": 300_000,
    "told_input": 1,
    "input": 100,
    "told_output": 1,
    "output": 10,
}
USUAL |= {"told_cache_read": 1, "cache_read": 40, "duration": 10**9}
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, error_type="429")


def cost(status: CostStatus, saved: str | None = None) -> Cost:
    return Cost(usd=Decimal("0.0003"), status=status, saved=Decimal(saved) if saved else None)


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        yield opened


def put(db: Connection, record: Record) -> None:
    db.execute(f"INSERT INTO calls ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})", row(record))


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({}, {}),
        ({"identity": {"attempt": 3}}, {"retries": 1}),
        ({"streamed": True}, {"streamed": 1}),
        ({"outcome": LIMITED}, {"ok": 0}),
        ({"outcome": Outcome(kind=OutcomeKind.CANCELLED)}, {"ok": 0}),
        ({"outcome": Outcome(kind=OutcomeKind.LENGTH)}, {}),
        ({"cached": "local", "cost": cost(CostStatus.PRICED, "0.5")}, {"cached": 1, "saved": 500_000_000}),
        ({"cost": cost(CostStatus.ESTIMATED)}, {"estimated": 1}),
        ({"cost": cost(CostStatus.DISPUTED)}, {"disputed": 1}),
        ({"cost": cost(CostStatus.STALE)}, {"stale": 1}),
        ({"cost": cost(CostStatus.PARTIAL)}, {"unpriced": 1}),
        ({"cost": Cost(status=CostStatus.UNPRICED)}, {"unpriced": 1, "costed": 0, "cost": 0}),
        ({"cost": Cost(status=CostStatus.NO_USAGE)}, {"unpriced": 1, "costed": 0, "cost": 0}),
        ({"cost": Cost(status=CostStatus.NO_USAGE), "outcome": LIMITED}, {"ok": 0, "costed": 0, "cost": 0}),
        (
            {"usage": Usage(tokens={Bucket.CACHE_WRITE_1H: 7, Bucket.OUTPUT_TEXT: 1, Bucket.OUTPUT_REASONING: 5})},
            {"input": 7, "output": 6, "cache_write": 7, "reasoning": 5, "told_cache_read": 0, "cache_read": 0},
        ),
    ],
    ids=str,
)
def test_each_sum_is_what_it_is_called(
    db: Connection, record: Make, fields: dict[str, Any], changed: dict[str, int]
) -> None:
    """Of one call, and twice as much of two."""
    for times in (1, 2):
        put(db, record(**fields))
        found = db.execute(f"SELECT {', '.join(SUMS)} FROM rollups").fetchone()
        assert dict(zip(SUMS, found, strict=True)) == {
            name: count * times for name, count in (NOTHING | USUAL | changed).items()
        }


@pytest.mark.parametrize(
    ("timing", "streamed", "measures"),
    [
        ({"duration": 5, "first_chunk": 5, "longest_gap": 5}, True, ["duration", "first_chunk", "longest_gap"]),
        ({"duration": 5, "first_chunk": 5, "longest_gap": 5}, False, ["duration"]),
        ({"duration": 0}, True, []),
        ({"duration": 5, "first_chunk": 0}, True, ["duration", "first_chunk"]),
    ],
    ids=["stream", "no stream", "a recording without times", "at once"],
)
def test_what_was_measured_is_counted(
    db: Connection, record: Make, timing: dict[str, int], streamed: bool, measures: list[str]
) -> None:
    """Chunks are those of streams; what was not measured is no zero."""
    put(db, record(streamed=streamed, timing=Timing(started_at=1, **timing)))
    found = db.execute("SELECT measure, count, bound FROM histograms ORDER BY measure").fetchall()
    assert found == [(measure, 1, BOUNDS[0]) for measure in measures]


@pytest.mark.parametrize(
    ("nanoseconds", "bound"),
    [(1, BOUNDS[0]), (BOUNDS[0], BOUNDS[0]), (BOUNDS[0] + 1, BOUNDS[1]), (BOUNDS[-1] + 1, 2**63 - 1)],
)
def test_a_value_is_in_the_first_bucket_that_holds_it(
    db: Connection, record: Make, nanoseconds: int, bound: int
) -> None:
    """A bound belongs to its bucket; the last bucket has no end."""
    put(db, record(timing=Timing(started_at=1, duration=nanoseconds)))
    assert db.execute("SELECT bound FROM histograms").fetchall() == [(bound,)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("cost = 5", (5, 0, 0, 1)),
        ("cost = NULL", (0, 0, 0, 0)),
        ("saved = 7", (300_000, 7, 0, 1)),
        ("cost_status = 'unpriced'", (300_000, 0, 1, 1)),
    ],
)
def test_whoever_changes_money_changes_its_sums(
    db: Connection, record: Make, changed: str, expected: tuple[int, ...]
) -> None:
    """Each column alone."""
    put(db, record())
    db.execute(f"UPDATE calls SET {changed}")
    assert db.execute("SELECT cost, saved, unpriced, costed FROM rollups").fetchone() == expected
