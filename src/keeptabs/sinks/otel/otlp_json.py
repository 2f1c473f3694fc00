"""Calls that were kept as OTLP in JSON: the spans that they were, with the attributes that they had.

A line is one export request, as OpenTelemetry's file exporter writes it. Sources:
opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding and /docs/specs/otel/protocol/file-exporter/; checked
2026-11-24.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import msgspec

from keeptabs.core.call import IN_PROMPT, Call, Identity
from keeptabs.sinks.otel.semconv import Profile, at_end, of_identity, of_request
from keeptabs.sinks.otel.tracing import name_of
from keeptabs.store.record import Record
from keeptabs.version import __version__

_CLIENT, _ERROR = 3, 2  # SpanKind and StatusCode by their numbers in opentelemetry/proto/trace/v1/trace.proto


def line(records: Iterable[Record], profile: Profile) -> bytes:
    """The spans of some calls, below a resource for each service, as one line."""
    by_service = groupby(sorted(records, key=lambda record: record.service), key=lambda record: record.service)
    resources = [_resource(service, list(some), profile) for service, some in by_service]
    return msgspec.json.encode({"resourceSpans": resources}) + b"\n"


def _resource(service: str, records: list[Record], profile: Profile) -> dict[str, Any]:
    named = {"service.name": service or "unknown_service"}
    scope = {"name": "keeptabs", "version": __version__}
    spans = [_span(record.call, record.identity, profile) for record in records]
    return {"resource": {"attributes": _attributes(named)}, "scopeSpans": [{"scope": scope, "spans": spans}]}


def _span(call: Call, identity: Identity, profile: Profile) -> dict[str, Any]:
    started_at = call.timing.started_at
    span: dict[str, Any] = {
        "traceId": identity.trace_id,
        "spanId": identity.span_id,
        "name": name_of(call.operation, call.request),
        "kind": _CLIENT,
        "startTimeUnixNano": str(started_at),
        "endTimeUnixNano": str(started_at + call.timing.duration),
        "attributes": _attributes(attributes(call, identity, profile)),
    }
    if identity.parent_id is not None:
        span["parentSpanId"] = identity.parent_id
    if call.outcome.error_type is not None:
        span["status"] = {"code": _ERROR}
    if rules := call.facts.get(IN_PROMPT):
        at, key = span["endTimeUnixNano"], "keeptabs.secret.rule"
        named = [_attributes({key: rule}) for rule in rules]
        span["events"] = [{"name": "keeptabs.secret", "timeUnixNano": at, "attributes": rule} for rule in named]
    return span


def attributes(call: Call, identity: Identity, profile: Profile) -> dict[str, Any]:
    """All attributes that the span of a call has when it ends."""
    found: dict[str, Any] = {"server.address": call.server, "server.port": call.port, **of_request(call.request)}
    if call.api in ("chat_completions", "responses"):
        found["openai.api.type"] = call.api
    if identity.attempt > 1:
        found["http.request.resend_count"] = identity.attempt - 1
    return found | at_end(call, profile) | of_identity(identity)


def _attributes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in found.items()]


def _value(value: Any) -> dict[str, Any]:
    """A value with its type; whole numbers are text, since JSON readers round large ones."""
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case list() | tuple():
            return {"arrayValue": {"values": [_value(each) for each in value]}}
        case _:
            return {"stringValue": str(value)}
