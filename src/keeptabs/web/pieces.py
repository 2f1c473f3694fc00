"""The calls and spans of a trace as the pieces of its waterfall, and which of them is looked at."""

import json
from collections.abc import Sequence

from keeptabs.store.traces import TraceCall, TraceSpan
from keeptabs.web.waterfall import Piece

_SECOND = 1_000_000_000
# A span whose attributes are named so does something that a reader of traces of models looks for.
_OF_WORTH = ("gen_ai.", "llm.", "db.", "openinference.", "tool.", "traceloop.", "messaging.", "rpc.")
_ENTRANCES = ("server", "consumer")


def pieces(calls: Sequence[TraceCall], spans: Sequence[TraceSpan]) -> list[Piece]:
    """All pieces; a span that is one of the calls is not there twice."""
    called = {call.span_id for call in calls}
    return [*(_span(span) for span in spans if span.span_id not in called), *(_call(call) for call in calls)]


def _call(call: TraceCall) -> Piece:
    return Piece(
        id=call.span_id,
        parent=call.parent_id or None,
        parent_name=call.parent_name,
        name=f"{call.operation} {call.model}",
        started_at=call.started_at,
        duration=call.duration,
        is_call=True,
        operation=call.operation_id,
        attempt=call.attempt,
        first_chunk=call.first_chunk if call.streamed else None,
        told=None if call.retry_after is None else round(call.retry_after * _SECOND),
        cost=call.cost,
        is_failure=call.error_type is not None,
    )


def _span(span: TraceSpan) -> Piece:
    return Piece(
        id=span.span_id,
        parent=span.parent_id or None,
        name=span.name,
        started_at=span.started_at,
        duration=span.duration,
        is_failure=span.status == "error",
        is_quiet=_is_quiet(span),
    )


def _is_quiet(span: TraceSpan) -> bool:
    if span.status == "error" or span.kind in _ENTRANCES:
        return False
    return not any(name.startswith(_OF_WORTH) for name in attributes(span))


def attributes(span: TraceSpan) -> dict[str, object]:
    """The attributes of a span; none where they cannot be read."""
    try:
        found = json.loads(span.attributes)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def looked_at(calls: Sequence[TraceCall], span_id: str) -> TraceCall | None:
    """The call that is asked for, the last of its attempts; the dearest where none is; None where it is a span."""
    if span_id:
        return next((call for call in reversed(calls) if call.span_id == span_id), None)
    return max(calls, key=lambda call: (call.cost or -1, call.started_at), default=None)
