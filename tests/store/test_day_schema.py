import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import rollups
from keeptabs.store.database import Connection, transaction
from keeptabs.store.migrations import STEPS, migrate
from keeptabs.store.record import Record, row
from keeptabs.store.rollup_schema import KEY, SUMS
from keeptabs.store.rollups import DAY, HOUR
from keeptabs.store.writer import INSERT

Make = Callable[..., Record]
DAYS_STEP = next(number for number, step in enumerate(STEPS) if any("TABLE days" in statement for statement in step))


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        yield opened


def put(db: Connection, make: Make, *times: int, **changes: object) -> None:
    records = [make(timing=Timing(started_at=at, duration=1), **changes) for at in times]
    with transaction(db):
        db.executemany(INSERT, map(row, records))


def summed(db: Connection, since: int, until: int, grain: int) -> list[tuple[object, ...]]:
    table = rollups.spent(db, since, until, grain=grain)
    sums = ", ".join(f"sum({name})" for name in SUMS)
    by = KEY.removeprefix("hour, ")
    return db.execute(
        f"{table.sql} SELECT {by}, {sums} FROM spent GROUP BY {by} ORDER BY 1, 2, 3", table.values
    ).fetchall()


@given(
    times=st.lists(st.integers(0, 4 * DAY), max_size=12),
    since=st.integers(0, 4 * DAY),
    until=st.integers(0, 4 * 24).map(lambda hour: hour * HOUR) | st.just(2**63 - 1),
    pruned=st.none() | st.integers(0, 4 * 24).map(lambda hour: hour * HOUR),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_by_days_are_those_by_hours(
    record: Make, times: list[int], since: int, until: int, pruned: int | None
) -> None:
    """For any calls and any time, also where calls were pruned; and no day differs from its hours."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        put(db, record, *times[::2])
        put(db, record, *times[1::2], provider="anthropic", tags={"feature": "search"})
        if pruned is not None:
            db.execute("DELETE FROM calls WHERE started_at < ?", (pruned,))
            db.execute("INSERT INTO pruned VALUES (?, 1)", (pruned,))
        assert rollups.differences(db) == 0
        assert summed(db, since, until, DAY) == summed(db, since, until, HOUR)


def test_whole_days_are_read_from_days(db: Connection, record: Make) -> None:
    """A month has a row for each of its days, and hours only at its ends."""
    put(db, record, *(day * DAY + hour * HOUR for day in range(5) for hour in range(24)))
    table = rollups.spent(db, HOUR, 4 * DAY + 2 * HOUR, grain=DAY)
    (rows, calls) = db.execute(f"{table.sql} SELECT count(*), sum(calls) FROM spent", table.values).fetchone()
    assert (rows, calls) == (23 + 3 + 2, 23 + 3 * 24 + 2)


def test_a_repricing_changes_the_day(db: Connection, record: Make) -> None:
    """The trigger of an hour's change reaches its day."""
    put(db, record, HOUR, 2 * HOUR)
    db.execute("UPDATE calls SET cost = 7, cost_status = 'stale' WHERE id = 1")
    assert db.execute("SELECT calls, cost, stale FROM days").fetchall() == [(2, 300_007, 1)]


def test_a_day_of_which_all_is_taken_out_is_gone(db: Connection, record: Make) -> None:
    """Of two rollups that are removed the first leaves the other's sums, the second nothing."""
    put(db, record, HOUR, 2 * HOUR)
    db.execute(f"DELETE FROM rollups WHERE hour = {HOUR}")
    assert db.execute("SELECT calls, input FROM days").fetchall() == [(1, 100)]
    db.execute("DELETE FROM rollups")
    assert db.execute("SELECT count(*) FROM days").fetchone() == (0,)


def test_sums_beyond_belief_stay_in_their_column(db: Connection, record: Make) -> None:
    """A provider that reports absurd counts does not keep calls from being written."""
    put(db, record, *(hour * HOUR for hour in range(3)), usage=Usage(tokens={Bucket.INPUT_TEXT: 2**63 - 1}))
    assert db.execute("SELECT input, calls FROM days").fetchall() == [(2**62, 3)]


def test_an_older_ledger_gets_the_days_of_its_hours(record: Make) -> None:
    """The step sums up what is there, and a difference that is made later is seen."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for statements in STEPS[:DAYS_STEP]:
            for statement in statements:
                db.execute(statement)
        put(db, record, HOUR, 3 * HOUR, DAY, cost=Cost(usd=Decimal(1), status=CostStatus.PRICED))
        db.execute(f"PRAGMA user_version = {DAYS_STEP}")
        assert rollups.spent(db, 0, grain=DAY) == rollups.spent(db, 0)
        migrate(db)
        assert db.execute("SELECT day, calls, cost FROM days").fetchall() == [(0, 2, 2 * 10**9), (DAY, 1, 10**9)]
        assert rollups.differences(db) == 0
        db.execute("UPDATE days SET calls = 5 WHERE day = 0")
        assert rollups.differences(db) == 1


@pytest.mark.parametrize(
    ("sql", "plan"),
    [
        (
            "SELECT id FROM calls WHERE model = 'm' AND started_at >= 1 ORDER BY started_at DESC LIMIT 5",
            "calls_by_model",
        ),
        ("SELECT id FROM calls WHERE user = 'u' ORDER BY started_at DESC, id DESC LIMIT 5", "calls_by_user"),
        (
            "SELECT user, count(*), sum(cost) FROM calls WHERE user IS NOT NULL AND started_at >= 1 GROUP BY user",
            "COVERING INDEX calls_by_user",
        ),
    ],
    ids=["a model's newest", "a user's newest", "what each user spent"],
)
def test_an_index_answers_alone(db: Connection, sql: str, plan: str) -> None:
    """No call is read that is not told of."""
    steps = [step for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plan in steps[0]
    assert not [step for step in steps if step.startswith("SCAN")]
