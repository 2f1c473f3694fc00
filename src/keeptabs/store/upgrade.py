"""Bringing a ledger of an older schema to the newest, with a copy of what it was beside it."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from keeptabs.store.migrations import STEPS, migrate, version

log = logging.getLogger("keeptabs")

_INSTRUCTIONS = 1_000_000  # of SQLite's, between two words of progress
_PAGES = 10_000  # that are copied between two of them


def is_older(connection: sqlite3.Connection) -> bool:
    """True for a ledger that an earlier version of keeptabs made."""
    return 0 < version(connection) < len(STEPS)


def upgrade(connection: sqlite3.Connection, path: Path, go_on: Callable[[], bool] = lambda: True) -> None:
    """Bring the file at ``path`` to the newest schema; one that holds calls is copied first, as ``backup_of`` says.

    ``go_on`` is asked at every million of SQLite's instructions, and stops it with False. Raises sqlite3.Error or
    OSError, and leaves the ledger as it was, when it is stopped or cannot be done.
    """
    connection.set_progress_handler(lambda: not go_on(), _INSTRUCTIONS)
    try:
        if is_older(connection) and connection.execute("SELECT 1 FROM calls LIMIT 1").fetchone():
            _back_up(connection, path, go_on)
        migrate(connection)
    finally:
        connection.set_progress_handler(None, 0)


def backup_of(path: Path, number: int) -> Path:
    """Where the copy of a ledger of schema ``number`` lies: ``ledger.db.v3.bak``. There is one at most."""
    return path.with_name(f"{path.name}.v{number}.bak")


def _back_up(connection: sqlite3.Connection, path: Path, go_on: Callable[[], bool]) -> None:
    """Copy the ledger, unless the disk has no room for it: the steps only add, and all of them or none are taken."""
    number, size = version(connection), path.stat().st_size
    if shutil.disk_usage(path.parent).free < 2 * size:  # the copy, and what the steps add
        log.warning("keeptabs: no room for a copy of the ledger %s (%d bytes); it is upgraded without one", path, size)
        return
    made = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(made)) as copy:
            _copy(connection, copy, go_on)
            is_old = version(copy) == number  # another process may have been faster
        if is_old:
            made.replace(backup_of(path, number))
            _drop_others(path, number)
    finally:
        made.unlink(missing_ok=True)


def _copy(connection: sqlite3.Connection, copy: sqlite3.Connection, go_on: Callable[[], bool]) -> None:
    """Copy one state of the ledger, whatever others write meanwhile."""

    def ask(*_: int) -> None:
        if not go_on():
            raise sqlite3.OperationalError("interrupted")

    connection.execute("BEGIN")
    try:
        version(connection)  # from here on the state is held
        connection.backup(copy, pages=_PAGES, progress=ask)
    finally:
        connection.execute("ROLLBACK")


def _drop_others(path: Path, number: int) -> None:
    """Remove the copies of schemas before this one: what they hold is in the newer copy too."""
    for earlier in range(number):
        backup_of(path, earlier).unlink(missing_ok=True)
