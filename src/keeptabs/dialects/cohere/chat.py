"""Chat and generation: ``POST /v1/chat``, ``/v2/chat`` and ``/v1/generate``, whole or streamed.

Version 1 streams JSON lines, of which the last (``stream-end``) holds the whole answer; version 2 streams server-sent
events, of which ``message-end`` holds reason and usage. Source: cohere 7.3.1; checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.dialects.cohere import _billed
from keeptabs.dialects.cohere._request import ask


class _Generation(msgspec.Struct):
    finish_reason: str | None = None


class _Answer(msgspec.Struct):
    """A whole answer of either version."""

    id: str | None = None
    response_id: str | None = None
    generation_id: str | None = None
    finish_reason: str | None = None
    generations: list[_Generation] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    meta: msgspec.Raw = msgspec.Raw()


class _Delta(msgspec.Struct):
    """The end of a message; the deltas of other events say nothing that is read."""

    finish_reason: str | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: str | None = None


class _Event(_Answer):
    """A whole answer, or one event of a stream of it."""

    response: _Answer | None = None
    delta: _Delta | None = None


_EVENT = msgspec.json.Decoder(_Event)


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an answer, or the events of one, into what it says."""
    failed = _billed.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_EVENT, response)
    last = _Event()
    for event in events:
        _add(last, event)
    usage, unread = _billed.read(last.usage or last.meta)
    return Answered(
        id=last.id or last.response_id or last.generation_id,
        finish_reasons=(last.finish_reason,) if last.finish_reason else (),
        usage=usage,
        error=_billed.stopped(last.finish_reason, last.delta.error if last.delta else None),
        complete=last.finish_reason is not None or not reading.is_stream(response),
        gaps=gaps + unread,
    )


def _add(last: _Event, event: _Event) -> None:
    """Take what an event says, in itself and in the answer or the delta inside it."""
    for part in (event, event.response, event.delta):
        for name in part.__struct_fields__ if part else ():
            value = getattr(part, name)
            if value and name in _Answer.__struct_fields__:
                setattr(last, name, value)
    last.delta = event.delta or last.delta
    for generation in last.generations or ():
        last.finish_reason = last.finish_reason or generation.finish_reason


_MARKERS = (b'"finish_reason":', b'"stream-end"', b'"message-end"', *reading.USAGE)
CHAT = Dialect(api="chat", operation="chat", ask=ask, answer=answer, markers=_MARKERS, estimates=True)
GENERATE = Dialect(
    api="generate",
    operation="text_completion",
    ask=ask,
    answer=answer,
    markers=_MARKERS,
    needs_model=False,
    estimates=True,
)
