"""Finding calls by a name that somebody has of them: an id from a log, a model, a file."""

import re

import msgspec

from keeptabs.store.call_pages import COLUMNS, PAGE, ListedCall
from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import DIMENSIONS, Dimension, Slice, sliced

RECENT = 20_000  # calls whose ids of the provider are looked at: no index has these
_NAMED: tuple[Dimension, ...] = ("model", "site", "feature", "service", "provider")
_WEEK = 7 * 24 * HOUR
_MOST_NAMES = 6  # of each dimension
_ID = re.compile(r"(?=.*[0-9])[\w.:/+=-]{6,200}")
_HEX = re.compile(r"[0-9a-f]{4,32}")


class Named(msgspec.Struct, frozen=True):
    """A value of a dimension that was found, and how many calls have it."""

    dimension: Dimension
    value: str
    calls: int


def newest_week(db: Connection) -> int:
    """When the week before the newest call began; 0 where there are no calls."""
    newest = db.execute("SELECT max(started_at) FROM calls").fetchone()[0]
    return 0 if newest is None else max(0, (int(newest) - _WEEK) // HOUR * HOUR)


def named(db: Connection, part: Slice, text: str) -> list[Named]:
    """The models, call sites and so on of a part of the ledger that contain a text, those with most calls first."""
    found: list[Named] = []
    table = sliced(db, part)
    for name in _NAMED:
        value = DIMENSIONS[name]
        sql = f"""{table.sql} SELECT {value}, sum(calls) FROM sliced WHERE instr(lower({value}), lower(:text)) > 0
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MOST_NAMES}"""
        found += [Named(name, *row) for row in db.execute(sql, {**table.values, "text": text})]
    return found


def by_id(db: Connection, text: str) -> list[ListedCall]:
    """The newest calls whose trace or span id begins with a text, else those that the provider knows by it.

    Of the provider's ids (of the request, whole, or the start of one of a response) the ``RECENT`` newest calls are
    looked at.
    """
    return _of_trace(db, text.lower()) or _of_provider(db, text)


def _of_trace(db: Connection, text: str) -> list[ListedCall]:
    if not _HEX.fullmatch(text):
        return []
    sql = f"""SELECT {COLUMNS} FROM calls WHERE id IN (
            SELECT id FROM calls WHERE trace_id >= :text AND trace_id < :text || 'g'
            UNION SELECT id FROM calls WHERE span_id >= :text AND span_id < :text || 'g' LIMIT {RECENT})
        ORDER BY started_at DESC, id DESC LIMIT {PAGE}"""
    return [ListedCall(*row) for row in db.execute(sql, {"text": text})]


def _of_provider(db: Connection, text: str) -> list[ListedCall]:
    if not _ID.fullmatch(text):
        return []
    sql = f"""SELECT {COLUMNS} FROM (SELECT * FROM calls ORDER BY started_at DESC, id DESC LIMIT {RECENT}) AS calls
        WHERE request_id = :text OR instr(detail, '"response_id":"' || :text) > 0
        ORDER BY started_at DESC, id DESC LIMIT {PAGE}"""
    return [ListedCall(*row) for row in db.execute(sql, {"text": text})]
