"""What calls to Google cost: modalities, tiers, searches, images, speech and video, and models of others on Vertex."""

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
        BATCH,
        BOTH,
        CACHED,
        FLEX,
        FREE,
        IN,
        OUT,
        PRIORITY,
        READ,
        Case,
        K,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

PAGE = "https://ai.google.dev/gemini-api/docs/pricing"
BATCHES = "https://developers.googleblog.com/scale-your-ai-workloads-batch-mode-gemini-api"
FLASH_37 = "https://blog.google/innovation-and-ai/models-and-research/gemini-models/introducing-gemini-3-7-flash/"
FLEX_PAGE = "https://ai.google.dev/gemini-api/docs/optimization"
FLASH_3 = "https://newzino.com/story/google-gemini-3-flash-release"
LITELLM = "https://pypi.org/project/litellm/1.109.1/"
VEO = "https://reapi.ai/ru/blog/cheapest-veo-3-1-api-2026"
VEO_FAST = "https://ddsboston.com/pages/masterclass-video-routing"
IMAGEN = "https://discuss.ai.google.dev/t/issue-with-url-context-tooling/101173"

GLOBAL = {"host": "aiplatform.googleapis.com"}
IN_EUROPE = {"host": "aiplatform.eu.rep.googleapis.com"}
IN_THE_NETHERLANDS = {"host": "europe-west4-aiplatform.googleapis.com"}
IN_OHIO = {"host": "us-east5-aiplatform.googleapis.com"}
SIZE_4K = {"asked": Asked(size="4k")}
SIZE_1080P = {"asked": Asked(size="1080p")}
SIZE_720P = {"asked": Asked(size="720p")}
BOOK = Book()
CASES = [
    # Modalities.
    Case(
        "google",
        "gemini-2.5-flash",
        {IN: 100, Bucket.INPUT_IMAGE: 1_032, Bucket.INPUT_VIDEO: 900, OUT: 100},
        "0.0008596",
        PAGE,
    ),
    Case("google", "gemini-2.5-flash", {Bucket.CACHE_READ_IMAGE: K, READ: K, OUT: 0}, "0.00006", PAGE),
    Case("google", "gemini-2.5-pro", {AUDIO_IN: K, OUT: 0}, "0.00125", PAGE),
    # Batches, whose requests are as long as each of them is; tiers, and a price that fell.
    Case(
        "google",
        "gemini-2.5-flash",
        {IN: K, Bucket.OUTPUT_REASONING: K, OUT: K},
        "0.00265",
        BATCHES,
        "2026-08-19",
        BATCH,
    ),
    Case("google", "gemini-3.6-flash", BOTH, "0.009", FLASH_37, "2026-08-01"),
    Case("google", "gemini-3.6-flash", BOTH, "0.0045", BATCHES, "2026-08-01", BATCH),
    Case("google", "gemini-3.6-flash", BOTH, "0.0045", PAGE),
    Case("google", "gemini-3.8-flash", BOTH, "0.0081", PAGE, more=PRIORITY),
    Case("google", "gemini-3.8-flash", BOTH, "0.00225", PAGE, more=FLEX),
    Case("google", "gemini-2.5-flash", CACHED, "0.00143", FLEX_PAGE, more=FLEX),
    Case("google", "gemini-2.5-pro", {IN: M, OUT: 100 * K}, "2", PAGE, more=BATCH),
    Case("google", "gemini-2.5-pro", {IN: M, OUT: 100 * K}, "1.125", PAGE, more=BATCH, longest=10 * K),
    # Searches: by the prompt for 2.x, by the query for 3.x, and free while that was new.
    Case("google", "gemini-3-flash-preview", {**BOTH, Unit.WEB_SEARCHES: 3}, "0.0035", FLASH_3, "2025-12-20"),
    Case("google", "gemini-3-flash-preview", {**BOTH, Unit.WEB_SEARCHES: 3}, "0.0455", PAGE, "2026-02-20"),
    Case("google", "gemini-2.5-flash", {**BOTH, Unit.WEB_SEARCHES: 1}, "0.0378", PAGE),
    # Speech, embeddings, images and video.
    Case("google", "gemini-2.5-flash-preview-tts", {IN: 100, AUDIO_OUT: K}, "0.01005", PAGE, "2026-06-20"),
    Case("google", "gemini-3.1-flash-live-preview", {AUDIO_IN: K, AUDIO_OUT: K}, "0.015", PAGE, "2026-06-20"),
    Case("google", "gemini-embedding-001", {IN: M}, "0.075", PAGE, "2026-06-20", BATCH),
    Case("google", "text-embedding-004", {IN: 5, Unit.CHARACTERS: M}, "0.025", LITELLM, "2025-06-20"),
    Case("google", "gemma-3-27b-it", {IN: 5, OUT: 5}, "0", PAGE, "2025-06-20", status=FREE),
    Case("google", "veo-3.1-generate-preview", {Unit.SECONDS: 8}, "3.2", VEO, "2026-06-20"),
    Case("google", "veo-3.1-generate-preview", {Unit.SECONDS: 8}, "4.8", VEO, "2026-06-20", SIZE_4K),
    Case("google", "veo-3.1-fast-generate-preview", {Unit.SECONDS: 8}, "0.96", VEO_FAST, "2026-06-20", SIZE_1080P),
    Case("google", "veo-3.1-fast-generate-preview", {Unit.SECONDS: 8}, "1.2", VEO_FAST, "2026-02-20", SIZE_1080P),
    Case("google", "veo-3.1-lite-generate-preview", {Unit.SECONDS: 4}, "0.2", VEO, "2026-06-20", SIZE_720P),
    Case("google", "imagen-4.0-generate-001", {Unit.IMAGES: 2}, "0.08", IMAGEN, "2026-01-20"),
    # Vertex: a tenth more in regions, for the newer models.
    Case("google", "claude-sonnet-4-5@20250929", BOTH, "0.018", LITELLM, "2026-06-20", GLOBAL),
    Case("google", "claude-sonnet-4-5@20250929", BOTH, "0.0198", LITELLM, "2026-06-20", IN_OHIO),
    Case("google", "claude-sonnet-4@20250514", BOTH, "0.018", PAGE, "2026-06-20", IN_OHIO),
    Case(
        "google", "claude-sonnet-5@default", {**BOTH, Unit.WEB_SEARCHES: 1}, "0.0232", LITELLM, "2026-09-20", IN_EUROPE
    ),
    Case("google", "gemini-3.8-flash", BOTH, "0.00495", PAGE, more=IN_THE_NETHERLANDS),
    Case("google", "gemini-2.5-pro", BOTH, "0.01125", PAGE, more=IN_THE_NETHERLANDS),
    # Models that the base lacks.
    Case("google", "gemini-3.8-flash-cyber", BOTH, "0.009", LITELLM),
    Case("google", "gemini-3.8-flash-cyber", BOTH, "0.0045", LITELLM, more=BATCH),
    Case("google", "openai/gpt-oss-120b-maas", BOTH, "0.00045", LITELLM),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """At the Gemini API and on Vertex, globally and in regions."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
