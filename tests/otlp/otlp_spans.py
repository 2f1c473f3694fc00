"""Spans to send: as JSON and as protobuf, and what real instrumentations put on theirs."""

from typing import Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from keeptabs.otlp.span import Span

TRACE, SPAN, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
BEGAN, LASTED = 1_790_000_000_000_000_000, 2_000_000_000

# As they were sent to a mock of OpenAI's API, which answers alike: 3 tokens in, 22 out.
GENAI_OPENAI = {  # opentelemetry-instrumentation-genai-openai 1.3b0
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "server.address": "127.0.0.1",
    "server.port": 38759,
    "gen_ai.request.stream": True,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 3,
    "gen_ai.usage.output_tokens": 22,
    "gen_ai.response.time_to_first_chunk": 0.0037940920010441914,
    "openai.response.service_tier": "default",
}
OPENLLMETRY = {  # opentelemetry-instrumentation-openai 0.62.4
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.is_streaming": False,
    "gen_ai.headers": "{'x-mock': '429'}",
    "gen_ai.openai.api_base": "http://127.0.0.1:38759/v1/",
    "gen_ai.input.messages": '[{"role": "user", "parts": [{"content": "hi", "type": "text"}]}]',
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.total_tokens": 25,
    "gen_ai.usage.output_tokens": 22,
    "gen_ai.usage.input_tokens": 3,
    "gen_ai.usage.cache_read.input_tokens": 0,
    "gen_ai.usage.reasoning_tokens": 0,
    "gen_ai.output.messages": '[{"role": "assistant"}]',
}
OPENLLMETRY_BEFORE = {  # SpanAttributes of opentelemetry-semantic-conventions-ai, as 0.4 had them
    "llm.request.type": "chat",
    "gen_ai.system": "OpenAI",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.usage.prompt_tokens": 3,
    "gen_ai.usage.completion_tokens": 22,
    "llm.usage.total_tokens": 25,
    "llm.is_streaming": True,
    "gen_ai.prompt.0.content": "hi",
}
OPENINFERENCE = {  # openinference-instrumentation-openai 0.1.66
    "llm.system": "openai",
    "input.value": '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]}',
    "input.mime_type": "application/json",
    "llm.invocation_parameters": '{"model": "gpt-4o-mini", "stream": true}',
    "llm.input_messages.0.message.content": "hi",
    "llm.model_name": "gpt-4o-mini-2024-07-18",
    "llm.token_count.total": 25,
    "llm.token_count.prompt": 3,
    "llm.token_count.completion": 22,
    "llm.token_count.prompt_details.cache_read": 0,
    "llm.token_count.completion_details.reasoning": 0,
    "llm.finish_reason": "stop",
    "openinference.span.kind": "LLM",
}
OPENINFERENCE_EMBEDDING = {
    "llm.system": "openai",
    "llm.token_count.total": 3,
    "llm.token_count.prompt": 3,
    "embedding.model_name": "text-embedding-3-small",
    "embedding.embeddings.0.embedding.text": "x",
    "openinference.span.kind": "EMBEDDING",
}


def span(attributes: dict[str, Any] | None = None, **fields: Any) -> Span:
    """A span of the type that is decoded."""
    said = {"trace_id": TRACE, "span_id": SPAN, "name": "chat", "kind": "client", "started_at": BEGAN}
    return Span(**{**said, "duration": LASTED, "attributes": attributes or {}, **fields})


def sent(*spans: dict[str, Any], service: str = "shop") -> bytes:
    """A request in JSON: spans by their members, and ``attributes`` as a plain table."""
    resource = {"attributes": _pairs({"service.name": service})}
    made = [{**_base(), **each, "attributes": _pairs(each.get("attributes", {}))} for each in spans]
    return msgspec.json.encode(
        {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "test"}, "spans": made}]}]}
    )


def protobuf(*spans: dict[str, Any]) -> bytes:
    """The same in protobuf."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.append(KeyValue(key="service.name", value=AnyValue(string_value="shop")))
    scope = resource.scope_spans.add()
    scope.scope.name = "test"
    for said in spans:
        each = {**_base(), **said}
        made = scope.spans.add(
            trace_id=bytes.fromhex(each["traceId"]),
            span_id=bytes.fromhex(each["spanId"]),
            parent_span_id=bytes.fromhex(each.get("parentSpanId", "")),
            name=each["name"],
            kind=each["kind"],
            start_time_unix_nano=int(each["startTimeUnixNano"]),
            end_time_unix_nano=int(each["endTimeUnixNano"]),
        )
        made.attributes.extend(_pair(name, value) for name, value in each.get("attributes", {}).items())
        made.status.code = each.get("status", {}).get("code", 0)
    return request.SerializeToString()


def _base() -> dict[str, Any]:
    times = {"startTimeUnixNano": str(BEGAN), "endTimeUnixNano": str(BEGAN + LASTED)}
    return {"traceId": TRACE, "spanId": SPAN, "name": "chat", "kind": 3, **times}


def _pairs(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in found.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(each) for each in value]}}
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return {kinds[type(value)]: str(value) if type(value) is int else value}


def _pair(name: str, value: Any) -> KeyValue:
    made = AnyValue()
    if isinstance(value, list):
        made.array_value.values.extend(_pair("", each).value for each in value)
    else:
        kinds = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}
        setattr(made, kinds[type(value)], value)
    return KeyValue(key=name, value=made)
