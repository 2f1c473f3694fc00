"""What a usage object of an OpenAI format counts beside tokens: seconds of audio, pixels, and uses of hosted tools.

Sources: mistralai 3.7.0 ``usageinfo.py`` and ``conversationusageinfo.py``, perplexityai 0.46.1
``types/shared/usage_info.py``, openrouter 1.3.84 ``creatererank.py``, voyageai 0.5.0 ``multimodal_embeddings.py``,
recorded traffic of xAI and OpenRouter; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.usage import Unit


class _Tools(msgspec.Struct):
    web_search_requests: int | None = None  # OpenRouter
    web_search_calls: int | None = None  # xAI
    web_search: int | None = None  # Mistral


class _Said(msgspec.Struct):
    prompt_audio_seconds: Decimal | None = None  # Mistral
    search_units: Decimal | None = None  # OpenRouter, for reranking
    num_search_queries: int | None = None  # Perplexity
    server_tool_use_details: _Tools | None = None  # OpenRouter
    server_side_tool_usage_details: _Tools | None = None  # xAI
    connectors: _Tools | None = None  # Mistral's conversations
    image_pixels: int | None = None  # Voyage
    video_pixels: int | None = None  # Voyage


_SAID = msgspec.json.Decoder(_Said, strict=False)


def read(usage: msgspec.Raw) -> dict[Unit, Decimal]:
    """The units in a usage object, without those that were not used."""
    said = readable(_SAID, usage) or _Said()
    found = {
        Unit.SECONDS: said.prompt_audio_seconds,
        Unit.WEB_SEARCHES: _searches(said),
        Unit.RERANK_SEARCHES: said.search_units,
        Unit.PIXELS: _pixels(said),
    }
    amounts = {unit: amount(None if count is None else Decimal(count)) for unit, count in found.items()}
    return {unit: count for unit, count in amounts.items() if count}


_MOST = 12  # digits before the point
_FINEST = 40  # digits after it


def amount(told: Decimal | None) -> Decimal | None:
    """``told`` where it is an amount, of money too: finite, not negative, and of a size that can be shown."""
    if told is None or not told.is_finite() or told < 0:
        return None
    if not told:
        return Decimal(0)
    return told if told.adjusted() < _MOST and int(told.as_tuple().exponent) >= -_FINEST else None


def _searches(said: _Said) -> int | None:
    if said.num_search_queries:
        return said.num_search_queries
    tools = said.server_tool_use_details or said.server_side_tool_usage_details or said.connectors or _Tools()
    return tools.web_search_requests or tools.web_search_calls or tools.web_search


def _pixels(said: _Said) -> int:
    return sum(max(count or 0, 0) for count in (said.image_pixels, said.video_pixels))
