"""Runs of Assistants: ``POST …/threads/{id}/runs`` and what goes on from there, as JSON or as an event stream.

A run is done elsewhere: one that is still going has no usage, and its result may be seen at the end of a stream, or in
a ``GET``, any number of times. Source: openai-python 3.54.0 ``types/beta/threads/run.py`` and
``types/beta/assistant_stream_event.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._deferred import ask as ask_again
from keeptabs.dialects.openai._deferred import only_deferred
from keeptabs.dialects.openai._request import labels, only_model

_SETTINGS = {
    "assistant_id": "gen_ai.agent.id",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
}
_OBJECT = "thread.run"
_ENDED = ("completed", "incomplete", "failed", "cancelled", "expired")


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    assistant_id: str | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    metadata: Any = None


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Run(msgspec.Struct):
    """A run; in a stream also its steps and messages, which are other objects, and an error."""

    object: str | None = None
    id: str | None = None
    model: str | None = None
    status: str | None = None
    thread_id: str | None = None
    incomplete_details: _Reason | None = None
    usage: msgspec.Raw = msgspec.Raw()
    last_error: Any = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_RUN = msgspec.json.Decoder(_Run, strict=False)


def ask(request: Request) -> Asked:
    """Assistant, model and parameters of a run; the assistant has a model of its own."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        settings=reading.settings(asked, _SETTINGS),
        metadata=labels(asked.metadata),
    )


def answer(response: Response, asked: Asked) -> Answered:
    """The usage of a run that has ended; one that goes on is pending."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said, unread = reading.everything(_RUN, response)
    error = next((error_body.of(event.error) for event in said if event.error), None)
    run = next((event for event in reversed(said) if event.object == _OBJECT), _Run())
    if run.status not in _ENDED:
        return Answered(id=run.id, error=error, complete=False, pending=True)
    usage, gaps = _usage.read(run.usage)
    finish = run.incomplete_details.reason if run.incomplete_details else None
    return Answered(
        model=run.model,
        id=run.id,
        finish_reasons=(finish or run.status,) if finish or run.status else (),
        usage=usage,
        facts={"gen_ai.conversation.id": run.thread_id} if run.thread_id else {},
        error=error or error_body.of(run.last_error),
        deferred=True,
        gaps=unread + gaps,
    )


_MARKERS = (b'"object":"thread.run"', b'"object": "thread.run"', *reading.ERROR)
DIALECT = Dialect(
    api="assistants", operation="invoke_agent", ask=ask, answer=answer, markers=_MARKERS, needs_model=False
)
RESULT = Dialect(
    api="assistants",
    operation="invoke_agent",
    ask=ask_again,
    answer=only_deferred(answer),
    markers=_MARKERS,
    needs_model=False,
)
