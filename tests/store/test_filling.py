import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from keeptabs.store import filling, rollups
from keeptabs.store.database import reading
from keeptabs.store.filling import fill
from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process
from keeptabs.testing.month import calls

_TABLES = ("calls", "rollups", "histograms")


def schema(path: Path) -> list[tuple[str, ...]]:
    with reading(path) as db:
        return db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def test_a_ledger_that_is_filled_is_the_one_that_a_writer_makes(
    tmp_path: Path, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same calls, sums, histograms, indexes and triggers, whatever the size of a batch."""
    monkeypatch.setattr(filling, "_BATCH", 64)
    records = list(islice(calls(1, 150), 150))
    filled, written = tmp_path / "filled.db", tmp_path / "written.db"
    assert list(fill(filled, records)) == [64, 128, 150]
    append(written, records, process)
    assert schema(filled) == schema(written)
    for table in _TABLES:
        with reading(filled) as one, reading(written) as other:
            sql = f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()


def test_a_ledger_that_was_filled_takes_more(tmp_path: Path, record: Callable[..., Record], process: Process) -> None:
    """Its triggers are at work again, and other processes may write at once."""
    path = tmp_path / "ledger.db"
    list(fill(path, [record(), record()]))
    append(path, [record()], process)
    with reading(path) as db:
        assert rollups.differences(db) == 0
        assert db.execute("SELECT sum(calls) FROM rollups").fetchone() == (3,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_result_of_deferred_work_counts_once(tmp_path: Path, record: Callable[..., Record]) -> None:
    """What keeps a result from counting twice is kept while a ledger is filled."""
    path = tmp_path / "ledger.db"
    list(fill(path, [record(deferred=True, response_id="batch-1")] * 3))
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM calls").fetchone() == (1,)
