import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing import load
from keeptabs.pricing.book import Book, PriceFileError, Question

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp()) * 10**9
SOME = Usage(tokens={Bucket.INPUT_TEXT: 1_000, Bucket.OUTPUT_TEXT: 1_000})


def ask(book: Book | None = None, **fields: Any) -> Cost:
    """The price of some tokens of gpt-4o today, unless ``fields`` say otherwise."""
    question = {"provider": "openai", "model": "gpt-4o", "usage": SOME, "at": NOW} | fields
    return (book or Book()).price(Question(**question))


def test_a_call_is_priced_with_rates_sources_and_the_version_of_the_book() -> None:
    """Whoever reads the amount can follow each line to its source."""
    cost = ask()
    assert (CostStatus.PRICED, Decimal("0.0125")) == (cost.status, cost.usd)
    assert f"{load.BASE} + overlay {load.OVERLAY}" == cost.book
    line = cost.lines[0]
    assert ("input.text", Decimal(1_000), Decimal("2.5"), 1_000_000) == (
        line.unit,
        line.quantity,
        line.rate,
        line.per,
    )
    assert (line.row, line.checked) == ("openai/gpt-4o", "2026-11-24")
    assert line.source.startswith("https://")


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"usage": None}, CostStatus.NO_USAGE, "the answer reported no usage"),
        ({"usage": Usage()}, CostStatus.NO_USAGE, "the answer reported no usage"),
        ({"model": None}, CostStatus.UNPRICED, "no model is named"),
        ({"model": ""}, CostStatus.UNPRICED, "no model is named"),
        ({"model": "gpt-99"}, CostStatus.UNPRICED, "no price for gpt-99 at openai"),
        ({"provider": "nobody"}, CostStatus.UNPRICED, "no price for gpt-4o at nobody"),
        ({"provider": "../base/openai"}, CostStatus.UNPRICED, "no price for gpt-4o at ../base/openai"),
        ({"provider": "azure", "model": "my-gpt4o-prod"}, CostStatus.UNPRICED, "no price for my-gpt4o-prod at azure"),
    ],
)
def test_what_is_not_known_has_no_amount(fields: dict[str, Any], status: CostStatus, why: str) -> None:
    """None and a reason, and never zero."""
    cost = ask(**fields)
    assert (status, None, why) == (cost.status, cost.usd, cost.why)


@pytest.mark.parametrize("tier", [None, "", "default", "auto", "standard", "Default"])
def test_the_names_of_the_standard_tier_are_standard(tier: str | None) -> None:
    """What providers echo for a plain call changes nothing."""
    assert ask() == ask(tier=tier)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tier": "priority"}, "0.02125"),
        ({"tier": "PRIORITY"}, "0.02125"),
        ({"batch": True}, "0.00625"),
        ({"tier": "batch"}, "0.00625"),
        ({"tier": "batch", "batch": True}, "0.00625"),
        ({"batch": True, "at": NOW - 400 * 86_400 * 10**9}, "0.00625"),
    ],
)
def test_the_tier_that_was_served_has_its_own_rates(fields: dict[str, Any], expected: str) -> None:
    """By the answer's word, by the batch, and before the base knew of it."""
    cost = ask(**fields)
    assert (CostStatus.PRICED, Decimal(expected)) == (cost.status, cost.usd)


def test_a_tier_without_rates_is_partial_at_standard_rates() -> None:
    """A flex call to a model that has no flex says so."""
    cost = ask(tier="flex")
    assert (CostStatus.PARTIAL, Decimal("0.0125")) == (cost.status, cost.usd)
    assert cost.why == "no flex rates for gpt-4o at openai on 2026-11-24: priced at standard rates"


@pytest.mark.parametrize(
    ("model", "asked", "expected"),
    [
        ("dall-e-3", {}, "0.04"),
        ("dall-e-3", {"size": "auto", "quality": "auto"}, "0.04"),
        ("dall-e-3", {"quality": "hd"}, "0.08"),
        ("dall-e-3", {"size": "1792x1024"}, "0.08"),
        ("dall-e-3", {"size": "1024x1792", "quality": "hd"}, "0.12"),
        ("dall-e-2", {}, "0.02"),
        ("dall-e-2", {"size": "256x256"}, "0.016"),
        ("dall-e-2", {"size": "512x512", "quality": "standard"}, "0.018"),
        ("dall-e-3", {"size": "512x512"}, None),
        ("dall-e-3", {"quality": "high"}, None),
    ],
)
def test_an_image_is_priced_by_the_size_and_quality_that_were_asked_for(
    model: str, asked: dict[str, str], expected: str | None
) -> None:
    """Two images; what the request leaves out is what the service takes; other sizes have no price."""
    cost = ask(model=model, usage=Usage(units={Unit.IMAGES: Decimal(2)}), asked=Asked(**asked))
    assert (None if expected is None else 2 * Decimal(expected)) == cost.usd


def test_an_azure_model_without_a_price_of_its_own_goes_at_openais() -> None:
    """The base says that Azure sells these at the same prices; its other tiers are not known."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: 1_000_000})
    assert Decimal("2.5") == ask(provider="azure", model="gpt-4o-2024-08-06", usage=usage).usd
    assert CostStatus.PARTIAL is ask(provider="azure", model="gpt-4o-2024-08-06", usage=usage, tier="priority").status


def test_one_book_keeps_two_sellers_of_a_model_apart() -> None:
    """Azure's lack of a priority rate does not stick to OpenAI, nor the other way round."""
    book = Book()
    for provider, expected in (("azure", CostStatus.PARTIAL), ("openai", CostStatus.PRICED)) * 2:
        assert expected is ask(book, provider=provider, model="gpt-4o-2024-11-20", tier="priority").status


def test_one_book_keeps_days_apart() -> None:
    """A rate that was worked out for one day is not taken for another."""
    book = Book()
    june = int(datetime(2024, 6, 1, tzinfo=UTC).timestamp()) * 10**9
    for at, expected in ((june, "0.02"), (NOW, "0.0125")) * 2:
        assert Decimal(expected) == ask(book, at=at).usd


@pytest.mark.parametrize("at", [-(10**30), -1, 0, 10**30])
def test_any_time_is_answered(at: int) -> None:
    """A record with a nonsensical time is priced or not, but never raises."""
    assert ask(at=at).status in CostStatus


def test_memory_of_a_book_is_bounded() -> None:
    """Names that come from the wire do not pile up."""
    book = Book()
    for number in range(5_000):
        ask(book, model=f"invented-{number}")
    assert len(book._offers) <= 4_096


def test_the_user_s_rows_come_first(tmp_path: Path) -> None:
    """A user's row overrides base and overlay, and adds providers that nobody else knows."""
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[price]]\nprovider = "openai"\nmodel = "gpt-4o"\nunit.input_mtok = "1"\nunit.output_mtok = "1"\n'
        '[[price]]\nprovider = "vllm"\nmodel = "llama"\nmatch = "prefix"\nfree = true\n'
    )
    book = Book(file)
    assert book.version.endswith(" + user mine.toml")
    assert Decimal("0.002") == ask(book).usd
    assert str(file) == ask(book).lines[0].source
    assert CostStatus.FREE is ask(book, provider="vllm", model="Llama-3.1").status
    assert "user" not in {entry.layer for entry in book.rows("openai", "gpt-4o-2024-11-20")}


def test_a_broken_user_file_is_named_when_a_price_is_asked_for(tmp_path: Path) -> None:
    """Making the book reads nothing; the first price says what is wrong, and where."""
    file = tmp_path / "mine.toml"
    file.write_text('# mine\n[[price]]\nprovider = "openai"\nmodel = "gpt-4o"\nunit.input_mtok = "one"\n')
    book = Book(file)
    with pytest.raises(PriceFileError, match=r"mine\.toml:2: input_mtok = \"one\" is no amount"):
        ask(book)
    assert isinstance(PriceFileError(""), ValueError)


def test_all_rows_of_a_model_are_listed_the_strongest_layer_first() -> None:
    """What a price may come from can be shown."""
    rows = Book().rows("openai", "o3")
    assert list(dict.fromkeys(row.layer for row in rows)) == ["overlay", "base"]
    assert rows[0].id == "openai/o3@2025-04-16"
    assert Book().rows("openai", "gpt-99") == []


def test_a_book_opens_nothing_until_it_is_asked() -> None:
    """The imports of an application stay cheap: no parser, no source package, no file."""
    code = (
        "import sys; from keeptabs.pricing.book import Book; book = Book(); "
        "assert not book._lists; assert not {'tomllib', 'pydantic', 'genai_prices'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=_environment())


def _environment() -> Mapping[str, str]:
    return {"PYTHONPATH": str(Path(load.__file__).parents[2])}
