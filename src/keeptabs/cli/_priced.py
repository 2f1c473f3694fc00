"""How a cost is shown: the amount first, then each rate, then where it comes from and what is missing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.usage import Usage
from keeptabs.pricing.book import Question

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


def facts(cost: Cost) -> dict[str, Any]:
    """A cost for JSON, with its amounts as they are written, and no word on what there is nothing to say of."""
    rows = [_row(line) for line in cost.lines]
    found = {"usd": None if cost.usd is None else plain(cost.usd), "status": cost.status.value, "rows": rows}
    return found | ({"why": cost.why} if cost.why else {})


def _row(line: PriceLine) -> dict[str, Any]:
    found = msgspec.structs.asdict(line) | {
        name: plain(getattr(line, name)) for name in ("quantity", "rate", "amount", "listed") if getattr(line, name)
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def plain(number: Decimal) -> Decimal:
    """The same number without exponent or needless zeros."""
    return Decimal(format(number.normalize(), "f"))


def show(console: Console, cost: Cost, question: Question) -> None:
    """The amount, its lines, their sources, what is missing, and what to do where there is no price."""
    day = (_EPOCH + timedelta(microseconds=question.at // 1_000)).date()
    subject = f"{question.model} at {_PROVIDERS.get(question.provider, question.provider)} on {day}"
    console.print(f"\n  [bold]{_answer(cost)}[/]   {escape(subject)}\n", soft_wrap=True)
    if cost.lines:
        console.print(_table(cost.lines))
        console.print("".join(f"\n  [dim]{escape(line)}[/]" for line in _sources(cost.lines)) + "\n", soft_wrap=True)
    if cost.why:
        console.print(f"  [yellow]![/] {escape(cost.why)}\n", soft_wrap=True)
    if cost.status is CostStatus.UNPRICED:
        console.print(escape(advice(question)), soft_wrap=True)


def advice(question: Question) -> str:
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
    return f"{'in part ' if cost.status is CostStatus.PARTIAL else ''}{dollars(cost.usd)}"


def dollars(usd: Decimal) -> str:
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
        table.add_row(f"  {label}", f"{plain(line.quantity):,f}", rate, dollars(line.amount))
    return table


def _sources(lines: tuple[PriceLine, ...]) -> Iterator[str]:
    """Each price row once, with its adjustments and the day on which its source was last compared."""
    for line in {(line.row, line.source, line.adjusted): line for line in lines}.values():
        adjusted = f"   {line.adjusted}" if line.adjusted else ""
        yield f"{line.row}{adjusted}   {line.source}{f'   checked {line.checked}' if line.checked else ''}"
