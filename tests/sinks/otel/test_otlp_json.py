import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from keeptabs.core.call import IN_PROMPT
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.sinks.otel import otlp_json
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store.record import Record

Make = Callable[..., Record]
FAILED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")


def decoded(*records: Record) -> Any:
    """What OpenTelemetry's own classes read in a line; ids are hexadecimal in OTLP, and base64 in protobuf's JSON."""
    found = json.loads(otlp_json.line(records, Profile.V1_41))
    for resource in found["resourceSpans"]:
        for span in resource["scopeSpans"][0]["spans"]:
            for name in {"traceId", "spanId", "parentSpanId"} & set(span):
                span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json_format.ParseDict(found, TracesData())


def test_opentelemetry_reads_it(record: Make) -> None:
    """Every member is one that its schema knows, with the type that it has there."""
    made = record(identity={"parent_id": "c" * 16}, outcome=FAILED)
    (resource,) = decoded(made).resource_spans
    (span,) = resource.scope_spans[0].spans
    named = {each.key: each.value for each in span.attributes}
    assert span.trace_id.hex() == made.identity.trace_id
    assert span.parent_span_id.hex() == "c" * 16
    assert (span.kind, span.status.code, span.name) == (3, 2, "chat gpt-4o")
    assert span.end_time_unix_nano - span.start_time_unix_nano == made.call.timing.duration
    assert named["http.response.status_code"].int_value == 429
    assert next(iter(named["gen_ai.response.finish_reasons"].array_value.values)).string_value == "stop"


def test_each_service_is_a_resource(record: Make) -> None:
    """One that has no name is called as OpenTelemetry calls it."""
    first, second = record(), record()
    found = decoded(first, Record(call=second.call, identity=second.identity, service=""), first).resource_spans
    assert {each.resource.attributes[0].value.string_value: len(each.scope_spans[0].spans) for each in found} == {
        "unknown_service": 1,
        first.service: 2,
    }


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (True, {"boolValue": True}),
        (2**60, {"intValue": str(2**60)}),
        (0.5, {"doubleValue": 0.5}),
        ("x", {"stringValue": "x"}),
        (("a", 1), {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "1"}]}}),
    ],
    ids=["bool", "int", "double", "text", "array"],
)
def test_a_value_has_its_type(value: object, typed: dict[str, Any]) -> None:
    """A truth is no number, and a large number is text."""
    assert otlp_json._value(value) == typed


def test_keys_in_a_prompt_are_events(record: Make) -> None:
    """One a rule, at the end of the span, as the live exporter has them; without keys there are none."""
    found = decoded(record(facts={IN_PROMPT: ("openai-api-key", "aws-access-key")}), record())
    first, second = found.resource_spans[0].scope_spans[0].spans
    assert [event.name for event in first.events] == ["keeptabs.secret"] * 2
    assert [event.attributes[0].value.string_value for event in first.events] == ["openai-api-key", "aws-access-key"]
    assert {event.time_unix_nano for event in first.events} == {first.end_time_unix_nano}
    assert not second.events
