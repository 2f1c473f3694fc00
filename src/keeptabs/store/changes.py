"""Whether the ledger has changed: a question that costs next to nothing, so that it can be asked all the time."""

import sqlite3
import threading
from pathlib import Path

from keeptabs.store.database import Connection


class Changes:
    """Counts the changes of a ledger that it sees. One connection is kept, since SQLite counts for each.

    ``PRAGMA data_version`` differs when another connection has committed (sqlite.org/pragma.html, checked 2026-11-24).
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._db: Connection | None = None
        self._seen: tuple[int, int] | None = None  # the file, and its version
        self._count = 0

    def count(self) -> int:
        """A number that is another one whenever the ledger is; also where it comes, goes or is replaced."""
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                self._seen, self._count = seen, self._count + 1
            return self._count

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._disconnect()

    def _look(self) -> tuple[int, int] | None:
        try:
            file = self._path.stat().st_ino
            if self._db is None or self._seen is None or self._seen[0] != file:
                self._disconnect()
                uri = f"{self._path.absolute().as_uri()}?mode=ro"
                self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
            return file, int(self._db.execute("PRAGMA data_version").fetchone()[0])
        except (OSError, sqlite3.Error):
            self._disconnect()
            return None

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
