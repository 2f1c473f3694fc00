"""``keeptabs price``: what a given usage costs, on a given day, and where the rates come from."""

from decimal import Decimal
from pathlib import Path
from time import time_ns
from typing import Any

import click
import msgspec
from rich.console import Console

from keeptabs.cli import _priced, _used
from keeptabs.cli._given import moment
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Question
from keeptabs.runtime.config import load

_HELP = """\
What a call to MODEL costs.

The rates alone, with their history: keeptabs prices show MODEL.

\b
keeptabs price gpt-4o --input 10000 --output 10000 --at 2024-06-01
keeptabs price claude-opus-4-8 --provider anthropic --input 900 --use cache_write.1h=5000
keeptabs price whisper-1 --seconds 60
keeptabs price dall-e-3 --images 2 --size 1792x1024 --quality hd
"""
_COUNT = click.IntRange(min=0)
_json = msgspec.json.Encoder(decimal_format="number")


class _Given(msgspec.Struct, kw_only=True, frozen=True):
    """The options, under their own names."""

    provider: str
    input: int | None
    cached: int | None
    output: int | None
    reasoning: int | None
    audio_in: int | None
    audio_out: int | None
    seconds: Decimal | None
    characters: int | None
    images: int | None
    use: dict[Bucket | Unit, Decimal]
    size: str | None
    quality: str | None
    at: int | None
    tier: str | None
    batch: bool
    when: dict[str, str]
    host: str
    prices: Path | None
    json: bool


@click.command("price", help=_HELP)
@click.argument("model")
@click.option("--provider", default="openai", show_default=True, help="Whose prices.")
@click.option("--input", type=_COUNT, metavar="N", help="Input tokens, cached ones included.")
@click.option("--cached", type=_COUNT, metavar="N", help="How many of them came from the provider's cache.")
@click.option("--output", type=_COUNT, metavar="N", help="Output tokens, reasoning included.")
@click.option("--reasoning", type=_COUNT, metavar="N", help="How many of them were reasoning.")
@click.option("--audio-in", type=_COUNT, metavar="N", help="Audio input tokens, beside --input.")
@click.option("--audio-out", type=_COUNT, metavar="N", help="Audio output tokens, beside --output.")
@click.option("--seconds", callback=_used.amount, metavar="N", help="Seconds of audio.")
@click.option("--characters", type=_COUNT, metavar="N", help="Characters of text to speak.")
@click.option("--images", type=_COUNT, metavar="N", help="Images, for models that are billed by the image.")
@click.option(
    "--use", multiple=True, callback=_used.uses, metavar="NAME=N", help="Any bucket or unit, such as web_searches=3."
)
@click.option("--size", metavar="S", help="The size of images or videos, such as 1024x1792.")
@click.option("--quality", metavar="Q", help="Their quality, such as hd.")
@click.option("--at", callback=moment, metavar="DATE", help="The day of the call, in UTC.  [default: now]")
@click.option("--tier", metavar="T", help="The service tier that was served, such as flex.")
@click.option("--batch", is_flag=True, help="The call was part of a batch.")
@click.option(
    "--when", multiple=True, callback=_used.kinds, metavar="KIND=VALUE", help="What else, such as speed=fast."
)
@click.option("--host", default="", metavar="H", help="The host that was called, where prices depend on it.")
@click.option("--prices", type=click.Path(path_type=Path), metavar="FILE", help="Your own prices, in TOML.")
@click.option("--json", is_flag=True, help="One JSON object instead of text.")
def price(model: str, **options: Any) -> None:
    """Price what the options say was used, and show every rate with its source."""
    given = _Given(**options)
    question = Question(
        provider=given.provider,
        model=model,
        usage=_usage(given),
        at=time_ns() if given.at is None else given.at,
        tier=given.tier,
        batch=given.batch,
        asked=Asked(model=model, size=given.size, quality=given.quality),
        host=given.host,
        kinds=given.when,
    )
    cost = load({}).book(given.prices).price(question)
    if given.json:
        click.echo(_json.encode(_priced.facts(cost)).decode())
    else:
        _priced.show(Console(highlight=False), cost, question)


def _usage(given: _Given) -> Usage:
    parts = {
        Bucket.CACHE_READ_TEXT: given.cached,
        Bucket.INPUT_AUDIO: given.audio_in,
        Bucket.OUTPUT_REASONING: given.reasoning,
        Bucket.OUTPUT_AUDIO: given.audio_out,
        Unit.SECONDS: given.seconds,
        Unit.CHARACTERS: given.characters,
        Unit.IMAGES: given.images,
        **given.use,
    }
    wholes = [
        (Bucket.INPUT_TEXT, "input", given.input, "cached", given.cached),
        (Bucket.OUTPUT_TEXT, "output", given.output, "reasoning", given.reasoning),
    ]
    return _used.usage(parts.items(), wholes)


COMMAND = price
