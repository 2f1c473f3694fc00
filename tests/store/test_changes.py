import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.store.changes import Changes
from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[Changes]:
    with closing(Changes(tmp_path / "ledger.db")) as made:
        yield made


def test_what_is_written_is_seen(
    changes: Changes, tmp_path: Path, record: Callable[..., Record], process: Process
) -> None:
    """The number is another one after each commit, and the same one where there was none."""
    seen = [changes.count(), changes.count()]
    for _ in range(2):
        append(tmp_path / "ledger.db", [record()], process)
        seen += [changes.count(), changes.count()]
    assert [n - seen[0] for n in seen] == [0, 0, 1, 1, 2, 2]


def test_what_is_only_read_is_no_change(
    changes: Changes, tmp_path: Path, record: Callable[..., Record], process: Process
) -> None:
    """Reading, and a write that was taken back, change nothing."""
    append(tmp_path / "ledger.db", [record()], process)
    before = changes.count()
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as db:
        db.execute("SELECT count(*) FROM calls").fetchone()
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM calls")
        db.execute("ROLLBACK")
    assert changes.count() == before


def test_a_file_in_its_place_is_a_change(
    changes: Changes, tmp_path: Path, record: Callable[..., Record], process: Process
) -> None:
    """A ledger that was set aside or removed is seen, and so is what is written to one in its place."""
    append(tmp_path / "ledger.db", [record()], process)
    append(tmp_path / "other.db", [record()], process)
    first = changes.count()
    (tmp_path / "other.db").replace(tmp_path / "ledger.db")
    second = changes.count()
    append(tmp_path / "ledger.db", [record()], process)
    third = changes.count()
    (tmp_path / "ledger.db").unlink()
    assert first < second < third < changes.count()


def test_what_is_no_ledger_can_be_asked(changes: Changes, tmp_path: Path) -> None:
    """Of a file that cannot be read there is nothing to see, and no error."""
    (tmp_path / "ledger.db").write_bytes(b"no database" * 1000)
    assert changes.count() == changes.count()
