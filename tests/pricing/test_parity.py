"""Our evaluator against the package that the base files come from: the same rates, to the last nano-dollar."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from keeptabs.core.cost import CostStatus, PriceLine
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question

genai_prices = pytest.importorskip("genai_prices")

from genai_prices import types  # noqa: E402  # needs the package
from genai_prices.data import providers  # noqa: E402

BOOK = Book()
DAYS = {
    "early": datetime(2024, 3, 1, tzinfo=UTC),
    "before the cut of o3": datetime(2025, 5, 1, tzinfo=UTC),
    "summer 2026": datetime(2026, 8, 25, 12, tzinfo=UTC),
    "now": datetime(2026, 11, 20, 23, 59, tzinfo=UTC),
}
USAGES: dict[str, tuple[Usage, dict[str, int]]] = {
    "text": (
        Usage(tokens={Bucket.INPUT_TEXT: 12_345, Bucket.OUTPUT_TEXT: 678}),
        {"input_tokens": 12_345, "output_tokens": 678},
    ),
    "input only": (Usage(tokens={Bucket.INPUT_TEXT: 777_777}), {"input_tokens": 777_777}),
    "cached, with reasoning": (
        Usage(
            tokens={
                Bucket.INPUT_TEXT: 10_001,
                Bucket.CACHE_READ_TEXT: 2_333,
                Bucket.OUTPUT_TEXT: 99,
                Bucket.OUTPUT_REASONING: 501,
            }
        ),
        {"input_tokens": 12_334, "cache_read_tokens": 2_333, "output_tokens": 600, "output_reasoning_tokens": 501},
    ),
    "long, with cache writes": (
        Usage(
            tokens={
                Bucket.INPUT_TEXT: 200_000,
                Bucket.CACHE_READ_TEXT: 70_000,
                Bucket.CACHE_WRITE: 2_001,
                Bucket.OUTPUT_TEXT: 3_000,
            }
        ),
        {"input_tokens": 272_001, "cache_read_tokens": 70_000, "cache_write_tokens": 2_001, "output_tokens": 3_000},
    ),
    "audio": (
        Usage(
            tokens={
                Bucket.INPUT_TEXT: 100,
                Bucket.INPUT_AUDIO: 2_000,
                Bucket.CACHE_READ_AUDIO: 301,
                Bucket.OUTPUT_TEXT: 50,
                Bucket.OUTPUT_AUDIO: 900,
            }
        ),
        {
            "input_tokens": 2_401,
            "input_audio_tokens": 2_301,
            "cache_read_tokens": 301,
            "cache_audio_read_tokens": 301,
            "output_tokens": 950,
            "output_audio_tokens": 900,
        },
    ),
    "images": (
        Usage(
            tokens={
                Bucket.INPUT_TEXT: 40,
                Bucket.INPUT_IMAGE: 323,
                Bucket.CACHE_READ_IMAGE: 100,
                Bucket.OUTPUT_IMAGE: 1_056,
            },
            units={Unit.IMAGES: Decimal(1)},
        ),
        {
            "input_tokens": 463,
            "input_image_tokens": 423,
            "cache_read_tokens": 100,
            "cache_image_read_tokens": 100,
            "output_tokens": 1_056,
            "output_image_tokens": 1_056,
        },
    ),
    "a minute of audio": (Usage(units={Unit.SECONDS: Decimal(60)}), {"audio_seconds": 60}),
    "characters": (Usage(units={Unit.CHARACTERS: Decimal(1_234)}), {"input_characters": 1_234}),
    "web searches": (
        Usage(tokens={Bucket.INPUT_TEXT: 1_000, Bucket.OUTPUT_TEXT: 10}, units={Unit.WEB_SEARCHES: Decimal(3)}),
        {"input_tokens": 1_000, "output_tokens": 10, "web_searches": 3},
    ),
}
SERVICES: dict[str, dict[str, str]] = {
    "standard": {},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
    "batch": {"processing": "batch"},
    "fast": {"speed": "fast"},
    "fast search": {"search_type": "fast"},
}


_DIGITS = re.compile(r"\\d\{(\d)\}")


def names(match: Any) -> Iterator[str]:
    """Names that a clause stands for."""
    if isinstance(match, types.ClauseOr):
        for each in match.or_:
            yield from names(each)
    elif isinstance(match, types.ClauseRegex):
        yield re.sub(r"[\^$\\]", "", _DIGITS.sub(lambda found: "20260701"[: int(found[1])], match.regex))
    else:
        yield str(next(iter(vars(match).values())))


def models(provider: Any) -> list[str]:
    """A name or two for each of its models, but those of which the overlay has a say."""
    found = [name for model in provider.models for name in list(names(model.match))[:2]]
    return [name for name in found if not _is_ours(provider.id, name)]


def _is_ours(provider: str, name: str) -> bool:
    offer = BOOK.offer(provider, name)
    return offer is not None and bool(offer.overlay)


@pytest.mark.parametrize("provider", providers, ids=lambda provider: provider.id)
def test_what_we_price_in_full_the_source_package_prices_alike(provider: Any) -> None:
    """Every model that the overlay leaves alone costs the same in both, wherever we call an amount complete."""
    priced = 0
    for name, (usage, (ours, theirs)), service, (day, at) in product(
        models(provider), USAGES.items(), SERVICES, DAYS.items()
    ):
        cost = BOOK.price(_question(provider.id, name, ours, service, at))
        if cost.status is not CostStatus.PRICED or any(_is_of_ours(provider.id, name, line) for line in cost.lines):
            continue
        priced += 1
        assert cost.usd is not None
        expected = _expected(provider.id, name, theirs, service, at)
        assert round(cost.usd, 9) == round(expected, 9), (name, usage, service, day)
    assert priced or not models(provider)


def _question(provider: str, model: str, usage: Usage, service: str, day: datetime) -> Question:
    words = SERVICES[service]
    return Question(
        provider=provider,
        model=model,
        usage=usage,
        at=int(day.timestamp()) * 10**9,
        tier=words.get("service_tier"),
        batch="processing" in words,
        kinds={kind: word for kind, word in words.items() if kind not in {"service_tier", "processing"}},
    )


def _is_of_ours(provider: str, name: str, line: PriceLine) -> bool:
    """True for rates that are adjusted, and those of a service that the source package has only from a later day on."""
    return bool(line.adjusted) or line.row not in {entry.id for entry in BOOK.rows(provider, name)}


def _expected(provider: str, model: str, usage: dict[str, int], service: str, day: datetime) -> Decimal:
    total: Decimal = genai_prices.calc_price(
        genai_prices.Usage(**usage),
        model,
        provider_id=provider,
        genai_request_timestamp=day,
        price_context=SERVICES[service] or None,
    ).total_price
    return total


NO_TOKEN_RATES = "billed by something else: tokens without a rate cost $0 there, and are unpriced here"
NO_METER = "billed by tokens: seconds or characters without a rate cost $0 there, and are unpriced here"
EMPTY = "an empty price is $0 there; here only a name that says so is free"
NO_OUTPUT = "the row has no output rate: output costs $0 there, and makes the amount partial here"
NOT_TEXT = "audio and images are no text: without a rate of their own they go at the text rate there, not here"
NO_TOOLS = "searches without a rate cost $0 there, and make the amount partial here"
DIFFERENT = [
    ("openai", "whisper-1", "text", CostStatus.UNPRICED, NO_TOKEN_RATES),
    ("openai", "tts-1", "text", CostStatus.UNPRICED, NO_TOKEN_RATES),
    ("openai", "gpt-transcribe", "text", CostStatus.UNPRICED, NO_TOKEN_RATES),
    ("openai", "gpt-4o-mini-tts", "characters", CostStatus.UNPRICED, NO_METER),
    ("openai", "gpt-4o-transcribe", "a minute of audio", CostStatus.UNPRICED, NO_METER),
    ("openai", "my-moderation-model", "text", CostStatus.UNPRICED, EMPTY),
    ("openai", "text-embedding-3-small", "text", CostStatus.PARTIAL, NO_OUTPUT),
    ("azure", "davinci-002", "text", CostStatus.PARTIAL, NO_OUTPUT),
    ("openai", "gpt-4o-mini", "audio", CostStatus.PARTIAL, NOT_TEXT),
    ("openai", "gpt-5-image", "images", CostStatus.PARTIAL, NOT_TEXT),
    ("azure", "phi-4-multimodal-instruct", "images", CostStatus.PARTIAL, NOT_TEXT),
    ("openai", "gpt-4-turbo", "web searches", CostStatus.PARTIAL, NO_TOOLS),
]


@pytest.mark.parametrize(("provider", "model", "usage", "status", "why"), DIFFERENT)
def test_where_the_source_package_is_silent_we_say_what_is_missing(
    provider: str, model: str, usage: str, status: CostStatus, why: str
) -> None:
    """The known silent failures are answered with a status and a reason, and never with more than is charged."""
    ours, theirs = USAGES[usage]
    cost = BOOK.price(_question(provider, model, ours, "standard", DAYS["now"]))
    assert cost.status is status, why
    assert "no price for" in cost.why
    assert (cost.usd or 0) <= _expected(provider, model, theirs, "standard", DAYS["now"])
