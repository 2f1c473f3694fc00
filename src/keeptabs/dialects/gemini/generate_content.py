"""Generated content: ``POST …/models/{model}:generateContent``, and ``:streamGenerateContent``, as events or an array.

The path names the model. Each event of a stream has the usage so far. A prompt that is blocked gets no candidate: why
stands in ``promptFeedback``, as an error of the policy though the status is 200. Source: google-genai 3.4.0
``types.GenerateContentResponse``, recorded traffic; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.gemini import _errors, _names, _searches, _usage

_SETTINGS = {
    "max_output_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "stop_sequences": "gen_ai.request.stop_sequences",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "seed": "gen_ai.request.seed",
}
_OUTPUTS = {"TEXT": "text", "IMAGE": "image", "AUDIO": "speech"}
_TIER = "x-gemini-service-tier"
BLOCKED = "promptFeedback"


class _Thinking(msgspec.Struct, rename="camel"):
    thinking_level: str | None = None


class _Config(msgspec.Struct, rename="camel"):
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    candidate_count: int | None = None
    stop_sequences: list[str] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    response_mime_type: str | None = None
    response_modalities: list[str] | None = None
    thinking_config: _Thinking | None = None


class _Request(msgspec.Struct, rename="camel"):
    generation_config: _Config | None = None
    service_tier: str | None = None
    labels: dict[str, str] | None = None  # Vertex AI


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str | None = None
    block_reason_message: str | None = None


class _Candidate(msgspec.Struct, rename="camel"):
    index: int = 0
    finish_reason: str | None = None
    grounding_metadata: _searches.Grounding | None = None


class Generated(msgspec.Struct, rename="camel"):
    """A whole answer or one event of it; the same fields matter in both."""

    candidates: list[_Candidate] | None = None
    usage_metadata: msgspec.Raw = msgspec.Raw()
    model_version: str | None = None
    response_id: str | None = None
    prompt_feedback: _Feedback | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_GENERATED = msgspec.json.Decoder(Generated, strict=False)


def ask(request: Request) -> Asked:
    """Stream, tier, labels and parameters of a request."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    config = asked.generation_config or _Config()
    settings = reading.settings(config, _SETTINGS)
    if config.candidate_count is not None and config.candidate_count != 1:
        settings["gen_ai.request.choice.count"] = config.candidate_count
    if config.thinking_config is not None and config.thinking_config.thinking_level is not None:
        settings["gen_ai.request.reasoning.level"] = config.thinking_config.thinking_level
    return Asked(
        stream=request.path.endswith(":streamGenerateContent"),
        service_tier=asked.service_tier,
        output_type=_output_type(config),
        settings=settings,
        metadata=asked.labels or {},
    )


def _output_type(config: _Config) -> str | None:
    """What is wanted beside text, else JSON where that is wanted."""
    wanted = [_OUTPUTS.get(each.upper()) for each in config.response_modalities or ()]
    other = next((each for each in wanted if each not in (None, "text")), None)
    return other or ("json" if config.response_mime_type == "application/json" else wanted[0] if wanted else None)


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an answer, or the events of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_GENERATED, response)
    answered = fold(events, asked.model, streamed=reading.is_stream(response))
    tier = answered.service_tier or response.headers.get(_TIER)
    return msgspec.structs.replace(answered, service_tier=tier, gaps=(*gaps, *answered.gaps))


def fold(events: list[Generated], asked_model: str | None, *, streamed: bool) -> Answered:
    """What the parts of one answer say together."""
    candidates = [candidate for event in events for candidate in event.candidates or ()]
    reasons = {candidate.index: candidate.finish_reason for candidate in candidates if candidate.finish_reason}
    model = _names.model(next((event.model_version for event in events if event.model_version), None))
    error = next(filter(None, map(_error, events)), None)
    complete = bool(reasons) or error is not None or not streamed
    told = _usage.read([event.usage_metadata for event in events], complete=complete)
    groundings = [found for candidate in candidates if (found := candidate.grounding_metadata) is not None]
    return Answered(
        model=model,
        id=next((event.response_id for event in events if event.response_id), None),
        service_tier=told.service_tier,
        finish_reasons=tuple(reasons[index] for index in sorted(reasons)),
        usage=_searches.counted(told.usage, groundings, model or asked_model),
        error=error,
        complete=complete,
        gaps=told.gaps,
    )


def _error(event: Generated) -> ProviderError | None:
    if event.error:
        return _errors.of(event.error)
    feedback = event.prompt_feedback
    if feedback is None or not feedback.block_reason:
        return None
    return ProviderError(code=feedback.block_reason, type=BLOCKED, message=feedback.block_reason_message)


DIALECT = Dialect(
    api="generate_content",
    operation="generate_content",
    estimates=True,
    ask=ask,
    answer=answer,
    markers=(b'"usageMetadata"', b'"finishReason"', b'"blockReason"', b'"webSearchQueries"', *reading.ERROR),
    needs_model=False,
)
