"""Writing to the ledger: batches in one transaction, kept and tried again when the file is out of reach."""

import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path

import msgspec

from keeptabs.store import spool
from keeptabs.store.database import is_damage, open_writer, set_aside, transaction
from keeptabs.store.pruning import Retention, retain
from keeptabs.store.record import Columns, Record, row

MAX_WAITING = 20_000  # records held in memory while the ledger is out of reach; past it they go to the spool
_RETRY_SECONDS = 2.0
_FORK_SECONDS = 2.0
_OLD_AT_ONCE = 5_000  # calls that need not be kept any more, removed after one commit
_OFTEN, _SELDOM = 5.0, 600.0  # seconds until it is looked for more of them: where there are, and where there are none

_NAMES = Columns.__struct_fields__
INSERT = f"""
    INSERT INTO calls ({", ".join(_NAMES)}) VALUES ({", ".join("?" * len(_NAMES))})
    ON CONFLICT (settles) WHERE settles IS NOT NULL DO NOTHING
"""
_HOST = """
    INSERT INTO hosts (host, via, count, last_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (host, via) DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at
"""
_FAULT = """
    INSERT INTO faults (stage, cause, count, last_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (stage, cause) DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at
"""
_PROCESS = """
    INSERT INTO processes VALUES (:pid, :started_at, :seen_at, :service, :command, :version, :clients, :spans)
    ON CONFLICT (pid, started_at) DO UPDATE SET seen_at = excluded.seen_at, clients = excluded.clients,
        spans = excluded.spans
"""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """What a writing process says of itself."""

    pid: int
    started_at: int
    service: str
    command: str
    version: str
    clients: str
    spans: str


class Writer:
    """One process's way into the ledger: one thread writes, any may add.

    SQLite must not be carried across a fork, least of all in the middle of a transaction (sqlite.org/howtocorrupt.html
    §2.6): the file is closed before one, and opened anew on both sides.
    """

    def __init__(self, path: Path, kept: Retention | None = None) -> None:
        self.path, self._kept = path, kept or Retention()
        self._next_look = 0.0
        self._hurried = False
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._quiet = False  # True while a fork waits for nothing of ours
        self._waiting: deque[Record] = deque()
        self._faults: dict[tuple[str, str], int] = {}
        self._hosts: Counter[tuple[str, str]] = Counter()
        self._next_try = 0.0
        self._failing = False  # from the first failure until a commit succeeds
        self._only_spool = False

    def hurry(self) -> None:
        """The process is about to end: what would take long is left, and calls are spooled where they must be."""
        self._hurried = True

    def add(self, record: Record) -> None:
        """Take a record for the next commit."""
        self._waiting.append(record)

    def sighted(self, host: str, via: str) -> None:
        """Note a provider's host that is reached in a way which cannot be recorded, with the next commit."""
        self._hosts[host, via] += 1

    def commit(self, faults: Mapping[tuple[str, str], int], process: Process, *, last: bool = False) -> None:
        """Write what waits.

        Raises the first error of a series; the records stay and are tried again. A damaged file is set aside, the
        records go to a new one, and the damage is raised all the same, so that it is counted. ``last`` tries at once
        and spools what the ledger does not take: the process ends.
        """
        for fault, count in faults.items():
            self._faults[fault] = self._faults.get(fault, 0) + count
        if not (self._waiting or self._faults or self._hosts) or (time.monotonic() < self._next_try and not last):
            return
        with self._lock:
            try:
                self._write(process)
            except (sqlite3.Error, OSError) as error:
                self._failed(error, process, last=last)

    def _failed(self, error: sqlite3.Error | OSError, process: Process, *, last: bool) -> None:
        """Save what can be saved, and raise the first error of a series."""
        self._disconnect()
        if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
            set_aside(self.path, error)
            self._write(process)
            raise error
        self._put_off(last=last)
        if not self._failing:
            self._failing = True
            raise error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._disconnect()

    def before_fork(self) -> None:
        """Finish what is being written and close the file, or give up after a while: a fork must not hang."""
        self._quiet = self._lock.acquire(timeout=_FORK_SECONDS)
        if self._quiet:
            self._disconnect()

    def forked_parent(self) -> None:
        """Go on in the parent."""
        if self._quiet:
            self._lock.release()

    def forked_child(self) -> None:
        """Begin anew in the child; the parent writes what was waiting. Where a write was under way, only spool."""
        self._lock = threading.Lock()
        self._only_spool = not self._quiet
        self._connection = None
        self._waiting.clear()
        self._faults.clear()
        self._hosts.clear()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self, process: Process) -> None:
        if self._only_spool:
            raise OSError("the ledger was being written while this process was forked; its calls are spooled")
        if self._connection is None:
            self._connection = open_writer(self.path, lambda: not self._hurried)
            self._absorb(self._connection)
        now, hosts = time.time_ns(), self._hosts.copy()
        batch = [row(record) for record in tuple(self._waiting)]  # made before the lock is held
        with transaction(self._connection) as connection:
            connection.executemany(INSERT, batch)
            connection.executemany(_FAULT, ((*fault, count, now) for fault, count in self._faults.items()))
            connection.executemany(_HOST, ((*host, count, now) for host, count in hosts.items()))
            connection.execute(_PROCESS, {**msgspec.structs.asdict(process), "seen_at": now})
        for _ in batch:
            self._waiting.popleft()
        self._faults.clear()
        self._hosts -= hosts
        self._next_try, self._failing = 0.0, False
        self._retain(self._connection)

    def _retain(self, connection: sqlite3.Connection) -> None:
        """Remove a bounded number of old calls, now and then."""
        if not self._kept.is_limited or time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _SELDOM
        if retain(connection, self._kept, time.time_ns(), _OLD_AT_ONCE) == _OLD_AT_ONCE:
            self._next_look = time.monotonic() + _OFTEN

    def _absorb(self, connection: sqlite3.Connection) -> None:
        """Take in what earlier processes had to spool."""
        for file in spool.files(self.path):
            mine = spool.claim(file)
            if mine is None:
                continue
            try:
                with transaction(connection):
                    records, faults = spool.read(mine)
                    connection.executemany(INSERT, map(row, records))
                    connection.executemany(_FAULT, ((*fault, n, time.time_ns()) for fault, n in faults.items()))
                mine.unlink()
            finally:
                if mine.exists():
                    mine.rename(file)

    def _put_off(self, *, last: bool) -> None:
        self._next_try = time.monotonic() + _RETRY_SECONDS
        if last or len(self._waiting) >= MAX_WAITING:
            spool.save(self.path, list(self._waiting), self._faults)
            self._waiting.clear()
            self._faults.clear()
