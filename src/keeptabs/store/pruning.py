"""Removing old calls, as many as asked for or as settings keep. Rollups outlive them. Times in nanoseconds."""

from collections.abc import Iterator

import msgspec

from keeptabs.store.database import Connection, transaction
from keeptabs.store.rollups import HOUR, exist

BATCH = 500  # calls in one transaction: apps that record meanwhile wait no longer than it takes
_DAY = 24 * HOUR
_ALL = 2**63 - 1  # of calls, or of nanoseconds


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept: calls of the last ``days``, at most ``rows`` of them, in ``bytes``; None is no limit."""

    days: int | None = None
    rows: int | None = None
    bytes: int | None = None

    @property
    def is_limited(self) -> bool:
        """True where anything is removed at all."""
        return (self.days, self.rows, self.bytes) != (None, None, None)


class Old(msgspec.Struct, frozen=True):
    """Calls that began before a time: how many, when the first and the last of them began, and what they cost."""

    calls: int
    first: int | None
    last: int | None
    cost: int | None


def old(db: Connection, before: int, most: int | None = None) -> Old:
    """The calls that ``prune`` would remove."""
    sql = """
        SELECT count(*), min(started_at), max(started_at), sum(cost) FROM (
            SELECT started_at, cost FROM calls WHERE started_at < ? ORDER BY started_at, id LIMIT ?)"""
    return Old(*db.execute(sql, (before, _ALL if most is None else most)).fetchone())


def prune(db: Connection, before: int, most: int | None = None) -> Iterator[int]:
    """Remove the calls that began before a time, the oldest first, ``most`` of them; yields how many at a time.

    What is removed is held in ``pruned`` in the same transaction, with the first hour that is whole again.
    """
    left = most
    while left is None or left > 0:
        with transaction(db):
            removed = _remove(db, before, BATCH if left is None else min(BATCH, left))
        if not removed:
            return
        yield removed
        left = None if left is None else left - removed


def _remove(db: Connection, before: int, count: int) -> int:
    sql = "SELECT id, started_at FROM calls WHERE started_at < ? ORDER BY started_at, id LIMIT ?"
    found = db.execute(sql, (before, count)).fetchall()
    if not found:
        return 0
    ids = [(id_,) for id_, _ in found]
    db.executemany("DELETE FROM repriced_calls WHERE call = ?", ids)
    db.executemany("DELETE FROM calls WHERE id = ?", ids)
    whole = (found[-1][1] // HOUR + 1) * HOUR
    if db.execute("UPDATE pruned SET before = max(before, ?), calls = calls + ?", (whole, len(ids))).rowcount == 0:
        db.execute("INSERT INTO pruned VALUES (?, ?)", (whole, len(ids)))
    return len(ids)


def retain(db: Connection, kept: Retention, now: int, most: int) -> int:
    """Remove what need not be kept any more, at most ``most`` calls; how many they were."""
    if not exist(db):
        return 0
    before = 0 if kept.days is None else now - kept.days * _DAY
    removed = sum(prune(db, before, most))
    if kept.rows is not None:
        removed += sum(prune(db, _ALL, min(number(db) - kept.rows, most - removed)))
    if kept.bytes is not None and used(db) > kept.bytes:
        removed += sum(prune(db, _ALL, most - removed))
    return removed


def number(db: Connection) -> int:
    """How many calls there are, by their rollups: counting them takes seconds where there are millions."""
    sql = "SELECT (SELECT coalesce(sum(calls), 0) FROM rollups) - (SELECT coalesce(sum(calls), 0) FROM pruned)"
    return int(db.execute(sql).fetchone()[0])


def used(db: Connection) -> int:
    """Bytes of the file that hold something; the rest is used again before the file grows."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
