"""Opening the ledger file: settings, schema, and a damaged file set aside instead of lost."""

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from keeptabs.core.errors import UserError
from keeptabs.store.places import network_of
from keeptabs.store.upgrade import is_older, upgrade

log = logging.getLogger("keeptabs")

_PAGE = 8_192  # bytes: of the usual 4,096 a quarter would stay empty, as a call takes about 1,500
_PAUSE_SECONDS = 0.02
_TURN_SECONDS = 0.001
BUSY_SECONDS = 10.0  # how long a writer waits for another process; nobody's call waits with it


Connection = sqlite3.Connection


class StoreError(UserError):
    """The ledger cannot be opened. The message says which file and why."""


def default_path(environ: dict[str, str] | None = None, home: Path | None = None) -> Path:
    """The ledger in the user's data directory (XDG Base Directory; %LOCALAPPDATA% on Windows)."""
    environ = dict(os.environ) if environ is None else environ
    base = environ.get("XDG_DATA_HOME") or environ.get("LOCALAPPDATA")
    root = Path(base) if base else (home or Path.home()) / ".local" / "share"
    return root / "keeptabs" / "ledger.db"


def open_writer(path: Path, go_on: Callable[[], bool] = lambda: True) -> sqlite3.Connection:
    """A connection that writes; the file and its directory are made if they are missing.

    ``go_on`` is asked now and then while an old file is upgraded, and stops that with False.

    Raises sqlite3.Error or OSError when it is locked, damaged, or out of reach.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = network_of(path)
    if kind is not None:
        raise OSError(f"{path} is on a network file system ({kind}), where SQLite's log cannot be shared")
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return _connected(path, go_on)
        except sqlite3.OperationalError as error:
            # While another process opens or closes the log SQLite answers "busy" at once, without waiting.
            if not _is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)


def _connected(path: Path, go_on: Callable[[], bool]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE}")  # of a new file; others keep theirs
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        upgrade(connection, path, go_on)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return connection


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """True for an error that says the file itself is broken, not that it is busy or out of reach."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_aside(path: Path, error: sqlite3.DatabaseError) -> Path | None:
    """Rename a damaged ledger, with its journal, so that nothing is deleted and a new one can begin.

    Returns None, and leaves the file, when another process has done so already and what is there is whole.
    """
    if not path.exists() or _is_whole(path):
        return None
    kept = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
    path.rename(kept)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    log.warning("keeptabs: the ledger %s is damaged (%s); it was kept as %s and a new one begun", path, error, kept)
    return kept


def _is_whole(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return not is_damage(error)
    return bool(found == ("ok",))


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """The ledger, open for reading. Raises StoreError when there is none, or what is there cannot be read."""
    if not path.is_file():
        raise StoreError(f"there is no ledger at {path} yet")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as db:
            yield db
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read as a ledger: {error}") from error


def bring_up(path: Path, progress: Callable[[], None]) -> None:
    """Upgrade a ledger that an earlier keeptabs made. One that is locked or cannot be written stays as it is."""
    with reading(path) as db:
        if not is_older(db):
            return
    with suppress(StoreError), writing(path, progress):
        pass


@contextmanager
def writing(path: Path, progress: Callable[[], None] | None = None) -> Iterator[Connection]:
    """The ledger, open for changing what it holds, in the newest schema; one that is not there is not made.

    ``progress`` hears now and then of an upgrade.

    Raises StoreError when there is none, what is there is no ledger, or it cannot be written.
    """
    if not path.is_file():
        raise StoreError(f"there is no ledger at {path} yet")
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as db:
            db.execute("SELECT id FROM calls LIMIT 0")  # another program's database gets no tables of ours
            _upgrade(db, path, progress)
            db.execute("PRAGMA synchronous = NORMAL")
            yield db
    except sqlite3.Error as error:
        raise StoreError(f"the ledger {path} cannot be written: {error}") from error


def _upgrade(db: Connection, path: Path, progress: Callable[[], None] | None) -> None:
    def go_on() -> bool:
        if progress is not None:
            progress()
        return True

    try:
        upgrade(db, path, go_on)
    except OSError as error:
        raise StoreError(f"the ledger {path} cannot be copied before its upgrade: {error}") from error


@contextmanager
def transaction(db: Connection) -> Iterator[Connection]:
    """All of what is done inside, or nothing of it; the lock is taken at once, so that no work is lost to waiting."""
    _begin(db)
    try:
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _begin(db: Connection) -> None:
    """Take the lock, asking for it every millisecond.

    SQLite itself asks less and less often the longer one has waited (up to 100 ms), so that of many processes that
    write at once some wait for seconds.
    """
    until = time.monotonic() + BUSY_SECONDS
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while not _has_begun(db, is_last=time.monotonic() >= until):
            time.sleep(_TURN_SECONDS)
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _has_begun(db: Connection, *, is_last: bool) -> bool:
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if is_last or not _is_busy(error):
            raise
        return False
    return True
