"""What state a ledger file is in, and making it small again. Times in nanoseconds since the epoch, sizes in bytes."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from keeptabs.store import pruning, rollups
from keeptabs.store.database import Connection
from keeptabs.store.migrations import version

_INSTRUCTIONS = 1_000_000  # of SQLite's, between two words of progress
_MOST_FAULTS = 20


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger in numbers; ``bytes`` is the file with its log, ``free`` the part of it that is used again first."""

    schema: int
    bytes: int
    free: int
    calls: int
    first: int | None
    last: int | None
    rollups: int
    pruned: int
    pruned_before: int | None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a file, in SQLite's words, and how many rollups differ from the sums of their calls."""

    faults: list[str]
    differences: int

    @property
    def is_sound(self) -> bool:
        """True where nothing is wrong."""
        return not self.faults and not self.differences


def state(db: Connection, path: Path) -> State:
    """The state of the ledger at ``path``."""
    files = (path, path.with_name(f"{path.name}-wal"))
    first, last = (db.execute(f"SELECT {end}(started_at) FROM calls").fetchone()[0] for end in ("min", "max"))
    has_rollups = rollups.exist(db)
    pruned = db.execute("SELECT sum(calls), max(before) FROM pruned").fetchone() if has_rollups else (None, None)
    return State(
        schema=version(db),
        bytes=sum(file.stat().st_size for file in files if file.exists()),
        free=_pragma(db, "freelist_count") * _pragma(db, "page_size"),
        calls=pruning.number(db) if has_rollups else _count(db, "calls"),
        first=first,
        last=last,
        rollups=_count(db, "rollups") if has_rollups else 0,
        pruned=pruned[0] or 0,
        pruned_before=pruned[1],
    )


def check(db: Connection, progress: Callable[[], None]) -> Checked:
    """Read all of the file, and hold its rollups against its calls."""
    watch(db, progress)
    said = [str(line[0]) for line in db.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
    return Checked(faults=[] if said == ["ok"] else said, differences=rollups.differences(db))


def compact(db: Connection, progress: Callable[[], None]) -> None:
    """Write the file anew without what is free in it, which takes as much room again meanwhile; empty its log."""
    watch(db, progress)
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def watch(db: Connection, progress: Callable[[], None]) -> None:
    """Let ``progress`` hear of every million of SQLite's instructions."""

    def tick() -> int:
        progress()
        return 0  # go on

    db.set_progress_handler(tick, _INSTRUCTIONS)


def _count(db: Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _pragma(db: Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
