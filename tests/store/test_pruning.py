import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.core.exchange import Timing
from keeptabs.store import pruning
from keeptabs.store import writer as writers
from keeptabs.store.database import Connection, reading, transaction
from keeptabs.store.migrations import migrate
from keeptabs.store.pruning import Retention
from keeptabs.store.record import Columns, Record, row
from keeptabs.store.rollups import HOUR
from keeptabs.store.writer import Process, Writer

DAY = 24 * HOUR
NOW = 100 * DAY


@pytest.fixture
def db(record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Twenty calls, one a day, the newest of today; they are removed in threes."""
    monkeypatch.setattr(pruning, "BATCH", 3)
    names = Columns.__struct_fields__
    sql = f"INSERT INTO calls ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        with transaction(opened):
            days = (record(timing=Timing(started_at=NOW - day * DAY)) for day in range(20))
            opened.executemany(sql, map(row, days))
        yield opened


def there(path: Path) -> int:
    with reading(path) as db:
        return pruning.number(db)


def left(db: Connection) -> list[int]:
    """How many days old the calls are that are there."""
    return [(NOW - at) // DAY for (at,) in db.execute("SELECT started_at FROM calls ORDER BY started_at DESC")]


def test_the_oldest_go_first_in_small_steps(db: Connection) -> None:
    """Those from before a time, and none at it; what is gone is noted with the first hour that is whole."""
    assert pruning.old(db, NOW - 12 * DAY).calls == 7
    assert list(pruning.prune(db, NOW - 12 * DAY)) == [3, 3, 1]
    assert left(db) == list(range(13))
    assert db.execute("SELECT * FROM pruned").fetchall() == [(NOW - 13 * DAY + HOUR, 7)]


def test_no_more_go_than_are_wanted(db: Connection) -> None:
    """The rest waits for the next time."""
    assert list(pruning.prune(db, NOW, most=4)) == [3, 1]
    assert left(db) == list(range(16))
    assert list(pruning.prune(db, NOW, most=0)) == []


def test_nothing_old_is_nothing_done(db: Connection) -> None:
    """And nothing is noted."""
    assert list(pruning.prune(db, NOW - 30 * DAY)) == []
    assert db.execute("SELECT * FROM pruned").fetchall() == []


def test_what_would_go_is_told(db: Connection) -> None:
    """How many, from when to when, for how much; and of so many only."""
    assert pruning.old(db, NOW - 12 * DAY) == pruning.Old(7, NOW - 19 * DAY, NOW - 13 * DAY, 7 * 300_000)
    assert pruning.old(db, NOW, 2) == pruning.Old(2, NOW - 19 * DAY, NOW - 18 * DAY, 2 * 300_000)
    assert pruning.old(db, 0).calls == pruning.old(db, NOW, 0).calls == 0


def test_of_calls_at_the_same_time_only_so_many_go(db: Connection) -> None:
    """As an import makes them, whose file tells no time."""
    db.execute("UPDATE calls SET started_at = 5")
    assert pruning.retain(db, Retention(rows=3), NOW, 100) == 17


@pytest.mark.parametrize(
    ("kept", "stay"),
    [
        (Retention(), 20),
        (Retention(days=5), 6),
        (Retention(rows=4), 4),
        (Retention(days=5, rows=4), 4),
        (Retention(days=3, rows=10), 4),
        (Retention(rows=20), 20),
        (Retention(rows=21), 20),
        (Retention(bytes=10**9), 20),
        (Retention(bytes=1), 0),
    ],
    ids=[
        "no limit",
        "days",
        "rows",
        "rows are fewer",
        "days are fewer",
        "just so many",
        "not so many",
        "there is room",
        "there is none",
    ],
)
def test_what_need_not_be_kept_goes(db: Connection, kept: Retention, stay: int) -> None:
    """The strictest limit counts; sums of all calls stay."""
    assert pruning.retain(db, kept, NOW, 100) == 20 - stay
    assert left(db) == list(range(stay))
    assert db.execute("SELECT sum(calls) FROM rollups").fetchone() == (20,)


def test_at_one_time_only_so_many_go(db: Connection) -> None:
    """A writer is not held up by what has gathered in years."""
    assert pruning.retain(db, Retention(days=5), NOW, 4) == 4
    assert left(db) == list(range(16))
    assert pruning.retain(db, Retention(days=14, rows=1, bytes=1), NOW, 4) == 4
    assert left(db) == list(range(12))


def test_what_was_repriced_goes_with_its_history(db: Connection) -> None:
    """No row is left that names a call that is gone."""
    db.execute("INSERT INTO repricings VALUES (1, 1, 'b', 0, 9, 0, 0)")
    db.execute("INSERT INTO repriced_calls SELECT 1, id, '{}' FROM calls")
    list(pruning.prune(db, NOW))
    assert db.execute("SELECT call FROM repriced_calls").fetchall() == db.execute("SELECT id FROM calls").fetchall()


def test_old_calls_go_after_a_commit_and_not_after_each(
    tmp_path: Path, record: Callable[..., Record], process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bounded number at a time; when none is left it is long before it is looked again."""
    path = tmp_path / "ledger.db"
    monkeypatch.setattr(writers, "_OLD_AT_ONCE", 2)
    monkeypatch.setattr(writers, "_OFTEN", 0.0)
    with closing(Writer(path, Retention(rows=1))) as writer:
        left = []
        for _ in range(5):
            writer.add(record())
            writer.commit({}, process)
            left.append(there(path))
        assert left == [1, 2, 3, 4, 5]
    with closing(Writer(path, Retention(rows=1))) as writer:
        left = []
        for _ in range(6):
            writer.add(record())
            writer.commit({}, process)
            left.append(there(path))
    assert left == [4, 3, 2, 1, 1, 2]
