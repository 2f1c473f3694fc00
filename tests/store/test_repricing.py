import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.errors import UserError
from keeptabs.store import repricing
from keeptabs.store.database import Connection, reading, writing
from keeptabs.store.record import Record
from keeptabs.store.repricing import Repriced, Repricing, Selection

ALL = Selection(since=0, until=10**18)
HEAD = Repricing(at=7, book="new prices", since=0, until=10**18)
UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")
NANO = 1_000_000_000


def priced(usd: str) -> Cost:
    return Cost(usd=Decimal(usd), status=CostStatus.PRICED, book="new prices")


def by(cost: Cost) -> Callable[[Call], Cost]:
    """A price for every call."""
    return lambda call: cost


def run(db: Connection, price: Callable[[Call], Cost], selection: Selection = ALL) -> Repricing:
    """A whole repricing."""
    done = HEAD
    for batch in repricing.reprice(db, selection, price):
        done = repricing.apply(db, done, batch.calls)
    return done


def rows(db: Connection) -> list[tuple[object, ...]]:
    """All that the table of calls holds."""
    return db.execute("SELECT * FROM calls ORDER BY id").fetchall()


def kept(db: Connection) -> list[tuple[int, int]]:
    """What is held changed: repricing and call."""
    return db.execute("SELECT repricing, call FROM repriced_calls ORDER BY 1, 2").fetchall()


@pytest.fixture
def db(five: Path) -> Iterator[Connection]:
    with writing(five) as opened:
        yield opened


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, [2, 3, 4, 1, 5]),
        ({"since": 2 * NANO}, [3, 4, 1, 5]),
        ({"until": 3 * NANO}, [2, 3, 4]),
        ({"since": 2 * NANO, "until": 3 * NANO}, [3, 4]),
        ({"provider": "anthropic"}, []),
        ({"provider": "openai", "model": "gpt-4o-2024-08-06"}, [2, 3, 4, 1, 5]),
        ({"model": "gpt-4o"}, []),
    ],
    ids=str,
)
def test_selected_calls_come_once_in_the_order_of_time(
    db: Connection, selection: dict[str, int], expected: list[int]
) -> None:
    """From since to before until, of one provider and model; calls at the same time fall in no gap between batches."""
    chosen = msgspec.structs.replace(ALL, **selection)
    batches = list(repricing.reprice(db, chosen, by(priced("1"))))
    assert [each.id for batch in batches for each in batch.calls] == expected
    assert max((len(batch.calls) for batch in batches), default=0) <= 2
    assert repricing.count(db, chosen) == len(expected)


def test_looking_changes_nothing(five: Path) -> None:
    """A connection that cannot write is enough to see what would change."""
    with reading(five) as db:
        found = [each for batch in repricing.reprice(db, ALL, by(priced("1"))) for each in batch.calls]
        assert [(each.is_changed, each.now.usd) for each in found] == [(True, 1)] * 5
        assert repricing.repricings(db) == []


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (priced("0.0003"), False),
        (priced("0.00030"), False),
        (priced("0.0003000001"), True),
        (Cost(usd=Decimal("0.0003"), status=CostStatus.STALE, why="old"), True),
        (Cost(usd=Decimal("0.0003"), status=CostStatus.PRICED, saved=Decimal(1)), True),
        (UNPRICED, True),
    ],
    ids=["other book", "other form of the amount", "amount", "status", "saved", "lost"],
)
def test_a_change_is_of_the_amount_or_of_how_it_is_known(
    record: Callable[..., Record], now: Cost, changed: bool
) -> None:
    """A newer price list with the same price leaves a call as it is."""
    call = record().call
    assert Repriced(id=1, detail="", call=call, now=now).is_changed is changed


def test_applying_writes_amount_status_and_detail_and_nothing_else(db: Connection) -> None:
    """The columns and the detail's cost are the new ones; every other byte of the row is as before."""
    before = rows(db)
    done = run(db, lambda call: priced("1.5") if call.timing.started_at == 5 * NANO else call.cost)
    after = rows(db)
    names = [name for _, name, *_ in db.execute("PRAGMA table_info(calls)")]
    old, new = dict(zip(names, before[4], strict=True)), dict(zip(names, after[4], strict=True))
    detail, was = new.pop("detail"), old.pop("detail")
    assert after[:4] == before[:4]
    assert (new.pop("cost"), new.pop("cost_status")) == (1_500_000_000, "priced")
    assert (old.pop("cost"), old.pop("cost_status")) == (300_000, "priced")
    assert new == old
    costs = [msgspec.json.encode(msgspec.json.decode(text)["cost"]).decode() for text in (str(was), str(detail))]
    assert str(was).replace(*costs) == detail
    assert (done.id, done.before, done.after, done.calls) == (1, 300_000, 1_500_000_000, 1)


def test_what_was_done_is_listed(db: Connection) -> None:
    """The newest first, with book, span, sums and the calls held changed, as the run itself said."""
    first, second = run(db, by(priced("1"))), run(db, by(UNPRICED))
    assert repricing.repricings(db) == [second, first]
    assert (first.before, first.after, first.calls) == (1_500_000, 5 * NANO, 5)
    assert (second.id, second.before, second.after, second.calls) == (2, 5 * NANO, 0, 5)
    assert (second.at, second.book, second.since, second.until) == (7, "new prices", 0, 10**18)


def test_without_a_change_nothing_is_noted(db: Connection) -> None:
    """A run that agrees with the ledger leaves no row of its own."""
    assert run(db, lambda call: call.cost) == HEAD
    assert repricing.repricings(db) == []


def test_an_amount_beyond_all_belief_stands_in_the_detail_alone(db: Connection) -> None:
    """Its column is empty, as that of a call that was recorded with it."""
    run(db, by(priced("1e12")))
    assert db.execute("SELECT DISTINCT cost, json_extract(detail, '$.cost.usd') FROM calls").fetchall() == [
        (None, "1E+12")
    ]


def test_a_call_that_cannot_be_read_is_counted_and_left(db: Connection) -> None:
    """What a newer keeptabs wrote stays as it is."""
    db.execute("UPDATE calls SET detail = replace(detail, '\"ok\"', '\"a new kind\"') WHERE id = 3")
    found = list(repricing.reprice(db, ALL, by(priced("1"))))
    assert [batch.unreadable for batch in found] == [1, 0, 0]
    assert [each.id for batch in found for each in batch.calls] == [2, 4, 1, 5]


def test_what_a_newer_version_put_into_a_detail_stays(db: Connection) -> None:
    """Members that are not known here are written back."""
    db.execute("UPDATE calls SET detail = json_set(detail, '$.future', json('{\"a\":[1]}'))")
    run(db, by(priced("1")))
    assert db.execute("SELECT DISTINCT json_extract(detail, '$.future') FROM calls").fetchall() == [('{"a":[1]}',)]


def test_a_call_that_changed_meanwhile_is_left(db: Connection) -> None:
    """Two that reprice at once do not write over one another: the second finds another detail, and passes it over."""
    batches = [list(repricing.reprice(db, ALL, by(priced(usd)))) for usd in ("1", "2")]
    first = repricing.apply(db, HEAD, batches[0][0].calls)
    second = repricing.apply(db, HEAD, [each for batch in batches[1] for each in batch.calls])
    assert (first.calls, second.calls) == (2, 3)
    assert kept(db) == [(1, 2), (1, 3), (2, 1), (2, 4), (2, 5)]
    assert db.execute("SELECT cost FROM calls ORDER BY id").fetchall() == [(n * NANO,) for n in (2, 1, 1, 2, 2)]


def test_undoing_restores_every_byte(db: Connection) -> None:
    """Whatever was changed how often, taken back from the newest on the ledger is as it was; the rows stay, empty."""
    before = rows(db)
    done = [run(db, by(priced("1"))), run(db, by(UNPRICED), Selection(since=2 * NANO, until=5 * NANO))]
    assert rows(db) != before
    assert [sum(repricing.undo(db, each)) for each in reversed(done)] == [3, 5]
    assert rows(db) == before
    assert kept(db) == []
    assert [(each.id, each.before, each.after, each.calls) for each in repricing.repricings(db)] == [
        (2, 0, 0, 0),
        (1, 0, 0, 0),
    ]


def test_an_earlier_repricing_waits_for_the_later_one(db: Connection) -> None:
    """Where a later one changed the same calls again it is named; one of other calls is not in the way."""
    first = run(db, by(priced("1")), Selection(since=0, until=3 * NANO))
    run(db, by(priced("2")), Selection(since=3 * NANO, until=9 * NANO))
    third = run(db, by(priced("3")), Selection(since=2 * NANO, until=3 * NANO))
    with pytest.raises(UserError, match="repricing 3 changed calls of repricing 1 again: undo 3 first"):
        list(repricing.undo(db, first))
    assert sum(repricing.undo(db, third)) == 2
    assert sum(repricing.undo(db, first)) == 3
    assert kept(db) == [(2, 1), (2, 5)]


def test_a_ledger_from_before_repricings_has_none(tmp_path: Path) -> None:
    """It can be asked all the same."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        old.execute("CREATE TABLE calls (id INTEGER)")
    with reading(path) as db:
        assert repricing.repricings(db) == []


costs = st.one_of(
    st.just(UNPRICED),
    st.builds(
        Cost,
        usd=st.decimals(0, 10**6, places=12),
        status=st.sampled_from([CostStatus.PRICED, CostStatus.STALE, CostStatus.PARTIAL]),
        why=st.text(max_size=5),
    ),
)


@given(st.lists(st.lists(costs, min_size=5, max_size=5), max_size=4))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_money_is_neither_made_nor_lost(db: Connection, prices: list[list[Cost]]) -> None:
    """However often history is repriced, the sums of the ledger move by what the repricings say, and come back."""
    before = rows(db)
    done = []
    for some in prices:
        total = db.execute("SELECT coalesce(sum(cost), 0) FROM calls").fetchone()[0]
        following = iter(some)
        done.append(run(db, lambda call, following=following: next(following)))
        assert db.execute("SELECT coalesce(sum(cost), 0) FROM calls").fetchone()[0] == (
            total + done[-1].after - done[-1].before
        )
    for each in reversed(done):
        list(repricing.undo(db, each))
    assert rows(db) == before
