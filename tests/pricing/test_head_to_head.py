"""Sixty-two calls whose cost is known and one whose is not, beside what two other sets of prices say of them.

Where ours differs from genai-prices or litellm, a line says why. The first is asked here, as far as it is installed;
what litellm 1.109.1 says was noted on 2026-11-23.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from keeptabs.core.cost import CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question

K = 1_000
IN, READ, OUT = Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.OUTPUT_TEXT
AUDIO_IN, AUDIO_OUT, DRAWN = Bucket.INPUT_AUDIO, Bucket.OUTPUT_AUDIO, Bucket.OUTPUT_IMAGE
BOTH: dict[Bucket | Unit, int] = {IN: K, OUT: K}
HALF: dict[Bucket | Unit, int] = {IN: 500, READ: 500, OUT: K}

PAGE = "https://developers.openai.com/api/docs/pricing"
MODELS = "https://developers.openai.com/api/docs/models"
ANTHROPIC = "https://platform.claude.com/docs/en/about-claude/pricing"
GOOGLE = "https://ai.google.dev/gemini-api/docs/pricing"
BEDROCK = "https://aws.amazon.com/bedrock/pricing/"
CUT = "https://community.openai.com/t/1284925"
AGREE = "genai-prices 0.2.3 and litellm 1.109.1 agree"
RECALL = "the price list of the time, from memory"

FLEX: Mapping[str, Any] = MappingProxyType({"tier": "flex"})
BATCH: Mapping[str, Any] = MappingProxyType({"batch": True})
HD: Mapping[str, Any] = MappingProxyType({"asked": Asked(size="1792x1024", quality="hd")})
NOTHING: Mapping[str, Any] = MappingProxyType({})

# Why theirs differs.
NO_HISTORY = "it has one price for all times"
TODAY = "it has batch, flex and priority rates from October 2026 on only"
CLAMPED = "it had cached input at a quarter of the later price in these weeks too"
NOT_SHIPPED = "it has no price"
NO_TIERS = "its cost_per_token leaves batch rates out, which it has"
AS_TEXT = "it prices audio as text"
STALE = "it still has the prices of February 2025"
TOOLS = "it adds searches in completion_cost only"
NO_SCOPE = "the scope of a deployment is not in the answer, and it cannot be told"
DEPLOYMENT = "the name of a deployment says nothing, and it cannot be told"
RETIRED = "it drops retired models"


class Case(NamedTuple):
    """One call, what it cost in USD, who says so, and why others say otherwise."""

    provider: str
    model: str
    counts: Mapping[Bucket | Unit, int]
    usd: str | None
    source: str
    day: str = "2026-11-20"
    more: Mapping[str, Any] = NOTHING
    genai: str = ""
    litellm: str = ""
    status: CostStatus = CostStatus.PRICED


FREE, UNPRICED, DISPUTED = CostStatus.FREE, CostStatus.UNPRICED, CostStatus.DISPUTED
CASES = [
    Case("openai", "gpt-4o-2024-05-13", BOTH, "0.02", AGREE),
    Case("openai", "gpt-4o-2024-08-06", HALF, "0.011875", AGREE),
    Case("openai", "gpt-4o-2024-11-20", BOTH, "0.0125", AGREE),
    Case("openai", "gpt-4o", BOTH, "0.02", RECALL, "2024-07-01", genai=NO_HISTORY, litellm=NO_HISTORY),
    Case("openai", "gpt-4o", BOTH, "0.0125", AGREE),
    Case("openai", "gpt-4o-mini", BOTH, "0.00075", AGREE),
    Case("openai", "gpt-4o-mini", BOTH, "0.000375", PAGE, more=BATCH, litellm=NO_TIERS),
    Case("openai", "gpt-4o-mini", BOTH, "0.000375", RECALL, "2025-01-15", BATCH, genai=TODAY, litellm=NO_TIERS),
    Case("openai", "gpt-4o", BOTH, "0.02125", AGREE, more={"tier": "priority"}),
    Case("openai", "o3", HALF, "0.04625", RECALL, "2025-05-01", genai=CLAMPED, litellm=NO_HISTORY),
    Case("openai", "o3", HALF, "0.00925", CUT, "2025-07-01"),
    Case("openai", "o3", BOTH, "0.005", AGREE, more=FLEX),
    Case("openai", "o1", {IN: K, OUT: 200, Bucket.OUTPUT_REASONING: 800}, "0.075", AGREE),
    Case("openai", "o1-preview", BOTH, "0.075", RECALL, litellm=RETIRED),
    Case("openai", "gpt-4.5-preview", BOTH, "0.225", RECALL, litellm=RETIRED),
    Case("openai", "gpt-4.1", BOTH, "0.01", AGREE),
    Case("openai", "gpt-4.1-nano", BOTH, "0.0005", AGREE),
    Case("openai", "gpt-5", HALF, "0.0106875", AGREE),
    Case("openai", "gpt-5.4", {IN: 300 * K, OUT: K}, "1.5225", AGREE),
    Case("openai", "gpt-5.4", {IN: 2 * K, READ: 8 * K, OUT: K}, "0.01104", AGREE, more=FLEX),
    Case("openai", "gpt-5.6-sol", {IN: 8 * K, Bucket.CACHE_WRITE: 2 * K, OUT: K}, "0.062", AGREE),
    Case("openai", "gpt-6-sol", {IN: 10 * K, OUT: K}, "0.03", AGREE),
    Case("openai", "ft:gpt-4o-mini-2024-07-18:acme::x", BOTH, "0.0015", AGREE),
    Case("openai", "ft:gpt-4o-2024-08-06:acme::x", BOTH, "0.01875", AGREE),
    Case("openai", "ft:gpt-4.1-2025-04-14:acme::x", BOTH, "0.015", PAGE, genai=NOT_SHIPPED),
    Case("openai", "ft:gpt-4.1-mini-2025-04-14:acme::x", BOTH, "0.004", PAGE, genai=NOT_SHIPPED),
    Case(
        "openai",
        "gpt-4o-audio-preview",
        {AUDIO_IN: K, AUDIO_OUT: K},
        "0.12",
        f"{MODELS}/gpt-4o-audio-preview",
        genai=AS_TEXT,
    ),
    Case("openai", "gpt-audio", {AUDIO_IN: K, AUDIO_OUT: K}, "0.096", AGREE),
    Case("openai", "gpt-realtime", {IN: K, AUDIO_IN: K, OUT: 500, AUDIO_OUT: 500}, "0.076", AGREE),
    Case("openai", "gpt-4o-realtime-preview", {AUDIO_IN: K, AUDIO_OUT: K}, "0.12", RECALL, litellm=RETIRED),
    Case("openai", "gpt-image-1", {IN: K, DRAWN: 1_056, Unit.IMAGES: 1}, "0.04724", AGREE),
    Case("openai", "gpt-image-1.5", {IN: K, DRAWN: 1_056, Unit.IMAGES: 1}, "0.038792", AGREE),
    Case("openai", "gpt-image-2", {IN: K, DRAWN: 1_056, Unit.IMAGES: 1}, "0.03668", AGREE),
    Case("openai", "text-embedding-3-small", {IN: K * K}, "0.02", AGREE),
    Case("openai", "text-embedding-3-large", {IN: K * K}, "0.13", AGREE),
    Case("openai", "omni-moderation-latest", {IN: K}, "0", f"{MODELS}/omni-moderation-latest", status=FREE),
    Case("openai", "whisper-1", {Unit.SECONDS: 60}, "0.006", AGREE),
    Case(
        "openai",
        "gpt-4o-transcribe",
        {AUDIO_IN: K, OUT: 100},
        "0.0035",
        f"{MODELS}/gpt-4o-transcribe",
        genai="it has the rates of the page of 2025",
        status=DISPUTED,
    ),
    Case("openai", "tts-1", {Unit.CHARACTERS: K}, "0.015", AGREE),
    Case("openai", "gpt-4o", {**BOTH, Unit.WEB_SEARCHES: 1}, "0.0225", PAGE, litellm=TOOLS),
    Case("openai", "dall-e-3", {Unit.IMAGES: 1}, "0.12", RECALL, more=HD, genai=NOT_SHIPPED, litellm=RETIRED),
    Case(
        "anthropic",
        "claude-sonnet-4-5",
        {IN: 3 * K, READ: 4 * K, Bucket.CACHE_WRITE_5M: 2 * K, Bucket.CACHE_WRITE_1H: K, OUT: K},
        "0.0387",
        ANTHROPIC,
    ),
    Case("anthropic", "claude-3-5-sonnet-20241022", BOTH, "0.018", RECALL, litellm=RETIRED),
    Case("anthropic", "claude-opus-4-6", {IN: 250 * K, OUT: K}, "2.5375", ANTHROPIC, "2026-02-20", litellm=NO_HISTORY),
    Case("anthropic", "claude-opus-4-6", {IN: 250 * K, OUT: K}, "1.275", ANTHROPIC, "2026-06-01"),
    Case("anthropic", "claude-haiku-4-5", BOTH, "0.006", AGREE),
    Case("google", "gemini-2.5-pro", {IN: 250 * K, OUT: K}, "0.64", AGREE),
    Case("google", "gemini-2.5-flash", {AUDIO_IN: 10 * K, OUT: K}, "0.0125", AGREE),
    Case("google", "gemini-2.5-flash-image", {IN: 100, DRAWN: 1_290}, "0.03873", AGREE),
    Case("mistral", "mistral-large-2512", BOTH, "0.002", AGREE),
    Case(
        "deepseek",
        "deepseek-chat",
        {IN: 5 * K, READ: 5 * K, OUT: K},
        "0.00196",
        "https://api-docs.deepseek.com/news/news250929",
        "2025-12-15",
        genai=STALE,
    ),
    Case("groq", "llama-3.3-70b-versatile", BOTH, "0.00138", RECALL, litellm=RETIRED),
    Case("cohere", "command-r-plus-08-2024", BOTH, "0.0125", AGREE),
    Case("cohere", "rerank-v3.5", {Unit.RERANK_SEARCHES: 1}, "0.002", "litellm 1.109.1", genai=NOT_SHIPPED),
    Case("aws", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", BOTH, "0.0198", AGREE),
    Case("aws", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", BOTH, "0.018", AGREE),
    Case("azure", "gpt-4o-2024-08-06", BOTH, "0.0125", AGREE),
    Case("azure", "gpt-4o-2024-08-06 in the EU", BOTH, "0.01375", "litellm 1.109.1", genai=NO_SCOPE),
    Case("azure", "my-gpt4o-prod", BOTH, "0.0125", "the user's own word", genai=DEPLOYMENT, litellm=DEPLOYMENT),
    Case("google", "claude-sonnet-4-5@20250929", BOTH, "0.018", AGREE),
    Case("openrouter", "openai/gpt-4o", BOTH, "0.0125", "https://openrouter.ai/openai/gpt-4o", litellm=NOT_SHIPPED),
    Case("ollama", "llama3.1", BOTH, "0", "https://docs.ollama.com/", genai=NOT_SHIPPED, status=FREE),
    Case("openai", "gpt-99", BOTH, None, "nobody has a price", status=UNPRICED),
]
# What only the user can know of their deployments.
DEPLOYED = """
[[alias]]
provider = "azure"
name = "my-gpt4o-prod"
model = "gpt-4o-2024-08-06"
[[alias]]
provider = "azure"
name = "gpt-4o-2024-08-06 in the EU"
model = "gpt-4o-2024-08-06"
scope = "datazone"
"""
each = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.provider} {case.model} {case.day} {case.usd}")


def usage(case: Case) -> Usage:
    """Its counts as a usage."""
    return Usage(
        tokens={name: count for name, count in case.counts.items() if isinstance(name, Bucket)},
        units={name: Decimal(count) for name, count in case.counts.items() if isinstance(name, Unit)},
    )


@each
def test_a_known_call_costs_what_is_known(case: Case, tmp_path: Path) -> None:
    """To the last digit, with the status that it should have."""
    (tmp_path / "mine.toml").write_text(DEPLOYED)
    at = int(datetime.fromisoformat(case.day).replace(tzinfo=UTC).timestamp()) * 10**9
    question = {"provider": case.provider, "model": case.model, "usage": usage(case), "at": at, **case.more}
    cost = Book(tmp_path / "mine.toml").price(Question(**question))
    assert (cost.status, cost.usd) == (case.status, None if case.usd is None else Decimal(case.usd)), cost.why


def test_there_are_as_many_as_were_compared() -> None:
    """Each once, and each with its source."""
    assert len({(case.provider, case.model, case.day, str(case.more), str(case.counts)) for case in CASES}) == 62 + 1
    assert all(case.source for case in CASES)


THEIRS = {
    Bucket.CACHE_READ_TEXT: "cache_read_tokens",
    Bucket.CACHE_WRITE: "cache_write_tokens",
    Bucket.CACHE_WRITE_5M: "cache_write_5m_tokens",
    Bucket.CACHE_WRITE_1H: "cache_write_1h_tokens",
    Bucket.INPUT_AUDIO: "input_audio_tokens",
    Bucket.OUTPUT_AUDIO: "output_audio_tokens",
    Bucket.OUTPUT_IMAGE: "output_image_tokens",
    Unit.SECONDS: "audio_seconds",
    Unit.CHARACTERS: "input_characters",
    Unit.WEB_SEARCHES: "web_searches",
}


@each
def test_where_genai_prices_says_otherwise_the_case_says_why(case: Case) -> None:
    """And where it says the same, no reason stands there."""
    genai_prices = pytest.importorskip("genai_prices")
    ours = usage(case)
    counts = {"input_tokens": ours.input or 0, "output_tokens": ours.output or 0}
    writes = ours.sum("cache_write")
    counts |= {"cache_write_tokens": writes} if writes else {}
    counts |= {THEIRS[name]: count for name, count in case.counts.items() if name in THEIRS}
    context = {"service_tier": case.more["tier"]} if "tier" in case.more else {}
    context |= {"processing": "batch"} if case.more.get("batch") else {}
    try:
        found = genai_prices.calc_price(
            genai_prices.Usage(**counts),
            case.model,
            provider_id=case.provider,
            genai_request_timestamp=datetime.fromisoformat(case.day).replace(tzinfo=UTC),
            price_context=context or None,
        ).total_price
    except LookupError:
        found = None
    same = found is not None and case.usd is not None and round(found, 9) == round(Decimal(case.usd), 9)
    assert same is (not case.genai) or (found, case.usd) == (None, None), found
