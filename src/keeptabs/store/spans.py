"""Spans beside the calls of a trace: what the application did around them. Bounded a trace, and all together."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from keeptabs.store.database import Connection, transaction

MOST_OF_TRACE = 200
MOST = 1_000_000
_AT_ONCE = 5_000  # that are removed in one transaction
_LEAD = 3_600_000_000_000  # nanoseconds that a span may have begun before the calls below it


class SpanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A span, times in nanoseconds. ``attributes`` is a JSON object, ``source`` is app or otlp."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    started_at: int
    duration: int
    status: str
    service: str
    scope: str
    attributes: str
    source: str


_NAMES = SpanLine.__struct_fields__
_INSERT = f"""
    INSERT INTO spans ({", ".join(_NAMES)}) VALUES ({", ".join("?" * len(_NAMES))})
    ON CONFLICT (trace_id, span_id) DO NOTHING"""
_DROP = "INSERT INTO spans_dropped VALUES (?, ?) ON CONFLICT (why) DO UPDATE SET count = count + excluded.count"


def of_trace(db: Connection, trace_id: str) -> list[SpanLine]:
    """The spans of a trace in the order of time, without those that are calls."""
    if not exist(db):
        return []
    sql = f"""
        SELECT {", ".join(_NAMES)} FROM spans WHERE trace_id = ? AND NOT EXISTS (
            SELECT 1 FROM calls WHERE calls.trace_id = spans.trace_id AND calls.span_id = spans.span_id)
        ORDER BY started_at, id"""
    return [SpanLine(**dict(zip(_NAMES, line, strict=True))) for line in db.execute(sql, (trace_id,))]


def exist(db: Connection) -> bool:
    """True for a ledger that has spans: one of an older schema has none."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'spans'").fetchone() is not None


def with_calls(db: Connection, traces: Sequence[str]) -> set[str]:
    """Those of the traces that hold a call."""
    sql = "SELECT DISTINCT trace_id FROM calls WHERE trace_id IN (SELECT value FROM json_each(?))"
    return {trace_id for (trace_id,) in db.execute(sql, (msgspec.json.encode(traces).decode(),))}


def dropped(db: Connection) -> dict[str, int]:
    """How many spans were not kept, or removed for want of room, and why."""
    return dict(db.execute("SELECT why, count FROM spans_dropped ORDER BY why")) if exist(db) else {}


def put(db: Connection, spans: Sequence[SpanLine]) -> None:
    """Keep spans, each once, as far as their traces have room. The transaction is the caller's."""
    held = _held(db, {span.trace_id for span in spans})
    refused = 0
    for span in spans:
        if held[span.trace_id] >= MOST_OF_TRACE:
            refused += 1
        else:
            held[span.trace_id] += db.execute(_INSERT, msgspec.structs.astuple(span)).rowcount
    drop(db, f"more than {MOST_OF_TRACE} in a trace", refused)


def _held(db: Connection, traces: set[str]) -> Counter[str]:
    """How many spans the traces have."""
    sql = "SELECT trace_id, count(*) FROM spans WHERE trace_id IN (SELECT value FROM json_each(?)) GROUP BY trace_id"
    return Counter(dict(db.execute(sql, (msgspec.json.encode(traces).decode(),))))


def drop(db: Connection, why: str, count: int) -> None:
    """Count spans that are not kept."""
    if count:
        db.execute(_DROP, (why, count))


def trim(db: Connection) -> None:
    """Remove some of the spans that are older than all calls, and some of those past ``MOST``, the oldest first."""
    old = """
        DELETE FROM spans WHERE id IN (SELECT id FROM spans WHERE started_at <
            (SELECT min(started_at) FROM calls) - ? ORDER BY started_at LIMIT ?)"""
    with transaction(db):
        db.execute(old, (_LEAD, _AT_ONCE))
        # Ids have gaps only where the oldest were removed; counting takes long where there are millions.
        above = int(db.execute("SELECT coalesce(max(id) - min(id) + 1 - ?, 0) FROM spans", (MOST,)).fetchone()[0])
        if above > 0:
            oldest = "DELETE FROM spans WHERE id IN (SELECT id FROM spans ORDER BY started_at LIMIT ?)"
            drop(db, f"more than {MOST} in the ledger", db.execute(oldest, (min(above, _AT_ONCE),)).rowcount)
