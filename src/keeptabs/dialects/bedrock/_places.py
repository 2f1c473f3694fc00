"""Where answers of InvokeModel say what: each vendor has places of its own, in whole bodies and in chunks.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html and recorded traffic; checked 2026-11-24.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from keeptabs.core.decoding import readable

Document = dict[str, Any]
Place = tuple[str, ...]  # names from the outside in; a list on the way stands for each of its elements

METRICS = "amazon-bedrock-invocationMetrics"  # Bedrock's own, in the last chunk of every stream
GUARDRAIL = ("amazon-bedrock-guardrailAction",)

INPUT: tuple[Place, ...] = (
    (METRICS, "inputTokenCount"),
    ("usage", "inputTokens"),  # Nova
    ("metadata", "usage", "inputTokens"),  # Nova's stream
    ("usage", "input_tokens"),  # Claude
    ("message", "usage", "input_tokens"),  # Claude's stream
    ("inputTextTokenCount",),  # Titan
    ("prompt_token_count",),  # Llama
)
OUTPUT: tuple[Place, ...] = (
    (METRICS, "outputTokenCount"),
    ("usage", "outputTokens"),
    ("metadata", "usage", "outputTokens"),
    ("usage", "output_tokens"),
    ("message", "usage", "output_tokens"),
    ("usage", "completion_tokens"),  # OpenAI, and those that speak like it
    ("results", "tokenCount"),  # Titan
    ("totalOutputTextTokenCount",),  # Titan's stream
    ("generation_token_count",),  # Llama
)
CACHE_READ: tuple[Place, ...] = (
    (METRICS, "cacheReadInputTokenCount"),
    ("usage", "cacheReadInputTokenCount"),
    ("metadata", "usage", "cacheReadInputTokenCount"),
    ("usage", "cache_read_input_tokens"),
    ("message", "usage", "cache_read_input_tokens"),
)
CACHE_WRITE: tuple[Place, ...] = (
    (METRICS, "cacheWriteInputTokenCount"),
    ("usage", "cacheWriteInputTokenCount"),
    ("metadata", "usage", "cacheWriteInputTokenCount"),
    ("usage", "cache_creation_input_tokens"),
    ("message", "usage", "cache_creation_input_tokens"),
)
BY_TTL: dict[str, tuple[Place, ...]] = {
    ttl: (
        ("usage", "cache_creation", f"ephemeral_{ttl}_input_tokens"),
        ("message", "usage", "cache_creation", f"ephemeral_{ttl}_input_tokens"),
    )
    for ttl in ("5m", "1h")
}
PROMPT = (("usage", "prompt_tokens"),)  # of those that speak like OpenAI: what came from the cache is a part of it
PROMPT_CACHED = (("usage", "prompt_tokens_details", "cached_tokens"),)
LATENCY = ((METRICS, "invocationLatency"),)
ENDS = ((METRICS,), ("totalOutputTextTokenCount",))  # with a value only in a last chunk

REASONS: tuple[Place, ...] = (
    ("stopReason",),  # Nova
    ("messageStop", "stopReason"),
    ("stop_reason",),  # Claude, Llama
    ("delta", "stop_reason"),
    ("completionReason",),  # Titan
    ("results", "completionReason"),
    ("choices", "finish_reason"),  # OpenAI, Jamba, Qwen
    ("choices", "stop_reason"),  # Mistral, DeepSeek
    ("outputs", "stop_reason"),  # Mistral
    ("finish_reason",),  # Cohere
    ("generations", "finish_reason"),
    ("completions", "finishReason", "reason"),  # AI21's Jurassic
    ("finish_reasons",),  # Stability
    ("artifacts", "finishReason"),
)
IDS = (("id",), ("message", "id"))
MODELS = (("model",), ("message", "model"))
IMAGES = (("images",), ("artifacts",))
OF_CHAT = (("output",), ("role",), ("messageStart",), ("message",), ("choices", "message"), ("choices", "delta"))
ERRORS = (("error",),)

_EVERY = (INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, PROMPT, REASONS, IDS, MODELS, IMAGES, OF_CHAT, ERRORS, (GUARDRAIL,))
_NAMES = {place[0] for places in _EVERY for place in places}
_MOST = 2.0**53  # above it not every whole number can be told from the next as a float
_ANY = msgspec.json.Decoder()


def document(members: dict[str, msgspec.Raw]) -> Document:
    """Those of a body's members that are a place of something: vectors and prompts are not read."""
    return {name: readable(_ANY, raw) for name, raw in members.items() if name in _NAMES}


def values(said: Document, places: tuple[Place, ...]) -> Iterator[Any]:
    """All that stands at these places, in their order, without nulls."""
    for place in places:
        yield from _within(said, place)


def _within(value: Any, place: Place) -> Iterator[Any]:
    if isinstance(value, list):
        for element in value:
            yield from _within(element, place)
    elif not place:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from _within(value.get(place[0]), place[1:])


def number(said: Document, places: tuple[Place, ...]) -> int | None:
    """The count at the first of these places that has one: of a list the sum. Titan writes whole numbers as 28.0."""
    for place in places:
        found = [int(each) for each in _within(said, place) if _is_whole(each)]
        if found:
            return sum(found)
    return None


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer() and abs(value) < _MOST
    return isinstance(value, int) and not isinstance(value, bool)


def text(said: Document, places: tuple[Place, ...]) -> str | None:
    """The first text at these places that is not empty."""
    return next((value for value in values(said, places) if isinstance(value, str) and value), None)
