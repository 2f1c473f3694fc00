"""Traces: the newest of them with their sums, and all that is known of one."""

from collections.abc import Sequence

import msgspec

from keeptabs.store import call_pages
from keeptabs.store.call_pages import CallPage
from keeptabs.store.database import Connection
from keeptabs.store.spans import exist, of_trace
from keeptabs.store.wanted import NEWEST, Place, Wanted, marks

MOST = 5_000  # calls, and spans, that are shown of one trace


class TraceCall(msgspec.Struct, frozen=True):
    """A call of one trace; ``retry_after`` is what it was told to wait, in seconds."""

    id: int
    started_at: int
    duration: int
    first_chunk: int | None
    operation: str
    model: str
    streamed: bool
    outcome: str
    status: int | None
    error_type: str | None
    input: int | None
    output: int | None
    cache_read: int | None
    cost: int | None
    cost_status: str
    service: str
    span_id: str
    parent_id: str | None
    parent_name: str | None
    operation_id: str
    attempt: int
    retry_after: float | None


class TraceSpan(msgspec.Struct, frozen=True):
    """A span of the application itself, in one of its traces; ``attributes`` is a JSON object."""

    span_id: str
    parent_id: str | None
    name: str
    kind: str
    started_at: int
    duration: int
    status: str
    service: str
    attributes: str


class TraceLine(msgspec.Struct, frozen=True):
    """One trace: the sums of all its calls, and where the first of them was made.

    ``failed`` are attempts, ``lost`` those after which their operation was not tried again.
    """

    trace_id: str
    calls: int
    failed: int
    lost: int
    unpriced: int
    costed: int
    cost: int
    started_at: int
    ended_at: int
    name: str | None
    model: str
    models: int
    service: str


_TOLD = "json_extract(detail, '$.rate_limit.retry_after')"


def newest(db: Connection, wanted: Wanted, before: Place = NEWEST) -> CallPage:
    """The newest traces that have a wanted call, each by the newest of these."""
    later = f"""NOT EXISTS (SELECT 1 FROM calls AS later WHERE later.trace_id = calls.trace_id
        AND (later.started_at, later.id) > (calls.started_at, calls.id) AND {wanted.condition("later.")})"""
    return call_pages.newest(db, wanted, before, later)


def summed(db: Connection, trace_ids: Sequence[str]) -> dict[str, TraceLine]:
    """The sums of whole traces, by their ids."""
    # Beside min() SQLite takes the other columns from the row that has the least: lang_select.html, "bare columns".
    sql = f"""
        WITH found AS (
            SELECT *, (error_type IS NOT NULL OR outcome = 'cancelled') AS failed,
                row_number() OVER (PARTITION BY trace_id, operation_id ORDER BY attempt DESC, started_at DESC) AS back
            FROM calls WHERE trace_id IN ({marks(trace_ids)}))
        SELECT trace_id, count(*), sum(failed), sum(failed AND back = 1),
            sum(cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND NOT failed)),
            sum(cost IS NOT NULL), coalesce(sum(cost), 0), min(started_at), max(started_at + duration), parent_name,
            model, count(DISTINCT model), service
        FROM found GROUP BY trace_id"""
    return {row[0]: TraceLine(*row) for row in db.execute(sql, trace_ids)}


def calls(db: Connection, trace_id: str) -> list[TraceCall]:
    """The calls of a trace, ``MOST`` at most and one more where there are more."""
    names = ", ".join(TraceCall.__struct_fields__[:-1])
    sql = f"""SELECT {names}, {_TOLD} FROM calls WHERE trace_id = ? ORDER BY started_at, id LIMIT {MOST + 1}"""
    return [TraceCall(*row) for row in db.execute(sql, (trace_id,))]


def spans(db: Connection, trace_id: str) -> list[TraceSpan]:
    """The application's own spans of a trace, without those that are calls, ``MOST`` at most.

    None in a ledger that keeps none.
    """
    names = TraceSpan.__struct_fields__
    return [TraceSpan(*(getattr(line, name) for name in names)) for line in of_trace(db, trace_id)[:MOST]]


def roots(db: Connection, trace_ids: Sequence[str]) -> dict[str, str]:
    """The names of the spans that these traces begin with, as far as they are kept."""
    if not exist(db):
        return {}
    sql = f"""SELECT trace_id, name, min(started_at) FROM spans
        WHERE trace_id IN ({marks(trace_ids)}) AND parent_id IS NULL GROUP BY trace_id"""
    return {trace_id: name for trace_id, name, _ in db.execute(sql, trace_ids)}
