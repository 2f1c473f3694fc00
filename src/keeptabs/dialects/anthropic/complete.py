"""Text completions, the older format: ``POST …/complete``, as JSON and as an event stream. It tells no usage.

Every event of a stream repeats the model; the last one has the reason. Source: anthropic-sdk-python 0.40.0
``types/completion.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.anthropic import _errors
from keeptabs.dialects.anthropic._request import Metadata, only_model

_SETTINGS = {
    "max_tokens_to_sample": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "stop_sequences": "gen_ai.request.stop_sequences",
}


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    max_tokens_to_sample: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = None
    metadata: Metadata | None = None


class _Event(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    stop_reason: str | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)


def ask(request: Request) -> Asked:
    """Model, stream, end user and parameters of a request."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        settings=reading.settings(asked, _SETTINGS),
        user=asked.metadata.user_id if asked.metadata else None,
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a completion, or the events of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_EVENT, response)
    reasons = tuple(event.stop_reason for event in events if event.stop_reason)
    return Answered(
        model=next((event.model for event in events if event.model), None),
        id=next((event.id for event in events if event.id), None),
        finish_reasons=reasons[-1:],
        error=next((_errors.of(event.error) for event in events if event.error), None),
        complete=bool(reasons) or not reading.is_stream(response),
        gaps=gaps,
    )


DIALECT = Dialect(
    api="complete",
    operation="text_completion",
    estimates=True,
    ask=ask,
    answer=answer,
    markers=(b'"stop_reason":"', b'"stop_reason": "', *reading.ERROR),
)
