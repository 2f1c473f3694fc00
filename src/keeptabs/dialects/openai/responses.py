"""Responses: ``POST …/responses``, as JSON and as an event stream that ends with the whole response.

With ``background`` it is done later: the answer says so, and ``GET …/responses/{id}`` (see ``results``) has the usage.
Azure names the deployment as the model, and the model in a header. Source: openai-python 3.54.0 ``types/responses``,
recorded traffic for the header; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect, Session
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import _hosted_tools, _usage
from keeptabs.dialects.openai._request import Format, labels, only_model, output_type

_SETTINGS = {
    "max_output_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "previous_response_id": "gen_ai.request.previous_response.id",
}
_SERVED_MODEL = "x-ms-served-model"
_UNDONE = ("queued", "in_progress")
_ENDS = ("response.completed", "response.incomplete", "response.failed")


class _Reasoning(msgspec.Struct):
    effort: str | None = None


class _Text(msgspec.Struct):
    format: Format | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    service_tier: str | None = None
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    previous_response_id: str | None = None
    reasoning: _Reasoning | None = None
    text: _Text | None = None
    user: str | None = None
    safety_identifier: str | None = None
    metadata: Any = None


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Answer(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    status: str | None = None
    service_tier: str | None = None
    incomplete_details: _Reason | None = None
    usage: msgspec.Raw = msgspec.Raw()
    tool_usage: _hosted_tools.Counted | None = None
    tools: msgspec.Raw = msgspec.Raw()
    previous_response_id: Any = None
    conversation: Any = None
    output: msgspec.Raw = msgspec.Raw()
    background: bool | None = None
    error: Any = None


class _Event(msgspec.Struct):
    """One event: most carry a delta that is passed over; some carry the response so far; ``error`` carries its own."""

    type: str | None = None
    response: _Answer | None = None
    error: Any = None
    code: Any = None
    message: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)


def ask(request: Request) -> Asked:
    """Model, stream, tier and parameters of a Responses request."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    settings = reading.settings(asked, _SETTINGS)
    if asked.reasoning is not None and asked.reasoning.effort is not None:
        settings["gen_ai.request.reasoning.level"] = asked.reasoning.effort
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        service_tier=asked.service_tier,
        output_type=output_type(asked.text.format if asked.text else None),
        settings=settings,
        user=asked.safety_identifier or asked.user,
        metadata=labels(asked.metadata),
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a response, or the events of one, into what it says."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    if reading.is_stream(response):
        answered = _fold(response)
    else:
        whole = readable(_ANSWER, response.body)
        answered = Answered(gaps=(reading.UNREADABLE,)) if whole is None else _result(whole)
    served = response.headers.get(_SERVED_MODEL)
    return msgspec.structs.replace(answered, model=served) if served else answered


def _fold(response: Response) -> Answered:
    last, ended, error, unreadable = _Answer(), False, None, False
    for event in reading.stream(_EVENT, response):
        if event is None:
            unreadable = True
            continue
        if event.response is not None:
            last = event.response
        if event.type == "error" or event.error:
            error = event.error or {"code": event.code, "message": event.message}
        ended = ended or event.type in _ENDS
    last.error = last.error or error
    return _result(last, complete=ended, gaps=(reading.UNREADABLE_EVENT,) if unreadable else ())


def _result(said: _Answer, *, complete: bool = True, gaps: tuple[str, ...] = ()) -> Answered:
    usage, unread = _usage.read(said.usage)
    output = _hosted_tools.items(said.output)
    ran = _hosted_tools.Ran(
        output=output,
        tools=_hosted_tools.tools(said.tools),
        counted=said.tool_usage,
        continues=said.previous_response_id is not None or said.conversation is not None,
    )
    finish = _finish(said, output) if complete else None
    is_done = complete and said.status not in _UNDONE
    return Answered(
        model=said.model,
        id=said.id,
        service_tier=said.service_tier,
        finish_reasons=(finish,) if finish else (),
        usage=_hosted_tools.with_tools(usage, ran),
        facts=_hosted_tools.facts(ran),
        error=error_body.of(said.error),
        complete=complete,
        deferred=bool(said.background) and is_done,
        pending=bool(said.background) and not is_done and said.error is None,
        gaps=(*gaps, *unread),
    )


def _finish(said: _Answer, output: list[_hosted_tools.Item]) -> str | None:
    """Why it is incomplete, else its status; a refusal counts as complete, and is told by the output alone."""
    if said.incomplete_details is not None and said.incomplete_details.reason:
        return said.incomplete_details.reason
    return "refusal" if said.status == "completed" and _hosted_tools.refuses(output) else said.status


DIALECT = Dialect(
    api="responses",
    operation="chat",
    estimates=True,
    ask=ask,
    answer=answer,
    ends=tuple(mark.encode() for end in _ENDS for mark in (f"\nevent: {end}", f'\ndata: {{"type":"{end}"')),
    markers=(
        *(end.encode() for end in _ENDS),
        *reading.ERROR,
        *reading.DONE,
        b'"type":"error"',
        b'"type": "error"',
    ),
    # Over a websocket (``WS …/responses``) the request is a message, and its answer's events are messages.
    session=Session(
        asks=(b'"response.create"',),
        begins=(b'"response.created"',),
        ends=(*(f'"{end}"'.encode() for end in _ENDS), b'"error"'),
        lane="stream_id",
        id="id",
    ),
)
