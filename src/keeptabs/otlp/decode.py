"""An export request of OTLP, as protobuf or as JSON, to spans.

Sources: opentelemetry.io/docs/specs/otlp (JSON: ids as hex, 64-bit numbers as text, enumerations as numbers) and
opentelemetry/proto/trace/v1/trace.proto of opentelemetry-proto 1.45.2; checked 2026-11-24.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.otlp.span import Span

_KINDS = ("internal", "internal", "server", "client", "producer", "consumer")
_STATUSES = ("unset", "ok", "error")
_LARGEST = 2**63 - 1
_DEEPEST = 20  # values within values


class MalformedError(UserError):
    """A body that is no export request. The message says why, in one line."""


class _Json(msgspec.Struct, rename="camel"):
    """Members that are not known are passed over, as the specification asks."""


class _Value(_Json):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bytes_value: str | None = None
    array_value: "_Array | None" = None
    kvlist_value: "_Pairs | None" = None


class _Pair(_Json):
    key: str = ""
    value: _Value | None = None


class _Array(_Json):
    values: list[_Value] = []


class _Pairs(_Json):
    values: list[_Pair] = []


class _Named(_Json):
    """A scope, a resource or an event."""

    name: str = ""
    attributes: list[_Pair] = []


class _Status(_Json):
    code: int = 0


class _Span(_Json):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    name: str = ""
    kind: int = 0
    start_time_unix_nano: int | str = 0
    end_time_unix_nano: int | str = 0
    attributes: list[_Pair] = []
    events: list[_Named] = []
    status: _Status | None = None


class _Scope(_Json):
    scope: _Named | None = None
    spans: list[_Span] = []


class _Resource(_Json):
    resource: _Named | None = None
    scope_spans: list[_Scope] = []


class _Request(_Json):
    resource_spans: list[_Resource] = []


class Decoded(msgspec.Struct, frozen=True):
    """The spans of a request, and how many beside them are none: without ids, or at no time."""

    spans: list[Span]
    rejected: int


def decode_json(body: bytes) -> Decoded:
    """Read JSON. Raises MalformedError."""
    try:
        return _decoded(msgspec.json.decode(body, type=_Request))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(f"this is no OTLP in JSON: {_line(error)}") from None


def decode_protobuf(body: bytes) -> Decoded:
    """Read protobuf. Raises MalformedError."""
    service: Any = import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    message: Any = import_module("google.protobuf.message")
    request = service.ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
        return _decoded(request)
    except (message.DecodeError, RecursionError) as error:
        raise MalformedError(f"this is no OTLP in protobuf: {_line(error)}") from None


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _decoded(request: Any) -> Decoded:
    spans = list(_spans(request))
    return Decoded([span for span in spans if span is not None], spans.count(None))


def _spans(request: Any) -> Iterator[Span | None]:
    """Both encodings have members of the same names."""
    for resource in request.resource_spans:
        shared = _attributes(resource.resource)
        for scope in resource.scope_spans:
            name = scope.scope.name if scope.scope is not None else ""
            for span in scope.spans:
                yield _span(span, shared, name)


def _span(span: Any, resource: dict[str, Any], scope: str) -> Span | None:
    trace_id, span_id = _id(span.trace_id, 16), _id(span.span_id, 8)
    start, end = _whole(span.start_time_unix_nano), _whole(span.end_time_unix_nano)
    if trace_id is None or span_id is None or not 0 < start <= _LARGEST or not 0 <= end <= _LARGEST:
        return None
    raised = (_attributes(event).get("exception.type") for event in span.events if event.name == "exception")
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=_id(span.parent_span_id, 8),
        name=span.name,
        kind=_word(_KINDS, span.kind),
        started_at=start,
        duration=max(end - start, 0),
        status=_word(_STATUSES, span.status.code) if span.status is not None else "unset",
        attributes=_attributes(span),
        resource=resource,
        scope=scope,
        raised=next((word for word in raised if isinstance(word, str) and word), None),
    )


def _word(words: tuple[str, ...], number: int) -> str:
    return words[number] if 0 <= number < len(words) else words[0]


def _id(value: bytes | str, size: int) -> str | None:
    """An id in lower-case hex, or None for one that is absent, all zero, or none."""
    try:
        found = value if isinstance(value, bytes) else bytes.fromhex(value)
    except ValueError:
        return None
    return found.hex() if len(found) == size and any(found) else None


def _whole(value: int | str) -> int:
    """A 64-bit number; -1 for what is none."""
    if isinstance(value, int):
        return value
    return int(value) if value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 20 else -1


def _attributes(owner: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in owner.attributes} if owner is not None else {}


def _value(value: Any, depth: int = 0) -> Any:
    """A value as Python has it; None for what is absent, bytes, or deeper than anybody nests values."""
    if value is None or depth > _DEEPEST:
        return None
    kind, found = _chosen(value) if isinstance(value, _Value) else _chosen_of(value)
    if kind == "array_value":
        return [_value(each, depth + 1) for each in found.values]
    if kind == "kvlist_value":
        return {pair.key: _value(pair.value, depth + 1) for pair in found.values}
    scalars: dict[str, Callable[[Any], Any]] = {
        "int_value": _whole,
        "double_value": _double,
        "string_value": str,
        "bool_value": bool,
    }
    return scalars[kind](found) if kind in scalars else None


def _chosen(value: _Value) -> tuple[str, Any]:
    """Which member of a value is there, and what it is."""
    members = msgspec.structs.asdict(value).items()
    return next(((name, found) for name, found in members if found is not None), ("", None))


def _chosen_of(value: Any) -> tuple[str, Any]:
    name = value.WhichOneof("value") or ""
    return name, getattr(value, name, None)


def _double(value: float | str) -> float | None:
    """A number; protobuf's JSON has NaN and infinities as text."""
    try:
        return float(value)
    except ValueError:
        return None
