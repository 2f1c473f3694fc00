"""Messages: ``POST …/messages``, as JSON and as an event stream.

On Vertex AI and Amazon Bedrock the path names the model, and the body has the same form. A stream begins with the
message and the usage of its prompt, and ends with a ``message_delta`` that has the rest. Sources: anthropic-sdk-python
2.12.0 ``types/message.py``, ``types/raw_message_stream_event.py``, ``lib/vertex``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.anthropic import _errors, _usage
from keeptabs.dialects.anthropic._request import Metadata, only_model

_SETTINGS = {
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "stop_sequences": "gen_ai.request.stop_sequences",
}


class _Format(msgspec.Struct):
    type: str | None = None


class _Output(msgspec.Struct):
    effort: str | None = None
    format: _Format | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    service_tier: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = None
    output_config: _Output | None = None
    output_format: _Format | None = None  # the beta form
    metadata: Metadata | None = None


class _Details(msgspec.Struct):
    category: str | None = None


class _Message(msgspec.Struct):
    """A message, or what changed of one."""

    model: str | None = None
    id: str | None = None
    stop_reason: str | None = None
    stop_details: _Details | None = None
    usage: msgspec.Raw = msgspec.Raw()


class _Event(_Message):
    """A whole message, or one event of a stream: of a message, a part of one, or an error."""

    type: str | None = None
    message: _Message | None = None
    delta: _Message | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)
_STOPPED = "message_stop"


def ask(request: Request) -> Asked:
    """Model, stream, tier, end user and parameters of a request."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    output = asked.output_config or _Output()
    settings = reading.settings(asked, _SETTINGS)
    if output.effort is not None:
        settings["gen_ai.request.reasoning.level"] = output.effort
    wanted = (output.format or asked.output_format or _Format()).type
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        service_tier=asked.service_tier,
        output_type="json" if wanted and wanted.startswith("json") else None,
        settings=settings,
        user=asked.metadata.user_id if asked.metadata else None,
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a message, or the events of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_EVENT, response)
    said = [part for event in events for part in (event, event.message, event.delta) if part is not None]
    model = _last([part.model for part in said])
    reason = _last([part.stop_reason for part in said])
    details = _last([part.stop_details for part in said])
    told = _usage.read([part.usage for part in said], model)
    complete = reason is not None or not reading.is_stream(response) or any(e.type == _STOPPED for e in events)
    return Answered(
        model=model,
        id=_last([part.id for part in said]),
        service_tier=told.service_tier,
        finish_reasons=(reason,) if reason else (),
        usage=told.usage if complete else _usage.so_far(told.usage),
        facts=told.facts | ({"keeptabs.refusal.category": details.category} if details and details.category else {}),
        error=_errors.of(_last([event.error for event in events])),
        complete=complete,
        gaps=(*gaps, *told.gaps),
    )


def _last(values: list[Any]) -> Any:
    """The last value that says something."""
    return next((value for value in reversed(values) if value), None)


DIALECT = Dialect(
    api="messages",
    operation="chat",
    estimates=True,
    ask=ask,
    answer=answer,
    ends=(b"\nevent: message_stop", b'\ndata: {"type":"message_stop"'),
    markers=(b'"message_start"', b'"message_delta"', b'"message_stop"', *reading.USAGE, *reading.ERROR),
)
