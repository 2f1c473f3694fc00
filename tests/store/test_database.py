import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.store import database, migrations
from keeptabs.store.database import (
    StoreError,
    default_path,
    is_damage,
    open_writer,
    reading,
    set_aside,
    transaction,
    writing,
)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "/home/u/.local/share/keeptabs/ledger.db"),
        ({"XDG_DATA_HOME": "/data"}, "/data/keeptabs/ledger.db"),
        ({"LOCALAPPDATA": "/windows"}, "/windows/keeptabs/ledger.db"),
    ],
)
def test_the_ledger_is_in_the_users_data_directory(environ: dict[str, str], expected: str) -> None:
    """The place follows the platform's variables, else the XDG default."""
    assert default_path(environ, Path("/home/u")) == Path(expected)


def test_a_writer_makes_the_directory_and_uses_a_log(tmp_path: Path) -> None:
    """The file is made where it was asked for, in write-ahead mode, so that readers are never in the way."""
    path = tmp_path / "a" / "b" / "ledger.db"
    with closing(open_writer(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with reading(path) as db:
        assert db.execute("SELECT count(*) FROM calls").fetchone() == (0,)


@pytest.mark.parametrize(("made_with", "expected"), [(None, 8192), (4096, 4096)], ids=["new", "of an earlier version"])
def test_the_pages_of_a_new_ledger_hold_several_calls(tmp_path: Path, made_with: int | None, expected: int) -> None:
    """A file that is there keeps the pages that it has."""
    path = tmp_path / "ledger.db"
    if made_with:
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA page_size = {made_with}")
            db.execute("CREATE TABLE other (a)")
    with closing(open_writer(path)) as db:
        assert db.execute("PRAGMA page_size").fetchone() == (expected,)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """What looks at the ledger cannot change it."""
    path = tmp_path / "ledger.db"
    open_writer(path).close()
    with pytest.raises(StoreError, match="readonly"), reading(path) as db:
        db.execute("DELETE FROM calls")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no ledger at"), (b"not a database, only text" * 100, "cannot be read as a ledger")],
)
def test_a_reader_says_what_is_wrong(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A missing file and one that is no ledger are told in one line that names the file."""
    path = tmp_path / "ledger.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError) as caught, reading(path) as db:
        db.execute("SELECT 1 FROM calls").fetchone()
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def damage(path: Path) -> sqlite3.DatabaseError:
    """Make a file that is no database, and the error that SQLite has for it."""
    path.write_bytes(b"not a database, only text" * 100)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        open_writer(path)
    return caught.value


def test_a_damaged_file_is_kept_under_another_name(tmp_path: Path) -> None:
    """Nothing is deleted: the damaged file is renamed, and its place is free."""
    path = tmp_path / "ledger.db"
    error = damage(path)
    assert is_damage(error)
    kept = set_aside(path, error)
    assert kept is not None
    assert kept.read_bytes().startswith(b"not a database")
    assert not path.exists()


def test_a_whole_file_is_not_set_aside(tmp_path: Path) -> None:
    """When another process has begun a new ledger meanwhile, it stays."""
    path = tmp_path / "ledger.db"
    error = damage(path)
    path.unlink()
    open_writer(path).close()
    assert set_aside(path, error) is None
    assert path.exists()


def test_a_lock_is_no_damage(tmp_path: Path) -> None:
    """An error that passes is told apart from a broken file."""
    path = tmp_path / "ledger.db"
    with closing(open_writer(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as other:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("BEGIN IMMEDIATE")
        holder.execute("ROLLBACK")
    assert not is_damage(caught.value)


def test_maintenance_brings_an_old_ledger_to_the_newest_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is changed by a command has the tables for it, also where no app has written since an upgrade."""
    path = tmp_path / "ledger.db"
    with monkeypatch.context() as before:
        before.setattr(migrations, "STEPS", migrations.STEPS[:2])
        open_writer(path).close()
    with reading(path) as db, pytest.raises(sqlite3.OperationalError, match="no such table"):
        db.execute("SELECT * FROM repricings")
    with writing(path) as db:
        assert db.execute("SELECT count(*) FROM repricings").fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no ledger at"), (b"text" * 1000, "not a database"), (b"", "no such table: calls")],
    ids=["missing", "text", "empty"],
)
def test_maintenance_never_makes_a_ledger(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A file that is missing stays missing, and what is no ledger gets no tables."""
    path = tmp_path / "ledger.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=said), writing(path):
        pass
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_ledger_that_stays_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names the file and that it is locked."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    path = tmp_path / "ledger.db"
    with closing(open_writer(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught, writing(path) as db, transaction(db):
            pass
        holder.execute("ROLLBACK")
    assert str(caught.value) == f"the ledger {path} cannot be written: database is locked"


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """What was done before an error is taken back."""
    path = tmp_path / "ledger.db"
    open_writer(path).close()
    sql = "INSERT INTO faults VALUES (?, 'a', 1, 1)"
    with writing(path) as db:
        with transaction(db):
            db.execute(sql, ("kept",))
        with pytest.raises(sqlite3.IntegrityError), transaction(db):
            db.executemany(sql, [("lost",), ("kept",)])
        assert db.execute("SELECT stage FROM faults").fetchall() == [("kept",)]
