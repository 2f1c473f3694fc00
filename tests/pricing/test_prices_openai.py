"""What calls to OpenAI cost: fine-tuned models, history, audio, video, tiers, regions, tools and cache writes."""

import sys
from pathlib import Path

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing.book import Book

sys.path.insert(0, str(Path(__file__).parent))
try:
    from priced_cases import (
        AUDIO_IN,
        AUDIO_OUT,
        AUDIO_READ,
        BATCH,
        BOTH,
        CACHED,
        DISPUTED,
        FLEX,
        IN,
        MILLIONS,
        NOBODY,
        OUT,
        PARTIAL,
        PRIORITY,
        READ,
        UNPRICED,
        Case,
        K,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

PAGE = "https://developers.openai.com/api/docs/pricing"
CACHING = "https://openai.com/index/api-prompt-caching/"
CUT = "https://community.openai.com/t/1284925"
LANGCHAIN = "https://github.com/langchain-ai/langchain/commit/3894b4d9a57989f155e79a6dddfdb376bdeffd6b"
REALTIME = "https://community.openai.com/t/help-me-understand-the-realtime-usage-block/1060242"
LITELLM_2025_04 = "https://pypi.org/project/litellm/1.67.0/"
LITELLM_2025_08 = "https://pypi.org/project/litellm/1.75.0/"
LITELLM = "https://pypi.org/project/litellm/1.109.1/"
ANNOUNCED = "https://github.com/BerriAI/litellm/discussions/52347"
FAST = "https://openai.com/api-fast-mode/"
FLEX_PAGE = "https://developers.openai.com/api/docs/guides/flex-processing"
MINI_AUDIO = "https://developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview"
PRIORITY_PAGE = "https://developers.openai.com/api/docs/guides/priority-processing"

ULTRAFAST = {"tier": "ultrafast"}
IN_EUROPE = {"host": "eu.api.openai.com"}
IN_US = {"host": "us.api.openai.com"}
BOOK = Book()
CASES = [
    # Fine-tuned models cost more than what they were made from; of one that no list has, the price is unknown.
    Case("openai", "ft:gpt-4.1-2025-04-14:acme::abc", BOTH, "0.015", PAGE),
    Case("openai", "ft:gpt-4.1-mini-2025-04-14:acme:x:abc", BOTH, "0.004", PAGE),
    Case("openai", "ft:gpt-4.1-nano-2025-04-14:acme::abc", {IN: M, READ: M, OUT: M}, "1.05", PAGE),
    Case("openai", "ft:o4-mini-2025-04-16:acme::abc", CACHED, "0.021", PAGE),
    Case("openai", "ft:gpt-4o-2024-08-06:acme::abc", CACHED, "0.020625", PAGE),
    Case("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc", CACHED, "0.00165", PAGE),
    Case("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc", CACHED, "0.000825", LITELLM, more=BATCH),
    Case("openai", "ft:gpt-3.5-turbo-0125:acme::abc", BOTH, "0.009", PAGE),
    Case("openai", "ft:gpt-4o-2024-08-06:acme::abc", MILLIONS, "14.725", LITELLM, more=BATCH, status=DISPUTED),
    Case("openai", "ft:gpt-4.1-2025-04-14:acme:moderation:x", BOTH, "0.015", PAGE),
    Case("openai", "ft:gpt-5:acme::abc", BOTH, None, NOBODY, status=UNPRICED),
    # History.
    Case("openai", "o1-mini-2024-09-12", CACHED, "0.0165", CACHING, "2024-11-01"),
    Case("openai", "o1-mini", BOTH, "0.0055", PAGE, "2025-03-01"),
    Case("openai", "o3", CACHED, "0.0525", CUT, "2025-05-01"),
    Case("openai", "o3", BOTH, "0.025", FLEX_PAGE, "2025-05-01", FLEX),
    Case("openai", "gpt-3.5-turbo", BOTH, "0.0035", LANGCHAIN, "2024-01-10"),
    Case("openai", "davinci:2023-07-21-v2", BOTH, "0.004", PAGE, "2024-06-01"),
    # Audio and images.
    Case(
        "openai",
        "gpt-4o-realtime-preview-2024-10-01",
        {AUDIO_IN: K, AUDIO_READ: K, AUDIO_OUT: K, IN: K, OUT: K},
        "0.345",
        REALTIME,
    ),
    Case("openai", "gpt-4o-realtime-preview-2024-12-17", {AUDIO_IN: K, AUDIO_OUT: K}, "0.12", PAGE),
    Case("openai", "gpt-4o-audio-preview-2024-10-01", {AUDIO_IN: K, AUDIO_OUT: K}, "0.3", LITELLM_2025_08),
    Case("openai", "gpt-4o-mini-audio-preview", {AUDIO_IN: K, AUDIO_OUT: K}, "0.03", MINI_AUDIO),
    Case("openai", "gpt-4o-transcribe", {AUDIO_IN: K, OUT: 100}, "0.007", PAGE, "2026-01-01"),
    Case("openai", "gpt-4o-transcribe-diarize", {AUDIO_IN: K, OUT: 100}, "0.007", PAGE, "2025-11-01"),
    Case("openai", "gpt-4o-mini-transcribe-2025-12-15", {AUDIO_IN: K, OUT: 100}, "0.0035", PAGE, "2026-01-01"),
    Case("openai", "gpt-4o-mini-tts-2025-12-15", {IN: K, AUDIO_OUT: K}, "0.0126", PAGE),
    Case("openai", "gpt-4o-mini-tts", {IN: 100, AUDIO_OUT: K, Unit.CHARACTERS: 400}, "0.01206", PAGE),
    Case("openai", "gpt-4.1", {IN: 10, Bucket.INPUT_IMAGE: 765}, "0.00155", PAGE),
    # Search models: a fee for each answer, which went by the size of the context until June 2025.
    Case("openai", "gpt-4o-search-preview", BOTH, "0.0375", PAGE),
    Case("openai", "gpt-4o-search-preview", BOTH, "0.0475", LITELLM_2025_08, "2025-05-01"),
    Case(
        "openai",
        "gpt-4o-search-preview",
        BOTH,
        "0.0625",
        LITELLM_2025_08,
        "2025-05-01",
        {"kinds": {"search_context_size": "high"}},
    ),
    Case("openai", "gpt-4o-mini-search-preview-2025-03-11", BOTH, "0.02575", PAGE),
    Case("openai", "gpt-5-search-api-2025-10-14", BOTH, "0.02125", PAGE),
    # Video by the second and size.
    Case("openai", "sora-2", {Unit.SECONDS: 8}, "0.8", PAGE, "2026-01-01", {"asked": Asked(size="720x1280")}),
    Case("openai", "sora-2-pro", {Unit.SECONDS: 8}, "4", PAGE, "2026-01-01", {"asked": Asked(size="1792x1024")}),
    Case(
        "openai",
        "sora-2-pro",
        {Unit.SECONDS: 8},
        None,
        NOBODY,
        "2026-01-01",
        {"asked": Asked(size="640x480")},
        status=UNPRICED,
    ),
    Case(
        "openai",
        "sora-2-pro-2025-10-06",
        {Unit.SECONDS: 8},
        "1.2",
        PAGE,
        "2026-01-01",
        {"batch": True, "asked": Asked(size="1280x720")},
    ),
    # Kinds of service.
    Case("openai", "gpt-6-astra", BOTH, "0.36", PAGE, more=ULTRAFAST),
    Case("openai", "gpt-6.1-sol", CACHED, "0.0726", PAGE, more=ULTRAFAST),
    Case("openai", "gpt-6.1-terra", BOTH, "0.006", PAGE, more=ULTRAFAST, status=PARTIAL),
    # Regions: a tenth more for models that came out since March 2026.
    Case("openai", "gpt-6-sol", BOTH, "0.0132", PAGE, more=IN_EUROPE),
    Case("openai", "gpt-6-sol", BOTH, "0.012", PAGE, more={"host": "api.openai.com"}),
    Case("openai", "gpt-4.1", BOTH, "0.01", PAGE, more=IN_EUROPE),
    Case("openai", "gpt-5.2", BOTH, "0.01575", PAGE, more=IN_US),
    Case("openai", "gpt-5.6-sol", {IN: 300 * K, OUT: K}, "2.673", PAGE, more=IN_US),
    # Models newer than the base, and services before the base has them.
    Case("openai", "gpt-6.2-astra", CACHED, "0.0484", ANNOUNCED),
    Case("openai", "gpt-6.2-sol", {IN: 300 * K, OUT: K}, "1.215", ANNOUNCED),
    Case("openai", "gpt-6.2-sol", BOTH, "0.006", ANNOUNCED, more=BATCH),
    Case("openai", "gpt-6.2-sol", BOTH, "0.006", ANNOUNCED, more=FLEX),
    Case("openai", "gpt-6.2-sol", BOTH, "0.012", ANNOUNCED, more={"tier": "fast"}, status=PARTIAL),
    Case("openai", "gpt-5.6-luna", BOTH, "0.0028", FAST, "2026-08-10", {"tier": "fast"}),
    Case("openai", "gpt-5.6-luna", BOTH, "0.0028", PRIORITY_PAGE, "2026-08-10", PRIORITY),
    Case("openai", "text-embedding-3-large", {IN: M}, "0.065", PAGE, "2025-01-01", BATCH),
    Case("openai", "o3-deep-research", BOTH, "0.025", PAGE, "2025-09-01", BATCH),
    # Tools.
    Case("openai", "gpt-4o", {**BOTH, Unit.FILE_SEARCHES: 1}, "0.015", PAGE),
    Case("openai", "gpt-4.1-nano", {**BOTH, Unit.FILE_SEARCHES: 1}, "0.003", PAGE),
    Case("openai", "gpt-4o", {**BOTH, Unit.WEB_SEARCHES_PREVIEW: 1}, "0.0375", PAGE),
    Case("openai", "gpt-4.1-mini", {**BOTH, Unit.WEB_SEARCHES_PREVIEW: 1}, "0.027", PAGE),
    Case("openai", "gpt-4.1-mini", {**BOTH, Unit.WEB_SEARCHES_PREVIEW: 1}, "0.0295", LITELLM_2025_04, "2025-05-01"),
    Case("openai", "o4-mini", {**BOTH, Unit.WEB_SEARCHES_PREVIEW: 1}, "0.0155", PAGE),
    Case("openai", "gpt-5.4", {**BOTH, Unit.WEB_SEARCHES_PREVIEW: 2}, "0.0375", PAGE),
    Case("openai", "gpt-4.1", {**BOTH, Unit.CONTAINERS: 1}, "0.04", PAGE),
    Case("openai", "gpt-4.1", {**BOTH, Unit.CONTAINERS: 2}, "0.97", PAGE, more={"kinds": {"memory_limit": "16g"}}),
    # Cache writes of twelve hours: twice the rate of others, in every tier and region.
    Case("openai", "gpt-6-sol", {IN: K, Bucket.CACHE_WRITE_12H: K, OUT: K}, "0.017", LITELLM),
    Case("openai", "gpt-6-sol", {IN: K, Bucket.CACHE_WRITE_12H: K, OUT: K}, "0.0085", LITELLM, more=FLEX),
    Case("openai", "gpt-5.6-luna", {Bucket.CACHE_WRITE_12H: K, OUT: K}, "0.0085", LITELLM, "2026-07-20"),
    Case("openai", "gpt-6-astra", {Bucket.CACHE_WRITE_12H: 300 * K}, "15", LITELLM),
    Case("openai", "gpt-6-sol", {Bucket.CACHE_WRITE_12H: K}, "0.0055", LITELLM, more=IN_EUROPE),
    # Dates without dashes.
    Case("openai", "gpt-5.2-20251211", BOTH, "0.01575", PAGE),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """Fine-tuned, retired, spoken, filmed, faster, regional and with tools: to the last digit."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
