"""``keeptabs price``: what a given usage costs, on a given day, and where the rates come from."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import time_ns
from typing import Any, NoReturn

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.dialect import Asked
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, PriceFileError, Question

_PROVIDERS = {"openai": "OpenAI", "azure": "Azure OpenAI"}
_LABELS = {
    "input.text": "input",
    "input.audio": "audio input",
    "cache_read.text": "cached input",
    "output.text": "output",
    "output.audio": "audio output",
    "output.reasoning": "reasoning",
}
_PER = {1_000_000: " / 1M", 1_000: " / 1k", 3_600: " / hour", 1: " each"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HELP = """\
What a call to MODEL costs.

\b
keeptabs price gpt-4o --input 10000 --output 10000 --at 2024-06-01
keeptabs price whisper-1 --seconds 60
keeptabs price dall-e-3 --images 2 --size 1792x1024 --quality hd
"""
_ADVICE = """\
  Give its rates in a TOML file, and that file with --prices FILE:

    [[price]]
    provider = "{provider}"
    model = "{model}"
"""
# What a row for it would say, by the prefix of what was used.
_UNITS = {
    "input": 'unit.input_mtok = "…"     # USD per million tokens',
    "output": 'unit.output_mtok = "…"',
    "seconds": 'unit.audio_hours = "…"    # USD an hour',
    "characters": 'unit.input_mchars = "…"   # USD per million characters',
    "images": 'unit.images = "…"         # USD an image',
}
_json = msgspec.json.Encoder(decimal_format="number")


def _amount(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    """A number of zero or more, which may be a fraction."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise click.BadParameter(f"{text!r} is no number") from None
    if not number.is_finite() or number < 0:
        raise click.BadParameter(f"{text} is not in the range x>=0.")
    return number


def _moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    """A date or a time, UTC where it does not say, as nanoseconds since the epoch."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date: write 2024-06-01 or 2024-06-01T12:00") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


_COUNT = click.IntRange(min=0)


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
    size: str | None
    quality: str | None
    at: int | None
    tier: str | None
    batch: bool
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
@click.option("--seconds", callback=_amount, metavar="N", help="Seconds of audio.")
@click.option("--characters", type=_COUNT, metavar="N", help="Characters of text to speak.")
@click.option("--images", type=_COUNT, metavar="N", help="Images, for models that are billed by the image.")
@click.option("--size", metavar="S", help="Their size, such as 1024x1792.")
@click.option("--quality", metavar="Q", help="Their quality, such as hd.")
@click.option("--at", callback=_moment, metavar="DATE", help="The day of the call, in UTC.  [default: now]")
@click.option("--tier", metavar="T", help="The service tier that was served, such as flex.")
@click.option("--batch", is_flag=True, help="The call was part of a batch.")
@click.option("--prices", type=click.Path(path_type=Path), metavar="FILE", help="Your own prices, in TOML.")
@click.option("--json", is_flag=True, help="One JSON object instead of text.")
def price(model: str, **options: Any) -> None:
    """Price what the options say was used, and show every rate with its source."""
    given = _Given(**options)
    at = time_ns() if given.at is None else given.at
    question = Question(
        provider=given.provider,
        model=model,
        usage=_usage(given),
        at=at,
        tier=given.tier,
        batch=given.batch,
        asked=Asked(model=model, size=given.size, quality=given.quality),
    )
    try:
        cost = Book(given.prices).price(question)
    except PriceFileError as error:
        _fail(str(error))
    if given.json:
        click.echo(_json.encode(_facts(cost)))
    else:
        _show(Console(highlight=False), cost, question)


def _fail(message: str) -> NoReturn:
    click.echo(f"keeptabs: {message}", err=True)
    sys.exit(2)


def _usage(given: _Given) -> Usage:
    """The usage in disjoint buckets, from totals and the parts of them."""
    counts = {
        Bucket.INPUT_TEXT: _rest("input", given.input, "cached", given.cached),
        Bucket.CACHE_READ_TEXT: given.cached,
        Bucket.INPUT_AUDIO: given.audio_in,
        Bucket.OUTPUT_TEXT: _rest("output", given.output, "reasoning", given.reasoning),
        Bucket.OUTPUT_REASONING: given.reasoning,
        Bucket.OUTPUT_AUDIO: given.audio_out,
    }
    others = {Unit.SECONDS: given.seconds, Unit.CHARACTERS: given.characters, Unit.IMAGES: given.images}
    tokens = {bucket: count for bucket, count in counts.items() if count is not None}
    units = {unit: Decimal(count) for unit, count in others.items() if count is not None}
    if not tokens and not units:
        _fail("say what was used: --input, --output, --seconds, --characters or --images")
    return Usage(tokens=tokens, units=units)


def _rest(whole: str, total: int | None, part: str, count: int | None) -> int | None:
    if count is not None and count > (total or 0):
        _fail(f"--{part} is a part of --{whole}: {count} of {total or 0} cannot be")
    return None if total is None else total - (count or 0)


def _facts(cost: Cost) -> dict[str, Any]:
    rows = [
        msgspec.structs.asdict(line) | {name: _plain(getattr(line, name)) for name in ("quantity", "rate", "amount")}
        for line in cost.lines
    ]
    facts = {"usd": None if cost.usd is None else _plain(cost.usd), "status": cost.status.value, "rows": rows}
    return facts | ({"why": cost.why} if cost.why else {})


def _plain(number: Decimal) -> Decimal:
    """The same number without exponent or needless zeros."""
    return Decimal(format(number.normalize(), "f"))


def _show(console: Console, cost: Cost, question: Question) -> None:
    day = (_EPOCH + timedelta(microseconds=question.at // 1_000)).date()
    subject = f"{question.model} at {_PROVIDERS.get(question.provider, question.provider)} on {day}"
    console.print(f"\n  [bold]{_answer(cost)}[/]   {escape(subject)}\n", soft_wrap=True)
    if cost.lines:
        console.print(_table(cost.lines))
        console.print("".join(f"\n  [dim]{escape(line)}[/]" for line in _sources(cost.lines)) + "\n", soft_wrap=True)
    if cost.why:
        console.print(f"  [yellow]![/] {escape(cost.why)}\n", soft_wrap=True)
    if cost.status is CostStatus.UNPRICED:
        console.print(escape(_advice(question)), soft_wrap=True)


def _advice(question: Question) -> str:
    """The row to write where there is no price."""
    usage = question.usage or Usage()
    used = {name.value.partition(".")[0] for name in (*usage.tokens, *usage.units)}
    row = "".join(f"    {line}\n" for name, line in _UNITS.items() if name in used)
    return _ADVICE.format(provider=question.provider, model=question.model) + row


def _answer(cost: Cost) -> str:
    if cost.usd is None:
        return "no price"
    if cost.status is CostStatus.FREE:
        return "free"
    return f"{'in part ' if cost.status is CostStatus.PARTIAL else ''}{_dollars(cost.usd)}"


def _dollars(usd: Decimal) -> str:
    """An amount with four decimals, or as many more as it takes to show nano-dollars exactly."""
    text = format(round(usd, 9).normalize(), "f")
    whole, _, fraction = text.partition(".")
    return f"${int(whole):,}.{fraction:0<4}"


def _table(lines: tuple[PriceLine, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("  unit", no_wrap=True)
    for name in ("quantity", "rate", "USD"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        rate = f"${format(line.rate.normalize(), 'f')}{_PER.get(line.per, f' / {line.per:,}')}"
        label = _LABELS.get(line.unit, line.unit.replace("_", " ").replace(".", " "))
        table.add_row(f"  {label}", f"{_plain(line.quantity):,f}", rate, _dollars(line.amount))
    return table


def _sources(lines: tuple[PriceLine, ...]) -> Iterator[str]:
    """Each price row once, with the day on which its source was last compared."""
    for row, source, checked in dict.fromkeys((line.row, line.source, line.checked) for line in lines):
        yield f"{row}   {source}{f'   checked {checked}' if checked else ''}"


COMMAND = price
