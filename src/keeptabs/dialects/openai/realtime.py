"""Realtime: ``…/realtime``, a websocket on which a session makes many responses. One exchange is one of them.

The request is what the client set the session up with, a message a line, and its ``response.create`` where it sent
one; the answer is what the server told of the session, then the events of the response. A transcription of what the
user said is an exchange of its own, by a model of its own. xAI and Azure speak it too: xAI puts the usage beside the
response. Source: openai-python 3.54.0 ``types/realtime``, recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect, Session
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._request import labels

_TRANSCRIPTION = "conversation.item.input_audio_transcription."
_LIMITS = ("requests", "tokens")
_MODALITIES = {"audio": "speech", "text": "text"}  # OpenTelemetry's words


class _Reasoning(msgspec.Struct):
    effort: str | None = None


class _Transcription(msgspec.Struct):
    model: str | None = None


class _Input(msgspec.Struct):
    transcription: _Transcription | None = None


class _Audio(msgspec.Struct):
    input: _Input | None = None


class _Settings(msgspec.Struct):
    """A session, or what a client wants of one response; both spellings of the modalities are in use."""

    model: str | None = None
    temperature: float | None = None
    max_output_tokens: int | str | None = None  # "inf" where there is no limit
    max_response_output_tokens: int | str | None = None
    output_modalities: list[str] | None = None
    modalities: list[str] | None = None
    reasoning: _Reasoning | None = None
    metadata: Any = None
    audio: _Audio | None = None
    input_audio_transcription: _Transcription | None = None


class _Details(msgspec.Struct):
    reason: str | None = None
    error: Any = None


class _Response(msgspec.Struct):
    id: str | None = None
    status: str | None = None
    status_details: msgspec.Raw = msgspec.Raw()  # a word with xAI
    usage: msgspec.Raw = msgspec.Raw()


class _Limit(msgspec.Struct):
    name: str | None = None
    remaining: int | None = None


class _Sent(msgspec.Struct):
    session: _Settings | None = None
    response: _Settings | None = None


class _Event(msgspec.Struct):
    type: str | None = None
    session: _Settings | None = None
    response: _Response | None = None
    usage: msgspec.Raw = msgspec.Raw()
    item_id: str | None = None
    rate_limits: list[_Limit] | None = None
    error: Any = None


class _Units(msgspec.Struct):
    seconds: Decimal | None = None  # of a transcription
    billable_audio_seconds: Decimal | None = None  # xAI


_SENT = msgspec.json.Decoder(_Sent, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)
_DETAILS = msgspec.json.Decoder(_Details, strict=False)
_UNITS = msgspec.json.Decoder(_Units, strict=False)


def ask(request: Request) -> Asked:
    """The model, which the query names (Azure: the deployment), and the settings of session and response."""
    said = [line for line in (readable(_SENT, part) for part in request.body.splitlines()) if line is not None]
    wanted = [settings for line in said for settings in (line.session, line.response) if settings is not None]
    named = parse_qs(request.query)
    in_query = next((named[name][0] for name in ("model", "deployment") if name in named), None)
    found: dict[str, Any] = {}
    for settings in wanted:
        found.update(_found(settings))
    modalities = next((each for each in map(_modalities, reversed(wanted)) if each), None)
    own = said[-1].response if said else None
    return Asked(
        model=next((settings.model for settings in reversed(wanted) if settings.model), in_query),
        stream=True,
        output_type=_MODALITIES.get(modalities[-1]) if modalities else None,
        settings=found,
        metadata=labels(own.metadata) if own else {},
    )


def _modalities(settings: _Settings) -> list[str]:
    """In this order, since a session of both speaks."""
    return sorted(settings.output_modalities or settings.modalities or (), reverse=True)


def _found(settings: _Settings) -> dict[str, Any]:
    limit = settings.max_output_tokens or settings.max_response_output_tokens
    named = {
        "gen_ai.request.temperature": settings.temperature,
        "gen_ai.request.max_tokens": limit if isinstance(limit, int) else None,
        "gen_ai.request.reasoning.level": settings.reasoning.effort if settings.reasoning else None,
    }
    return {name: value for name, value in named.items() if value is not None}


def answer(response: Response, asked: Asked) -> Answered:
    """Fold the events of one exchange into what it says."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_EVENT, response)
    model, transcriber = _models([event.session for event in events if event.session is not None])
    facts = _facts([limit for event in events for limit in event.rate_limits or ()])
    transcribed = next((event for event in events if (event.type or "").startswith(_TRANSCRIPTION)), None)
    answered = _responded(events, model) if transcribed is None else _transcribed(transcribed, transcriber)
    return msgspec.structs.replace(answered, facts=facts, gaps=gaps + answered.gaps)


def _models(sessions: list[_Settings]) -> tuple[str | None, str | None]:
    """The model that speaks, and the one that writes down what the user says: the last that were told of."""
    model = transcriber = None
    for session in sessions:
        model = session.model or model
        heard = session.audio.input if session.audio else None
        wanted = heard.transcription if heard else session.input_audio_transcription
        transcriber = wanted.model if wanted and wanted.model else transcriber
    return model, transcriber


def _facts(limits: list[_Limit]) -> dict[str, Any]:
    known = (limit for limit in limits if limit.name in _LIMITS and limit.remaining is not None)
    return {f"keeptabs.rate_limit.remaining_{limit.name}": limit.remaining for limit in known}


def _transcribed(event: _Event, model: str | None) -> Answered:
    usage, gaps = _used(event.usage)
    return Answered(
        model=model,
        id=event.item_id,
        operation="speech_to_text",
        usage=usage,
        error=error_body.of(event.error),
        gaps=gaps,
    )


def _responded(events: list[_Event], model: str | None) -> Answered:
    done = next((event for event in reversed(events) if event.type == "response.done"), _Event())
    last = next((event.response for event in reversed(events) if event.response is not None), _Response())
    details = readable(_DETAILS, last.status_details) or _Details()
    error = details.error or next((event.error for event in events if event.error), None)
    usage, gaps = _used(last.usage if _usage.is_absent(done.usage) else done.usage)
    finish = details.reason or last.status
    complete = done.type is not None
    return Answered(
        model=model,
        id=last.id,
        finish_reasons=(finish,) if finish and complete else (),
        usage=usage,
        error=error_body.of(error),
        complete=complete,
        gaps=gaps,
    )


def _used(raw: msgspec.Raw) -> tuple[Usage | None, tuple[str, ...]]:
    usage, gaps = _usage.read(raw)
    if usage is None or bytes(raw) == b"{}":
        return None, gaps
    units = readable(_UNITS, raw) or _Units()
    seconds = units.seconds if units.seconds is not None else units.billable_audio_seconds
    return usage if seconds is None else msgspec.structs.replace(usage, units={Unit.SECONDS: seconds}), gaps


def _types(*names: str) -> tuple[bytes, ...]:
    return tuple(f'"{name}"'.encode() for name in names)


_TRANSCRIBED = _types(f"{_TRANSCRIPTION}completed", f"{_TRANSCRIPTION}failed")
_SESSION = Session(
    # The limits come after a response: they tell how the next one starts.
    setup=_types("session.update", "session.created", "session.updated", "rate_limits.updated"),
    asks=_types("response.create"),
    begins=_types("response.created"),
    ends=_types("response.done"),
    refuses=_types("error"),
    alone=_TRANSCRIBED,
    id="id",
)

DIALECT = Dialect(
    api="realtime",
    operation="chat",
    needs_model=False,  # a connection beside a call (``call_id``) names none
    ask=ask,
    answer=answer,
    markers=(*_SESSION.setup, *_SESSION.begins, *_SESSION.ends, *_TRANSCRIBED, *reading.ERROR),
    session=_SESSION,
)
