"""Mistral's conversations with agents: ``POST …/conversations`` and what goes on from there, as JSON or a stream.

What a connector put into the prompt is counted beside it. The end of a stream is ``conversation.response.done``.
Source: mistralai 3.7.0 ``conversationusageinfo.py``, ``responsedoneevent.py``; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._request import labels, only_model

_DONE = "conversation.response.done"
_FAILED = "conversation.response.error"


class _Request(msgspec.Struct):
    model: str | None = None
    agent_id: str | None = None
    stream: bool | None = None
    metadata: Any = None


class _Output(msgspec.Struct):
    model: str | None = None


class _Event(msgspec.Struct):
    """A whole answer, or one event of a stream."""

    type: str | None = None
    conversation_id: str | None = None
    outputs: list[_Output] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    code: Any = None
    message: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)


def ask(request: Request) -> Asked:
    """Model or agent."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    settings = {"gen_ai.agent.id": asked.agent_id} if asked.agent_id else {}
    return Asked(model=asked.model, stream=bool(asked.stream), settings=settings, metadata=labels(asked.metadata))


def answer(response: Response, asked: Asked) -> Answered:
    """The usage, the conversation that it belongs to, and, where it came as a whole, the model that spoke last."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    streamed = reading.is_stream(response)
    said, unread = reading.everything(_EVENT, response)
    usages = [event.usage for event in said if not _usage.is_absent(event.usage)]
    usage, gaps = _usage.read(usages[-1] if usages else msgspec.Raw())
    names = [output.model for event in said for output in event.outputs or () if output.model]
    conversation = next((event.conversation_id for event in said if event.conversation_id), None)
    fault = next((event for event in said if event.type == _FAILED), None)
    return Answered(
        model=names[-1] if names else None,
        usage=usage,
        facts={"gen_ai.conversation.id": conversation} if conversation else {},
        error=error_body.of({"code": fault.code, "message": fault.message}) if fault else None,
        complete=not streamed or any(event.type == _DONE for event in said),
        gaps=unread + gaps,
    )


DIALECT = Dialect(
    api="conversations",
    operation="invoke_agent",
    ask=ask,
    answer=answer,
    markers=(*reading.USAGE, _DONE.encode(), _FAILED.encode()),
    needs_model=False,
)
