"""Calls as OTLP requests in protobuf, as Phoenix wants them (it takes no JSON: arize-phoenix 20.26.1)."""

from collections.abc import Iterable, Iterator
from itertools import islice

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from keeptabs.sinks.otel.otlp_json import attributes
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.sinks.otel.tracing import name_of
from keeptabs.store.record import Record


def requests(records: Iterable[Record], size: int) -> Iterator[tuple[int, bytes]]:
    """Requests of ``size`` spans, with how many spans each has."""
    left = iter(records)
    while batch := list(islice(left, size)):
        yield len(batch), _request(batch).SerializeToString()


def _request(records: list[Record]) -> ExportTraceServiceRequest:
    named = Resource(attributes=[KeyValue(key="service.name", value=_value("simulated"))])
    spans = ScopeSpans(spans=map(_span, records))
    return ExportTraceServiceRequest(resource_spans=[ResourceSpans(resource=named, scope_spans=[spans])])


def _span(record: Record) -> Span:
    call, identity = record.call, record.identity
    found = attributes(call, identity, Profile.V1_41)
    return Span(
        trace_id=bytes.fromhex(identity.trace_id),
        span_id=bytes.fromhex(identity.span_id),
        parent_span_id=bytes.fromhex(identity.parent_id or ""),
        name=name_of(call.operation, call.request),
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=call.timing.started_at,
        end_time_unix_nano=call.timing.started_at + call.timing.duration,
        attributes=[KeyValue(key=name, value=_value(value)) for name, value in found.items()],
        status=Status(code=Status.STATUS_CODE_ERROR if call.outcome.error_type else Status.STATUS_CODE_UNSET),
    )


def _value(value: object) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case list() | tuple():
            return AnyValue(array_value=ArrayValue(values=map(_value, value)))
        case _:
            return AnyValue(string_value=str(value))
