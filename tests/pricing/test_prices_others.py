"""What calls to those who make models of their own cost, beside OpenAI, Anthropic, Google, Amazon and DeepSeek."""

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
        BATCH,
        BOTH,
        DISPUTED,
        FREE,
        IN,
        MILLIONS,
        OUT,
        Case,
        K,
        M,
        answered,
        name,
        sources,
    )
finally:
    sys.path.pop(0)

MISTRAL = "https://mistral.ai/pricing"
MISTRAL_API = "https://mistral.ai/pricing/api"
MISTRAL_LARGE = "https://docs.mistral.ai/models/mistral-large-3-25-12"
VOXTRAL = "https://docs.mistral.ai/models/voxtral-small-25-07"
TOKENCOST = "https://github.com/AgentOps-AI/tokencost/blob/main/tokencost/model_prices.json"
LITELLM = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
COHERE = "https://developer.puter.com/tutorials/cohere-api-pricing/"
XAI = "https://docs.x.ai/docs/models"
XAI_MODELS = "https://api.x.ai/v1/language-models"
GROK_4 = "https://wavespeed.ai/zh-CN/llm/x-ai/grok-4"
SONAR = "https://docs.perplexity.ai/docs/legacy/sonar/models/sonar"
PERPLEXITY = "https://docs.perplexity.ai/getting-started/pricing"
MOONSHOT = "https://platform.moonshot.ai/docs/pricing"
ZAI = "https://docs.z.ai/guides/overview/pricing"
VOYAGE = "https://docs.voyageai.com/docs/pricing"

LOW, MEDIUM, HIGH = ({"kinds": {"search_context_size": size}} for size in ("low", "medium", "high"))
BOOK = Book()
CASES = [
    Case("mistral", "mistral-large-latest", MILLIONS, "8", MISTRAL_API, "2025-11-01"),
    Case("mistral", "mistral-large-latest", MILLIONS, "2", MISTRAL_LARGE),
    Case("mistral", "mistral-large-latest", MILLIONS, "1", MISTRAL_LARGE, more=BATCH),
    Case("mistral", "mistral-medium", MILLIONS, "10.8", TOKENCOST, "2025-01-01"),
    Case("mistral", "mistral-medium", MILLIONS, "2.4", MISTRAL_API, "2025-09-01"),
    Case("mistral", "mistral-medium", MILLIONS, "9", "https://docs.mistral.ai/models/mistral-medium-3-5-26-04"),
    Case(
        "mistral", "mistral-small-latest", MILLIONS, "0.375", "https://mistral.ai/news/batch-api", "2026-08-19", BATCH
    ),
    Case("mistral", "ministral-14b-latest", MILLIONS, "0.4", "https://docs.mistral.ai/models/ministral-3-14b-25-12"),
    Case("mistral", "mistral-ocr-3", {Unit.PAGES: K}, "2", MISTRAL),
    Case("mistral", "mistral-ocr-3", {Unit.PAGES: K}, "1", MISTRAL, more=BATCH),
    Case("mistral", "mistral-ocr-latest", {Unit.PAGES: K}, "4", MISTRAL_API),
    Case("mistral", "voxtral-small-latest", {AUDIO_IN: 375, IN: K, OUT: K, Unit.SECONDS: 30}, "0.0025", VOXTRAL),
    Case(
        "mistral",
        "voxtral-small-latest",
        {AUDIO_IN: 375, IN: K, OUT: K, Unit.SECONDS: 30},
        "0.0024",
        VOXTRAL,
        "2026-01-01",
    ),
    Case("mistral", "voxtral-mini-tts-latest", {Unit.CHARACTERS: K}, "0.016", "https://mistral.ai/news/voxtral-tts/"),
    Case(
        "mistral",
        "mistral-moderation-2603",
        {Unit.REQUESTS: 1},
        "0",
        "https://docs.mistral.ai/models/mistral-moderation-26-03",
        status=FREE,
    ),
    Case("cohere", "rerank-v4.0-pro", {Unit.RERANK_SEARCHES: 2}, "0.005", COHERE),
    Case("cohere", "embed-v4.0", {IN: M, Bucket.INPUT_IMAGE: M}, "0.59", COHERE),
    Case("cohere", "embed-english-v3.0", {Unit.IMAGES: 10}, "0.001", LITELLM),
    Case("cohere", "embed-english-light-v3.0", {IN: M}, "0.1", LITELLM),
    Case(
        "cohere",
        "command-a-plus-05-2026",
        MILLIONS,
        "12.5",
        "https://docs.cohere.com/v2/docs/rate-limits",
        status=DISPUTED,
    ),
    Case("cohere", "command-r-plus-04-2024", MILLIONS, "18", "https://cohere.com/pricing"),
    Case("x-ai", "grok-4-0709", {IN: 100 * K, OUT: K}, "0.315", GROK_4, "2025-09-01"),
    Case("x-ai", "grok-4-0709", {IN: 200 * K, OUT: K}, "1.23", GROK_4, "2025-09-01"),
    Case(
        "x-ai",
        "grok-4-fast-reasoning",
        {IN: 200 * K, OUT: K},
        "0.081",
        "https://openrouter.ai/x-ai/grok-4-fast",
        "2025-10-01",
    ),
    Case("x-ai", "grok-code-fast-1", MILLIONS, "1.7", XAI, "2026-01-01"),
    Case(
        "x-ai", "grok-code-fast-1", BOTH, "0.003", "https://docs.x.ai/docs/migration/may-15-retirement", status=DISPUTED
    ),
    Case("x-ai", "grok-4.6", BOTH, "0.0088", XAI, more={"host": "us.api.x.ai"}),
    Case("x-ai", "grok-4.6", BOTH, "0.008", XAI, more={"host": "api.x.ai"}),
    Case("x-ai", "grok-4.7", BOTH, "0.0064", "https://openrouter.ai/x-ai/grok-4.7", more=BATCH),
    Case("x-ai", "grok-imagine-image", {Unit.IMAGES: 2}, "0.04", "https://docs.x.ai/developers/cost-tracking"),
    Case("x-ai", "grok-imagine-image-2.0", {Unit.IMAGES: 1}, "0.04", XAI, more={"asked": Asked(quality="low")}),
    Case("x-ai", "grok-imagine-image-2.0", {Unit.IMAGES: 1}, "0.06", XAI),
    Case("x-ai", "grok-4.20-beta", BOTH, "0.008", XAI_MODELS, "2026-04-01"),
    Case("x-ai", "grok-4.20-reasoning-latest", BOTH, "0.00375", XAI_MODELS),
    Case("perplexity", "sonar", {IN: 8, OUT: 15}, "0.005023", SONAR),
    Case("perplexity", "sonar", {IN: 8, OUT: 15}, "0.008023", SONAR, more=MEDIUM),
    Case("perplexity", "sonar-pro", {IN: 17, OUT: 6}, "0.014141", PERPLEXITY, more=HIGH),
    Case("perplexity", "sonar-reasoning-pro", BOTH, "0.016", PERPLEXITY, more=LOW),
    Case(
        "perplexity",
        "sonar-deep-research",
        {IN: 33, Bucket.INPUT_TOOL: 20_028, OUT: 7_163, Bucket.OUTPUT_REASONING: 73_997, Unit.WEB_SEARCHES: 28},
        "0.459417",
        "https://docs.perplexity.ai/docs/getting-started/pricing",
    ),
    Case("moonshotai", "moonshot-v1-auto", {IN: 8 * K, OUT: K}, "0.0036", MOONSHOT, "2026-01-01", status=DISPUTED),
    Case("moonshotai", "kimi-latest", {IN: 40 * K, OUT: K}, "0.085", MOONSHOT, "2025-09-01"),
    Case("moonshotai", "kimi-k2.6", MILLIONS, "4.95", "https://platform.kimi.ai/docs/models.md"),
    Case("zai", "glm-4.7-flash", MILLIONS, "0", ZAI, status=FREE),
    Case("zai", "glm-5-turbo", MILLIONS, "5.2", ZAI),
    Case("zai", "glm-5.3", MILLIONS, "5.8", ZAI),
    Case("voyageai", "rerank-2-lite", {IN: M}, "0.02", VOYAGE),
    Case("voyageai", "rerank-2.5", {IN: M}, "0.05", "https://openrouter.ai/voyageai"),
    Case("voyageai", "voyage-multimodal-3", {IN: M}, "0.12", VOYAGE),
    Case("jina", "jina-reranker-v2-base-multilingual", {IN: M}, "0.05", "https://api.jina.ai/v1/models"),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """With moving aliases, pages, speech, searches, images and fees by the request."""
    cost = BOOK.price(case.question)
    assert answered(cost) == case.known, cost.why
    assert case.source in sources(cost)
