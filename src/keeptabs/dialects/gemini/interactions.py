"""Interactions: ``POST …/interactions`` of a model or an agent, as JSON and as an event stream, and what became of one.

One that is made in the background is done when ``GET …/interactions/{id}`` says so. An interaction is kept, and says
nowhere how it was made: each is the result of deferred work, so that it counts once whoever asks for it. Source:
google-genai 3.4.0 ``_gaos/types/interactions``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.gemini import _errors, _names, _usage

_SETTINGS = {
    "max_output_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "stop_sequences": "gen_ai.request.stop_sequences",
    "seed": "gen_ai.request.seed",
    "thinking_level": "gen_ai.request.reasoning.level",
}
_UNDONE = ("queued", "in_progress")


class _Config(msgspec.Struct):
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None
    seed: int | None = None
    thinking_level: str | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    agent: str | None = None
    stream: bool | None = None
    service_tier: str | None = None
    previous_interaction_id: str | None = None
    generation_config: _Config | None = None
    labels: dict[str, str] | None = None


class _Grounded(msgspec.Struct):
    type: str | None = None
    count: int | None = None


class _Counted(msgspec.Struct):
    total_input_tokens: int | None = None
    total_cached_tokens: int | None = None
    total_tool_use_tokens: int | None = None
    total_output_tokens: int | None = None
    total_thought_tokens: int | None = None
    total_tokens: int | None = None
    input_tokens_by_modality: list[_usage.Part] | None = None
    cached_tokens_by_modality: list[_usage.Part] | None = None
    output_tokens_by_modality: list[_usage.Part] | None = None
    grounding_tool_count: list[_Grounded] | None = None


class _Interaction(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    agent: str | None = None
    status: str | None = None
    service_tier: str | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: Any = None


class _Event(_Interaction):
    """A whole interaction, or one event of a stream, which may hold one."""

    interaction: _Interaction | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)
_COUNTED = msgspec.json.Decoder(_Counted, strict=False)


def ask(request: Request) -> Asked:
    """Model or agent, stream, tier, labels and parameters of a request."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    settings = reading.settings(asked.generation_config or _Config(), _SETTINGS)
    if asked.previous_interaction_id is not None:
        settings["gen_ai.request.previous_response.id"] = asked.previous_interaction_id
    return Asked(
        model=_names.model(asked.model or asked.agent),
        stream=bool(asked.stream) or "stream=true" in request.query,
        service_tier=asked.service_tier,
        settings=settings,
        metadata=asked.labels or {},
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an interaction, or the events of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    streamed = reading.is_stream(response)
    events, gaps = reading.everything(_EVENT, response)
    said = [part for event in events for part in (event, event.interaction) if part is not None]
    usage, unread = _read([part.usage for part in said])
    status, name = _last([part.status for part in said]), _last([part.id for part in said])
    is_done = status is not None and status not in _UNDONE
    error = error_body.of(_last([part.error for part in said]))
    return Answered(
        model=_names.model(_last([part.model or part.agent for part in said])),
        id=name,
        service_tier=_last([part.service_tier for part in said]),
        finish_reasons=(status,) if status is not None and is_done else (),
        usage=usage,
        error=error,
        complete=is_done or not streamed,
        deferred=is_done and name is not None,
        pending=not is_done and not streamed and error is None and bool(events),
        gaps=(*gaps, *unread),
    )


def _last(values: list[Any]) -> Any:
    """The last value that says something."""
    return next((value for value in reversed(values) if value), None)


def _read(raws: list[msgspec.Raw]) -> tuple[Usage | None, tuple[str, ...]]:
    told = [raw for raw in raws if bytes(raw) not in (b"", b"null")]
    if not told:
        return None, ()
    said = readable(_COUNTED, told[-1])
    if said is None:
        return None, (_usage.UNREADABLE,)
    counts = _usage.Counts(
        prompt=said.total_input_tokens,
        cached=said.total_cached_tokens,
        tool=said.total_tool_use_tokens,
        answer=said.total_output_tokens,
        thoughts=said.total_thought_tokens,
        total=said.total_tokens,
        prompt_parts=said.input_tokens_by_modality,
        cached_parts=said.cached_tokens_by_modality,
        answer_parts=said.output_tokens_by_modality,
    )
    searches = sum(each.count or 0 for each in said.grounding_tool_count or () if each.type == "google_search")
    units = {Unit.WEB_SEARCHES: Decimal(searches)} if searches > 0 else {}
    return Usage(tokens=_usage.tokens(counts), units=units, raw=bytes(told[-1]).decode("utf-8", "replace")), ()


def answer_again(response: Response, asked: Asked) -> Answered:
    """An interaction that was asked for: an error, or one that is not done yet, is no call."""
    answered = answer(response, asked)
    return answered if answered.deferred else Answered(pending=True)


DIALECT = Dialect(
    api="interactions",
    operation="generate_content",
    estimates=True,
    ask=ask,
    answer=answer,
    markers=(b'"interaction.', *reading.USAGE, *reading.ERROR),
)
RESULT = Dialect(
    api="interactions",
    operation="generate_content",
    ask=ask,
    answer=answer_again,
    markers=DIALECT.markers,
    needs_model=False,
)
