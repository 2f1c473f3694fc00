import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import pruning, queries, repricing, rollup_schema, rollups, span_schema
from keeptabs.store.database import Connection, transaction
from keeptabs.store.migrations import STEPS, migrate
from keeptabs.store.record import Columns, Record, row
from keeptabs.store.repricing import Repricing, Selection
from keeptabs.store.rollups import HOUR

Make = Callable[..., Record]
ALL = Selection(since=0, until=2**62)
_INSERT = f"""INSERT INTO calls ({", ".join(Columns.__struct_fields__)})
    VALUES ({", ".join("?" * len(Columns.__struct_fields__))}) ON CONFLICT DO NOTHING"""


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        yield opened


def put(db: Connection, *records: Record) -> None:
    with transaction(db):
        db.executemany(_INSERT, map(row, records))


costs = st.builds(
    Cost,
    usd=st.none() | st.decimals(0, 10**4, places=10),
    saved=st.none() | st.decimals(0, 10, places=9),
    status=st.sampled_from(CostStatus),
)
outcomes = st.builds(
    Outcome,
    kind=st.sampled_from([OutcomeKind.OK, OutcomeKind.RATE_LIMITED, OutcomeKind.CANCELLED, OutcomeKind.LENGTH]),
    error_type=st.sampled_from([None, "429"]),
)
changes = st.fixed_dictionaries(
    {
        "cost": costs,
        "outcome": outcomes,
        "streamed": st.booleans(),
        "cached": st.sampled_from([None, "local"]),
        "deferred": st.booleans(),
        "response_id": st.sampled_from([None, "a", "b"]),
        "usage": st.none() | st.builds(Usage, tokens=st.dictionaries(st.sampled_from(Bucket), st.integers(0, 10**9))),
        "site": st.sampled_from([None, CallSite("/app/a.py", 1, "f"), CallSite("/app/b.py", 2, "g")]),
        "tags": st.sampled_from([{}, {"feature": "search"}, {"feature": "", "user": "u"}]),
        "timing": st.builds(
            Timing,
            started_at=st.integers(0, 4 * HOUR),
            duration=st.integers(0, 10**13),
            first_chunk=st.none() | st.integers(0, 10**10),
            longest_gap=st.integers(0, 10**10),
        ),
    }
)
steps = st.one_of(
    st.tuples(st.just("insert"), st.lists(changes, max_size=6)),
    st.tuples(st.just("reprice"), costs),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("prune"), st.integers(0, 4 * HOUR)),
)


def take(db: Connection, make: Make, step: tuple[str, object], undone: list[Repricing]) -> None:
    """Do one thing that changes the calls of a ledger."""
    match step:
        case "insert", list() as some:
            put(db, *(make(**each) for each in some))
        case "reprice", Cost() as cost:
            done = Repricing(at=1, book="b", since=0, until=2**62)
            for batch in repricing.reprice(db, ALL, lambda call: cost):
                done = repricing.apply(db, done, batch.calls)
            undone += [done] if done.id else []
        case "undo", _ if undone:
            list(repricing.undo(db, undone.pop()))
        case "prune", int() as before:
            list(pruning.prune(db, before))


@given(st.lists(steps, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rollups_are_the_sums_of_their_calls(record: Make, taken: list[tuple[str, object]]) -> None:
    """Whatever is inserted, repriced, taken back and pruned, in any order; what was pruned stays in the sums."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        undone: list[Repricing] = []
        for step in taken:
            take(db, record, step, undone)
            assert rollups.differences(db) == 0
        gone = db.execute("SELECT coalesce(sum(calls), 0) FROM pruned").fetchone()[0]
        there = db.execute("SELECT count(*) FROM calls").fetchone()[0]
        assert db.execute("SELECT coalesce(sum(calls), 0) FROM rollups").fetchone()[0] == gone + there


@given(st.lists(changes, max_size=12), st.integers(0, 5 * HOUR))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_from_rollups_are_those_of_the_calls(record: Make, some: list[dict[str, object]], since: int) -> None:
    """Totals, lines by model and by site are the same from a ledger without rollups, from any time on."""
    answers = []
    for known in (3, len(STEPS)):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            _make(db, known)
            put(db, *(record(**each) for each in some))
            answers.append(
                (
                    queries.totals(db, since),
                    queries.by_model(db, since),
                    sorted(map(str, queries.by_site(db, since, 9))),
                )
            )
    assert answers[0] == answers[1]


def _make(db: Connection, known: int) -> None:
    """A ledger of an earlier schema, with the columns that records have today."""
    for statements in STEPS[:known]:
        for statement in statements:
            db.execute(statement)
    if known < len(STEPS):
        for statement in (*rollup_schema.STEP[:2], span_schema.STEP[0]):
            db.execute(statement)


def test_a_difference_is_found(db: Connection, record: Make) -> None:
    """A sum that is off, one that is missing and one without calls are three differences."""
    put(db, *(record(timing=Timing(started_at=hour * HOUR)) for hour in range(3)))
    assert rollups.differences(db) == 0
    db.execute("UPDATE rollups SET cost = cost + 1 WHERE hour = 0")
    db.execute("UPDATE rollups SET hour = ? WHERE hour = ?", (7 * HOUR, HOUR))
    assert rollups.differences(db) == 3


def test_names_of_users_are_in_no_rollup(db: Connection, record: Make) -> None:
    """Neither the tag nor what the provider was told."""
    put(db, record(tags={"user": "ada", "feature": "search"}))
    assert "ada" not in str(db.execute("SELECT * FROM rollups").fetchall())
    assert db.execute("SELECT feature FROM rollups").fetchall() == [("search",)]


def test_a_duplicate_of_deferred_work_is_in_no_sum(db: Connection, record: Make) -> None:
    """A result that is fetched twice counts once."""
    put(db, *[record(deferred=True, response_id="batch_1")] * 2)
    assert db.execute("SELECT sum(calls), sum(cost) FROM rollups").fetchone() == (1, 300_000)
    assert db.execute("SELECT sum(count) FROM histograms").fetchone() == (1,)


def test_what_is_beyond_all_belief_stops_at_the_end_of_its_column(db: Connection, record: Make) -> None:
    """A provider that tells absurd amounts does not keep the ledger from taking calls."""
    absurd = Cost(usd=Decimal(9 * 10**9), status=CostStatus.PRICED)
    put(db, *[record(cost=absurd)] * 3)
    assert db.execute("SELECT cost FROM rollups").fetchone() == (2**62,)


@pytest.mark.parametrize("nanoseconds", [1_000_000, 1_000_001, 7_777_777, 2 * 10**9, 10**12])
def test_a_quantile_is_off_by_less_than_is_said(db: Connection, record: Make, nanoseconds: int) -> None:
    """From one millisecond on, wherever a value lies in its bucket."""
    put(db, record(timing=Timing(started_at=HOUR, duration=nanoseconds)))
    (found,) = rollups.quantiles(db, HOUR + 5, "duration", 0.95)
    assert abs(found.value / nanoseconds - 1) <= rollups.WITHIN + 1e-6


def test_a_quantile_is_of_its_share(db: Connection, record: Make) -> None:
    """Of twenty values the nineteenth is the 95th percentile; another model has its own."""
    put(db, *(record(timing=Timing(started_at=HOUR, duration=n * 10**9)) for n in range(1, 21)))
    put(db, record(provider="other", timing=Timing(started_at=HOUR, duration=10**6)))
    found = {each.provider: each.value / 1e9 for each in rollups.quantiles(db, 0, "duration", 0.95)}
    assert found == pytest.approx({"openai": 19, "other": 0.001}, rel=rollups.WITHIN)


def test_of_many_calls_the_percentile_is_an_estimate(
    db: Connection, record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which one it is, and both are near."""
    put(db, *(record(timing=Timing(started_at=HOUR, duration=n * 10**9)) for n in range(1, 21)))
    (exact,) = queries.by_model(db, 0)
    monkeypatch.setattr(queries, "MOST_RANKED", 19)
    (estimate,) = queries.by_model(db, 0)
    assert (exact.p95, exact.p95_is_estimate, estimate.p95_is_estimate) == (19 * 10**9, False, True)
    assert estimate.p95 == pytest.approx(exact.p95, rel=rollups.WITHIN)


def test_of_an_hour_that_was_pruned_all_is_in(db: Connection, record: Make) -> None:
    """A part of it cannot be told any more."""
    put(db, *(record(timing=Timing(started_at=HOUR + n)) for n in range(4)))
    assert queries.totals(db, HOUR + 2).calls == 2
    list(pruning.prune(db, HOUR + 3))
    assert queries.totals(db, HOUR + 2).calls == 4
    assert queries.totals(db, 2 * HOUR).calls == 0
