"""The row that would give a price to calls that have none."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from keeptabs.charges import charged
from keeptabs.cli._prices_rows import row
from keeptabs.core.cost import CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book
from keeptabs.store.coverage import Line
from keeptabs.store.record import Record

Make = Callable[..., Record]
TOKENS = Usage(tokens={Bucket.INPUT_TEXT: 9, Bucket.CACHE_READ_TEXT: 0, Bucket.OUTPUT_TEXT: 3})


@pytest.fixture
def line(record: Make) -> Callable[..., Line]:
    """Calls of a model at a provider that used something, with what they cost by the shipped prices."""

    def make(usage: Usage | None, model: str = "gpt-99", provider: str = "openai") -> Line:
        asked = Asked(model=model)
        call = record(usage=usage, response_model=model, request=asked, provider=provider, server="llm.example").call
        call = msgspec.structs.replace(call, cost=charged(call, Book()))
        status = call.cost.status.value
        return Line(provider=provider, model=model, status=status, calls=1, tokens=0, newest=call)

    return make


@pytest.mark.parametrize(
    ("usage", "model", "keys"),
    [
        (TOKENS, "gpt-99", ["input_mtok", "output_mtok"]),
        (Usage(tokens={Bucket.CACHE_READ_TEXT: 1, Bucket.CACHE_WRITE_1H: 1}), "gpt-99", ["input_mtok"]),
        (Usage(tokens={Bucket.OUTPUT_REASONING: 1}), "gpt-99", ["output_mtok"]),
        (Usage(tokens={Bucket.INPUT_AUDIO: 1}), "gpt-99", ["input_audio_mtok"]),
        (Usage(units={Unit.SECONDS: Decimal(3)}), "whisper-9", ["input_audio_hours"]),
        (Usage(units={Unit.CHARACTERS: Decimal(3)}), "tts-9", ["input_mchars"]),
        (Usage(units={Unit.IMAGES: Decimal(3)}), "dall-e-9", ["images"]),
        (Usage(tokens={Bucket.INPUT_TEXT: 1, Bucket.INPUT_AUDIO: 3}), "gpt-4o", ["input_audio_mtok"]),
        (msgspec.structs.replace(TOKENS, units={Unit.IMAGES: Decimal(3)}), "gpt-99", ["input_mtok", "output_mtok"]),
    ],
    ids=["text", "caches", "reasoning", "audio", "seconds", "characters", "images", "part", "beside"],
)
def test_the_row_that_is_advised_prices_the_call(
    line: Callable[..., Line], usage: Usage, model: str, keys: list[str], tmp_path: Path
) -> None:
    """Written down with amounts, it leaves nothing unpriced."""
    lacking = line(usage, model)
    text = row(lacking) or ""
    assert [each.partition(" ")[0] for each in text.splitlines() if each.startswith("unit.")] == [
        f"unit.{key}" for key in keys
    ]
    (tmp_path / "mine.toml").write_text(text.replace("…", "1"))
    assert lacking.newest is not None
    assert charged(lacking.newest, Book(tmp_path / "mine.toml")).status is CostStatus.PRICED


def test_a_deployment_wants_an_alias(line: Callable[..., Line], tmp_path: Path) -> None:
    """Its name says nothing of the model behind it; once that is said, the call has a price."""
    lacking = line(TOKENS, 'my "prod"', "azure.ai.openai")
    text = row(lacking) or ""
    assert text.startswith('[[alias]]\nprovider = "azure"\nname = "my \\"prod\\""\n')
    (tmp_path / "mine.toml").write_text(text.replace("…", "gpt-4o"))
    assert lacking.newest is not None
    assert charged(lacking.newest, Book(tmp_path / "mine.toml")).status is CostStatus.PRICED


def test_where_no_price_is_missing_there_is_nothing_to_write(line: Callable[..., Line]) -> None:
    """The usage is what is missing, or the name, or nothing."""
    assert row(line(None)) is None
    assert row(line(TOKENS, "gpt-4o")) is None
    assert row(line(TOKENS, "unknown")) is None
    assert row(msgspec.structs.replace(line(TOKENS), newest=None)) is None
