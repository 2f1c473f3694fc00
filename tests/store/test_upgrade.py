import logging
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.store import queries, rollups
from keeptabs.store.database import bring_up, open_writer, reading, writing
from keeptabs.store.migrations import STEPS, version
from keeptabs.store.record import Columns, Record, row
from keeptabs.store.upgrade import backup_of, upgrade
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
NEW = ("saved", "longest_gap", "source")


def old_ledger(path: Path, *records: Record) -> Path:
    """A ledger as the version before rollups made it."""
    names = [name for name in Columns.__struct_fields__ if name not in NEW]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for step in STEPS[:3]:
            for statement in step:
                db.execute(statement)
        db.execute("PRAGMA user_version = 3")
        sql = f"INSERT INTO calls ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        db.executemany(sql, (row(record)[: len(names)] for record in records))
    return path


def calls(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM calls").fetchone()[0])


def test_a_ledger_with_calls_is_copied_before(tmp_path: Path, record: Make) -> None:
    """The copy has the old schema and the calls; the ledger has the new one, and rollups that are right."""
    path = old_ledger(tmp_path / "ledger.db", record(), record(streamed=True))
    with closing(open_writer(path)) as db:
        assert (version(db), rollups.differences(db)) == (len(STEPS), 0)
        assert db.execute("SELECT sum(calls), sum(cost) FROM rollups").fetchone() == (2, 600_000)
    with closing(sqlite3.connect(backup_of(path, 3))) as copy:
        assert (version(copy), copy.execute("SELECT count(*) FROM calls").fetchone()) == (3, (2,))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ledger.db", "ledger.db.v3.bak"]


def test_what_had_no_column_is_taken_from_the_details(tmp_path: Path, record: Make) -> None:
    """What a cache has saved, and how long a stream stood still: as a record of today has them."""
    saved = Cost(usd=Decimal(0), saved=Decimal("0.000123456"), status=CostStatus.PRICED)
    timing = Timing(started_at=1, duration=5, longest_gap=4)
    some = [record(cost=saved, cached="local"), record(streamed=True, timing=timing), record(timing=timing)]
    with closing(open_writer(old_ledger(tmp_path / "ledger.db", *some))) as db:
        found = db.execute("SELECT saved, longest_gap FROM calls ORDER BY id").fetchall()
        assert found == [(123_456, None), (None, 4), (None, None)]
        assert db.execute("SELECT sum(saved) FROM rollups").fetchone() == (123_456,)
        assert db.execute("SELECT count FROM histograms WHERE measure = 'longest_gap'").fetchall() == [(1,)]


def test_an_empty_ledger_needs_no_copy(tmp_path: Path) -> None:
    """Nothing could be lost."""
    path = old_ledger(tmp_path / "ledger.db")
    open_writer(path).close()
    assert not backup_of(path, 3).exists()


def test_there_is_one_copy_at_most(tmp_path: Path, record: Make) -> None:
    """The copies of earlier upgrades go, so that the disk does not fill."""
    path = old_ledger(tmp_path / "ledger.db", record())
    backup_of(path, 2).write_bytes(b"older")
    open_writer(path).close()
    assert [each.name for each in tmp_path.glob("*.bak")] == ["ledger.db.v3.bak"]


def test_without_room_for_a_copy_it_is_upgraded_all_the_same(
    tmp_path: Path, record: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so."""
    path = old_ledger(tmp_path / "ledger.db", record())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("Usage", "free")(free=10))  # noqa: PYI024
    with caplog.at_level(logging.WARNING):
        open_writer(path).close()
    assert "no room for a copy" in caplog.text
    assert not backup_of(path, 3).exists()
    assert calls(path) == 1


def test_an_older_version_that_writes_meanwhile_is_counted(tmp_path: Path, record: Make) -> None:
    """Sums are kept by the file itself, whoever inserts, and whoever reprices."""
    path = old_ledger(tmp_path / "ledger.db", record())
    names = [name for name in Columns.__struct_fields__ if name not in NEW]
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        older.execute("SELECT count(*) FROM calls").fetchone()  # it knows the old schema
        open_writer(path).close()
        sql = f"INSERT INTO calls ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        older.execute(sql, row(record())[: len(names)])
        older.execute("UPDATE calls SET cost = 7, cost_status = 'stale' WHERE id = 1")
    with reading(path) as db:
        assert rollups.differences(db) == 0
        assert db.execute("SELECT sum(calls), sum(cost), sum(stale) FROM rollups").fetchone() == (2, 300_007, 1)


def test_progress_is_told(tmp_path: Path, record: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then while it lasts, and not after it."""
    monkeypatch.setattr("keeptabs.store.upgrade._INSTRUCTIONS", 100)
    path, told = old_ledger(tmp_path / "ledger.db", record()), []
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        upgrade(db, path, lambda: not told.append(1))
        count = len(told)
        db.execute("SELECT count(*) FROM calls, bounds, bounds").fetchone()
    assert 0 < count == len(told)


@pytest.mark.parametrize("after", [0, 1, 5, 20])
def test_an_upgrade_that_is_stopped_changes_nothing(
    tmp_path: Path, record: Make, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whether it copies or takes steps; no part of a copy is left, and the next one begins anew."""
    monkeypatch.setattr("keeptabs.store.upgrade._INSTRUCTIONS", 100)
    path, asked = old_ledger(tmp_path / "ledger.db", record()), iter(range(1_000_000))
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        open_writer(path, lambda: next(asked) < after)
    assert (calls(path), list(tmp_path.glob("*.part"))) == (1, [])
    with closing(sqlite3.connect(path)) as db:
        assert version(db) == 3
    open_writer(path).close()
    with reading(path) as db:
        assert rollups.differences(db) == 0


def test_a_process_that_ends_does_not_wait_for_an_upgrade(
    tmp_path: Path, record: Make, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its calls are spooled, and the next writer takes them in."""
    monkeypatch.setattr("keeptabs.store.upgrade._INSTRUCTIONS", 100)
    path = old_ledger(tmp_path / "ledger.db", record())
    with closing(Writer(path)) as writer:
        writer.add(record())
        writer.hurry()
        with pytest.raises(sqlite3.OperationalError):
            writer.commit({}, process, last=True)
    assert calls(path) == 1
    with closing(Writer(path)) as writer:
        writer.add(record())
        writer.commit({}, process)
    assert calls(path) == 3


def test_reading_brings_an_old_ledger_up(tmp_path: Path, record: Make) -> None:
    """Where it can be written; a new one is left alone."""
    path = old_ledger(tmp_path / "ledger.db", record())
    for _ in range(2):
        bring_up(path, lambda: None)
        with reading(path) as db:
            assert rollups.exist(db)


def test_a_ledger_that_is_locked_is_read_as_it_is(
    tmp_path: Path, record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its calls are added up one by one."""
    monkeypatch.setattr("keeptabs.store.database.BUSY_SECONDS", 0.01)
    path = old_ledger(tmp_path / "ledger.db", record())
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode = WAL")
        holder.execute("BEGIN IMMEDIATE")
        bring_up(path, lambda: None)
        with reading(path) as db:
            assert not rollups.exist(db)
            assert (queries.totals(db, 0).calls, queries.totals(db, 0).cost) == (1, 300_000)
    with writing(path) as db:
        assert rollups.exist(db)
