"""Calls whose cost is known from the vendor's word, from two independent sets of prices, or both."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from keeptabs.core.cost import CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question

PAGE = "https://developers.openai.com/api/docs/pricing"
TWO_SETS = "genai-prices 0.2.3 and litellm 1.109.1 agree"
CUT = "https://community.openai.com/t/1284925"
RECALL = "the price list of the time, from memory"
TEXT_IN, CACHED, TEXT_OUT = Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.OUTPUT_TEXT
K = 1_000
BOOK = Book()


class Case(NamedTuple):
    """One call, what it cost in USD, and who says so."""

    model: str
    counts: dict[Bucket | Unit, int]
    usd: str
    source: str
    day: str = "2026-11-24"
    more: Mapping[str, Any] = MappingProxyType({})


BOTH: dict[Bucket | Unit, int] = {TEXT_IN: K, TEXT_OUT: K}
HALF_CACHED: dict[Bucket | Unit, int] = {TEXT_IN: 500, CACHED: 500, TEXT_OUT: K}
AUDIO: dict[Bucket | Unit, int] = {Bucket.INPUT_AUDIO: K, Bucket.OUTPUT_AUDIO: K}
AZURE = {"provider": "azure"}
CASES = [
    Case("gpt-4o-2024-05-13", BOTH, "0.02", TWO_SETS),
    Case("gpt-4o-2024-08-06", HALF_CACHED, "0.011875", TWO_SETS),
    Case("gpt-4o-2024-11-20", BOTH, "0.0125", TWO_SETS),
    Case("gpt-4o", BOTH, "0.02", RECALL, "2024-07-01"),
    Case("gpt-4o", {TEXT_IN: 10 * K, TEXT_OUT: 10 * K}, "0.20", RECALL, "2024-06-01"),
    Case("gpt-4o", {TEXT_IN: 10 * K, TEXT_OUT: 10 * K}, "0.125", TWO_SETS),
    Case("gpt-4o-mini", BOTH, "0.00075", TWO_SETS),
    Case("gpt-4o-mini", BOTH, "0.000375", PAGE, more={"batch": True}),
    Case("gpt-4o-mini", BOTH, "0.000375", RECALL, "2025-01-15", {"batch": True}),
    Case("gpt-4o", BOTH, "0.02125", TWO_SETS, more={"tier": "priority"}),
    Case("o3", HALF_CACHED, "0.04625", RECALL, "2025-05-01"),
    Case("o3", HALF_CACHED, "0.00925", CUT, "2025-07-01"),
    Case("o3", BOTH, "0.005", TWO_SETS, more={"tier": "flex"}),
    Case("o3", BOTH, "0.025", "https://rebruit.com/?p=16811", "2025-05-01", {"tier": "flex"}),
    Case("o1", {TEXT_IN: K, TEXT_OUT: 200, Bucket.OUTPUT_REASONING: 800}, "0.075", TWO_SETS),
    Case("o1-preview", BOTH, "0.075", RECALL),
    Case("gpt-4.5-preview", BOTH, "0.225", RECALL),
    Case("gpt-4.1", BOTH, "0.01", TWO_SETS),
    Case("gpt-4.1-nano", BOTH, "0.0005", TWO_SETS),
    Case("gpt-5", HALF_CACHED, "0.0106875", TWO_SETS),
    Case("gpt-5.4", {TEXT_IN: 300 * K, TEXT_OUT: K}, "1.5225", TWO_SETS),
    Case("gpt-5.4", {TEXT_IN: 2 * K, CACHED: 8 * K, TEXT_OUT: K}, "0.01104", TWO_SETS, more={"tier": "flex"}),
    Case("gpt-5.6-sol", {TEXT_IN: 8 * K, Bucket.CACHE_WRITE: 2 * K, TEXT_OUT: K}, "0.062", TWO_SETS),
    Case("gpt-6-sol", {TEXT_IN: 10 * K, TEXT_OUT: K}, "0.03", TWO_SETS),
    Case("ft:gpt-4o-mini-2024-07-18:acme::x", BOTH, "0.0015", TWO_SETS),
    Case("ft:gpt-4o-2024-08-06:acme::x", BOTH, "0.01875", TWO_SETS),
    Case("gpt-4o-audio-preview", AUDIO, "0.12", "https://developers.openai.com/api/docs/models/gpt-4o-audio-preview"),
    Case(
        "gpt-4o-mini-audio-preview",
        AUDIO,
        "0.03",
        "https://developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview",
    ),
    Case("gpt-audio", AUDIO, "0.096", TWO_SETS),
    Case("gpt-4o-realtime-preview", AUDIO, "0.12", RECALL),
    Case("gpt-image-1", {TEXT_IN: K, Bucket.OUTPUT_IMAGE: 1_056, Unit.IMAGES: 1}, "0.04724", TWO_SETS),
    Case("gpt-image-1.5", {TEXT_IN: K, Bucket.OUTPUT_IMAGE: 1_056, Unit.IMAGES: 1}, "0.038792", TWO_SETS),
    Case("gpt-image-2", {TEXT_IN: K, Bucket.OUTPUT_IMAGE: 1_056, Unit.IMAGES: 1}, "0.03668", TWO_SETS),
    Case("dall-e-3", {Unit.IMAGES: 1}, "0.12", RECALL, more={"asked": Asked(size="1792x1024", quality="hd")}),
    Case("text-embedding-3-small", {TEXT_IN: K * K}, "0.02", TWO_SETS),
    Case("text-embedding-3-large", {TEXT_IN: K * K}, "0.13", TWO_SETS),
    Case("whisper-1", {Unit.SECONDS: 60}, "0.006", TWO_SETS),
    Case("gpt-4o-transcribe", {Bucket.INPUT_AUDIO: K, TEXT_OUT: 100}, "0.007", "the page of 2025; disputed since"),
    Case("tts-1", {Unit.CHARACTERS: K}, "0.015", TWO_SETS),
    Case("gpt-4o-mini-tts", {TEXT_IN: 100, Bucket.OUTPUT_AUDIO: K, Unit.CHARACTERS: 400}, "0.01206", TWO_SETS),
    Case("gpt-4o", BOTH | {Unit.WEB_SEARCHES: 1}, "0.0225", PAGE),
    Case("gpt-4.1", {TEXT_IN: 10, Bucket.INPUT_IMAGE: 765}, "0.00155", "images are metered as text on seeing models"),
    Case("gpt-4o-2024-08-06", BOTH, "0.0125", TWO_SETS, more=AZURE),
    Case("o3-2025-04-16", BOTH, "0.01", TWO_SETS, more=AZURE),
    Case(
        "text-embedding-3-small",
        {TEXT_IN: K * K},
        "0.02",
        "genai-prices 0.2.3; others add 10 % for a region",
        more=AZURE,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.model} {case.day} {case.usd}")
def test_a_known_call_costs_what_is_known(case: Case) -> None:
    """Text, caches, tiers, history, audio, images and embeddings of OpenAI and Azure."""
    cost = BOOK.price(_question(case))
    assert (CostStatus.PRICED, Decimal(case.usd)) == (cost.status, cost.usd), cost.why


def test_moderation_is_free() -> None:
    """The one model of which the vendor says so."""
    cost = BOOK.price(_question(Case("omni-moderation-latest", {Unit.REQUESTS: 1}, "0", PAGE)))
    assert (CostStatus.FREE, Decimal(0)) == (cost.status, cost.usd)


@pytest.mark.parametrize("model", ["ft:gpt-4.1-2025-04-14:acme::x", "ft:gpt-4.1-mini-2025-04-14:acme::x"])
def test_a_fine_tuned_model_is_never_priced_as_its_base(model: str) -> None:
    """Their rates are half as high again; without a row for them there is no amount."""
    assert BOOK.price(_question(Case(model, BOTH, "", ""))).usd is None


def _question(case: Case) -> Question:
    usage = Usage(
        tokens={name: count for name, count in case.counts.items() if isinstance(name, Bucket)},
        units={name: Decimal(count) for name, count in case.counts.items() if isinstance(name, Unit)},
    )
    at = int(datetime.fromisoformat(case.day).replace(tzinfo=UTC).timestamp()) * 10**9
    return Question(**{"provider": "openai", "model": case.model, "usage": usage, "at": at, **case.more})
