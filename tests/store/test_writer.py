import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from keeptabs.store import database, spool
from keeptabs.store import writer as module
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]


def count(path: Path, table: str = "calls") -> int:
    with reading(path) as db:
        found: tuple[int] = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return found[0]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(spool.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    return tmp_path / "ledger.db"


def test_a_commit_writes_records_faults_and_the_process(path: Path, record: Make, process: Process) -> None:
    """All that waits is written in one go, and faults add up over commits."""
    writer = Writer(path)
    writer.add(record())
    writer.commit({("wire", "gap"): 2}, process)
    writer.add(record())
    writer.commit({("wire", "gap"): 1}, process)
    writer.close()
    with reading(path) as db:
        assert db.execute("SELECT count(*) FROM calls").fetchone() == (2,)
        assert db.execute("SELECT stage, cause, count FROM faults").fetchall() == [("wire", "gap", 3)]
        assert db.execute("SELECT pid, command FROM processes").fetchall() == [(1, "app.py")]


def test_nothing_to_write_opens_nothing(path: Path, process: Process) -> None:
    """An application that makes no call leaves no file."""
    Writer(path).commit({}, process, last=True)
    assert not path.exists()


def test_a_lock_keeps_the_records_for_later(
    path: Path, record: Make, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written now is told once, and written when the lock is gone."""
    monkeypatch.setattr(module, "_RETRY_SECONDS", 0.0)
    writer = Writer(path)
    with closing(open_writer(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        writer.add(record())
        with pytest.raises(sqlite3.OperationalError):
            writer.commit({}, process)
        writer.add(record())
        writer.commit({}, process)  # the same trouble is not told again
        holder.execute("ROLLBACK")
    writer.commit({}, process)
    writer.close()
    assert count(path) == 2


def test_after_a_failure_it_waits_before_the_next_try(path: Path, record: Make, process: Process) -> None:
    """A ledger that is out of reach is not tried at every tick."""
    writer = Writer(path)
    with closing(open_writer(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        writer.add(record())
        with pytest.raises(sqlite3.OperationalError):
            writer.commit({}, process)
        holder.execute("ROLLBACK")
    writer.commit({}, process)
    assert count(path) == 0
    writer.commit({}, process, last=True)
    assert count(path) == 1


def test_at_the_end_a_locked_ledger_leaves_a_spool_that_the_next_writer_takes_in(
    path: Path, record: Make, process: Process
) -> None:
    """Records and faults of a process that could not write are in the ledger after the next one."""
    with closing(open_writer(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        writer = Writer(path)
        writer.add(record())
        with pytest.raises(sqlite3.OperationalError):
            writer.commit({("wire", "gap"): 1}, process, last=True)
        holder.execute("ROLLBACK")
    assert len(spool.files(path)) == 1
    after = Writer(path)
    after.add(record())
    after.commit({}, process, last=True)
    assert (count(path), count(path, "faults"), spool.files(path)) == (2, 1, [])


def test_too_many_waiting_records_go_to_the_spool(
    path: Path, record: Make, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded while the ledger is out of reach."""
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    writer = Writer(path)
    with closing(open_writer(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for _ in range(4):
            writer.add(record())
        with pytest.raises(sqlite3.OperationalError):
            writer.commit({}, process)
        holder.execute("ROLLBACK")
    assert len(spool.read(spool.files(path)[0])[0]) == 4


def test_a_damaged_file_is_set_aside_and_nothing_lost(path: Path, record: Make, process: Process) -> None:
    """The records go to a new ledger, the damaged one is kept, and the damage is raised to be counted."""
    path.write_bytes(b"not a database, only text" * 100)
    writer = Writer(path)
    writer.add(record())
    with pytest.raises(sqlite3.DatabaseError):
        writer.commit({}, process)
    writer.close()
    assert count(path) == 1
    assert len(list(path.parent.glob("ledger.db.damaged-*"))) == 1


def test_a_file_that_breaks_while_open_is_set_aside(path: Path, record: Make, process: Process) -> None:
    """Damage in the middle of a run costs none of the records that come after it."""
    writer = Writer(path)
    writer.add(record())
    writer.commit({}, process)
    writer.close()
    path.write_bytes(b"overwritten by something else " * 500)
    writer.add(record())
    with pytest.raises(sqlite3.DatabaseError):
        writer.commit({}, process)
    assert count(path) == 1
    writer.close()


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A directory that anybody may use, while this process is somebody who is not root: root may write anywhere."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o777)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield directory
    if before == 0:
        os.seteuid(before)
    for below in directory.rglob("*"):
        below.chmod(0o700)
    shutil.rmtree(directory)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="there are no users here")
@pytest.mark.parametrize("has_ledger", [True, False])
def test_a_read_only_place_spools(nobody: Path, path: Path, record: Make, process: Process, has_ledger: bool) -> None:
    """Where the ledger, or its directory, may not be written, records wait in the temporary directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool.tempfile, "gettempdir", lambda: str(nobody / "tmp"))
        closed = nobody / "closed"
        closed.mkdir()
        ledger = closed / "ledger.db"
        if has_ledger:
            open_writer(ledger).close()
            ledger.chmod(0o400)
        closed.chmod(0o500)
        writer = Writer(ledger)
        writer.add(record())
        with pytest.raises((sqlite3.OperationalError, OSError)):
            writer.commit({}, process, last=True)
        (file,) = spool.files(ledger)
        assert (nobody / "tmp") in file.parents
        assert len(spool.read(file)[0]) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_several_processes_share_a_ledger(path: Path, record: Make, process: Process) -> None:
    """Four processes that write at once lose nothing."""

    def child() -> None:
        database.BUSY_SECONDS = 30.0
        writer = Writer(path)
        for _ in range(10):
            for _ in range(10):
                writer.add(record())
            writer.commit({("wire", "gap"): 1}, process)
        writer.close()

    context = multiprocessing.get_context("fork")
    children = [context.Process(target=child) for _ in range(4)]
    for one in children:
        one.start()
    for one in children:
        one.join()
    assert [one.exitcode for one in children] == [0] * 4
    assert count(path) == 400
    with reading(path) as db:
        assert db.execute("SELECT count FROM faults").fetchall() == [(40,)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_closes_the_file_on_both_sides(path: Path, record: Make, process: Process) -> None:
    """Parent and child both write after a fork, and the child writes none of the parent's records."""
    writer = Writer(path)
    writer.add(record())
    writer.commit({}, process)
    writer.add(record())
    writer.before_fork()
    pid = os.fork()
    if pid == 0:
        writer.forked_child()
        writer.add(record())
        writer.commit({}, process, last=True)
        os._exit(0)
    writer.forked_parent()
    os.waitpid(pid, 0)
    writer.commit({}, process, last=True)
    assert count(path) == 3


def test_a_child_of_a_fork_in_the_middle_of_a_write_only_spools(path: Path, record: Make, process: Process) -> None:
    """When a write cannot be waited for, the child keeps away from the file, whose locks it cannot trust."""
    writer = Writer(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FORK_SECONDS", 0.01)
        with writer._lock:
            writer.before_fork()
        writer.forked_child()
    writer.add(record())
    with pytest.raises(OSError, match="spooled"):
        writer.commit({}, process, last=True)
    assert not path.exists()
    assert len(spool.files(path)) == 1


def test_hosts_that_cannot_be_recorded_are_counted(path: Path, process: Process) -> None:
    """How often, through what, in one line each."""
    for _ in range(2):
        with closing(Writer(path)) as writer:
            writer.sighted("api.x.ai", "grpc")
            writer.sighted("api.x.ai", "grpc")
            writer.sighted("api.x.ai", "python")
            writer.commit({}, process)
            writer.commit({}, process)
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT host, via, count FROM hosts ORDER BY via").fetchall()
    assert rows == [("api.x.ai", "grpc", 4), ("api.x.ai", "python", 2)]


def test_the_result_of_deferred_work_counts_once(path: Path, record: Make, process: Process) -> None:
    """A batch may be fetched by several processes; calls that answer at once may share an id."""
    for _ in range(2):
        with closing(Writer(path)) as writer:
            writer.add(record(deferred=True, response_id="batch_1"))
            writer.add(record(deferred=True, response_id="batch_2"))
            writer.add(record(deferred=True, response_id=None))
            writer.add(record(response_id="batch_1"))
            writer.commit({}, process)
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT settles, count(*) FROM calls GROUP BY settles ORDER BY settles").fetchall()
    assert rows == [(None, 4), ("openai batch_1", 1), ("openai batch_2", 1)]
