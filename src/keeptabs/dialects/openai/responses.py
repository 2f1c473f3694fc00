"""Responses: ``POST …/responses``, as JSON and as an event stream that ends with the whole response.

Source: openai-python 3.54.0 ``types/responses``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._request import Format, only_model, output_type

_SETTINGS = {
    "max_output_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "previous_response_id": "gen_ai.request.previous_response.id",
}
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


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Searches(msgspec.Struct):
    num_requests: int | None = None


class _ToolUsage(msgspec.Struct):
    web_search: _Searches | None = None


class _Answer(msgspec.Struct):
    model: str | None = None
    id: str | None = None
    status: str | None = None
    service_tier: str | None = None
    incomplete_details: _Reason | None = None
    usage: msgspec.Raw = msgspec.Raw()
    tool_usage: _ToolUsage | None = None
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
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a response, or the events of one, into what it says."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    if not reading.is_stream(response):
        whole = readable(_ANSWER, response.body)
        return Answered(gaps=(reading.UNREADABLE,)) if whole is None else _result(whole)
    return _fold(response)


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
    reason = said.incomplete_details.reason if said.incomplete_details else None
    finish = reason or said.status
    return Answered(
        model=said.model,
        id=said.id,
        service_tier=said.service_tier,
        finish_reasons=(finish,) if finish and complete else (),
        usage=_with_searches(usage, said.tool_usage),
        error=error_body.of(said.error),
        complete=complete,
        gaps=gaps + unread,
    )


def _with_searches(usage: Usage | None, tools: _ToolUsage | None) -> Usage | None:
    if usage is None or tools is None or tools.web_search is None or not tools.web_search.num_requests:
        return usage
    return msgspec.structs.replace(usage, units={Unit.WEB_SEARCHES: Decimal(tools.web_search.num_requests)})


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
)
