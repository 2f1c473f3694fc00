"""Converse and ConverseStream: ``POST …/model/{id}/converse`` and ``…/converse-stream``, one format for all models.

Source: botocore 1.44.5, ``bedrock-runtime``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.bedrock import _errors
from keeptabs.dialects.bedrock._counts import Counts, seconds

UNREADABLE_USAGE = "the usage object has an unknown shape"

_SETTINGS = {
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "stop_sequences": "gen_ai.request.stop_sequences",
}


class _Config(msgspec.Struct, rename="camel"):
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None


class _Guardrail(msgspec.Struct, rename="camel"):
    guardrail_identifier: str | None = None


class _Typed(msgspec.Struct):
    """A service tier, or a format of the output."""

    type: str | None = None


class _Output(msgspec.Struct, rename="camel"):
    text_format: _Typed | None = None
    effort: str | None = None


class _Request(msgspec.Struct, rename="camel"):
    inference_config: _Config | None = None
    guardrail_config: _Guardrail | None = None
    output_config: _Output | None = None
    service_tier: _Typed | None = None
    request_metadata: dict[str, str] | None = None


class _Written(msgspec.Struct, rename="camel"):
    ttl: str
    input_tokens: int


class _Usage(msgspec.Struct, rename="camel"):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    cache_details: list[_Written] | None = None


class _Metrics(msgspec.Struct, rename="camel"):
    latency_ms: float | None = None


class _Router(msgspec.Struct, rename="camel"):
    invoked_model_id: str | None = None


class _Trace(msgspec.Struct, rename="camel"):
    prompt_router: _Router | None = None


class _Answer(msgspec.Struct, rename="camel"):
    """A whole answer, or one event of a stream: ``messageStop`` has the reason, ``metadata`` all the rest."""

    stop_reason: str | None = None
    usage: msgspec.Raw = msgspec.Raw()
    metrics: _Metrics | None = None
    trace: _Trace | None = None
    service_tier: _Typed | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_USAGE = msgspec.json.Decoder(_Usage, strict=False)


def ask(request: Request) -> Asked:
    """Parameters of a Converse request; its model is in the path."""
    streams = request.path.rstrip("/").endswith("-stream")
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return Asked(stream=streams)
    settings = reading.settings(asked.inference_config or _Config(), _SETTINGS)
    output = asked.output_config or _Output()
    if output.effort is not None:
        settings["gen_ai.request.reasoning.level"] = output.effort
    if asked.guardrail_config is not None and asked.guardrail_config.guardrail_identifier is not None:
        settings["aws.bedrock.guardrail.id"] = asked.guardrail_config.guardrail_identifier
    return Asked(
        stream=streams,
        service_tier=asked.service_tier.type if asked.service_tier else None,
        output_type="json" if output.text_format and output.text_format.type == "json_schema" else None,
        settings=settings,
        metadata=asked.request_metadata or {},
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an answer, or the events of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said, gaps = reading.everything(_ANSWER, response)
    last = _folded(said)
    counts = readable(_USAGE, last.usage) if last.usage else _Usage()
    router = last.trace.prompt_router if last.trace else None
    return Answered(
        model=(router.invoked_model_id or "").rpartition("/")[2] or None if router else None,
        service_tier=last.service_tier.type if last.service_tier else None,
        finish_reasons=(last.stop_reason,) if last.stop_reason else (),
        usage=_counts(counts).usage(bytes(last.usage)) if counts else None,
        facts=seconds(last.metrics.latency_ms if last.metrics else None),
        error=error_body.of(last.error),
        complete=last.stop_reason is not None or not reading.is_stream(response),
        gaps=gaps if counts else (*gaps, UNREADABLE_USAGE),
    )


def _folded(said: list[_Answer]) -> _Answer:
    """All events as one: the last value that is there wins."""
    last = _Answer()
    for event in said:
        for name in _Answer.__struct_fields__:
            value = getattr(event, name)
            if value:
                setattr(last, name, value)
    return last


def _counts(said: _Usage) -> Counts:
    return Counts(
        input=said.input_tokens,
        output=said.output_tokens,
        cache_read=said.cache_read_input_tokens,
        cache_write=said.cache_write_input_tokens,
        by_ttl={written.ttl: written.input_tokens for written in said.cache_details or ()},
    )


DIALECT = Dialect(
    api="converse",
    operation="chat",
    ask=ask,
    answer=answer,
    markers=(b'"stopReason":', b'"usage":', *reading.ERROR),
    needs_model=False,
    estimates=True,
)
