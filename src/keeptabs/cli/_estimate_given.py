"""What ``keeptabs estimate`` shows for counts that are given: one model as a bill, several side by side."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from rich.text import Text

from keeptabs.cli import _estimates as shown
from keeptabs.cli import _look as look
from keeptabs.core.cost import CostStatus, PriceLine
from keeptabs.forecast.prospect import Prospect, Terms
from keeptabs.forecast.tokens import Part
from keeptabs.pricing.tariff import day_text

_LEFT_OUT = "Tool definitions, and what a provider adds to a prompt, are not in these tokens."
_PER = {1_000_000: "1M", 1_000: "1k", 3_600: "hour", 1: "each"}


def show(found: Sequence[Prospect], parts: Sequence[Part], terms: Terms) -> None:
    """The answer first, then how it comes about."""
    out = look.Screen()
    out.print()
    out.print(look.line(_headline(found, terms)))
    out.print()
    if parts:
        rows = [(part.name, part.what, *_counts(part)) for part in parts]
        out.print(look.table(("file", "what", "tokens", "from", "to"), rows, left=2))
        out.print()
    if len(found) == 1:
        _bill(out, found[0])
    else:
        _compare(out, found)
    for text in dict.fromkeys(each.mid.why for each in found if each.mid.status is not CostStatus.ESTIMATED):
        if text:
            out.print(look.line(("! ", look.ATTENTION), text))
    if parts:
        out.print(look.line((_LEFT_OUT, look.SOFT)))
    if len(found) > 1:
        out.print(look.line((shown.PRICE_ONLY, look.SOFT)))


def _headline(found: Sequence[Prospect], terms: Terms) -> Text:
    best, day = found[0], day_text(terms.at)
    at = f"   {best.offered.model} at {best.offered.provider} on {day}"
    if best.mid.usd is None:
        return Text.assemble(("no price", f"bold {look.ATTENTION}"), at)
    said = [(shown.priced(best.mid, best.mid.usd), "a call")]
    if best.mid.usd and best.calls_a_day is not None:
        said += [(shown.money(best.a_day(best.mid)), "a day"), (shown.money(best.a_month(best.mid)), "a month")]
    text = Text(" · ").join(Text.assemble(amount, " ", unit) for amount, unit in said)
    text.stylize("bold")
    band = _is_band(best)
    between = f"   ({shown.between(best.low.usd, best.high.usd)} a call)" if band else ""
    return Text.assemble(text, between, at, ", the cheapest" if len(found) > 1 else "")


def _is_band(found: Prospect) -> bool:
    return found.low.usd != found.high.usd


def _counts(part: Part) -> tuple[str, str, str]:
    if part.bucket is None:
        return look.UNKNOWN, look.UNKNOWN, look.UNKNOWN
    return look.count(part.tokens), look.count(part.low), look.count(part.high)


def _bill(out: look.Screen, found: Prospect) -> None:
    if not found.mid.lines:
        return
    rows = [
        (line.unit.replace("_", " ").replace(".", " "), f"{line.quantity:,}", _rate(line), shown.money(line.amount))
        for line in found.mid.lines
    ]
    out.print(look.table(("unit", "a call", "rate", "USD a call"), rows))
    out.print()
    for row, source, checked in dict.fromkeys((line.row, line.source, line.checked) for line in found.mid.lines):
        out.print(look.line((f"{row}   {source}{f'   checked {checked}' if checked else ''}", look.SOFT)))


def _compare(out: look.Screen, found: Sequence[Prospect]) -> None:
    out.print(look.table(_names(found), (_row(each, found) for each in found), left=2, optional=("input", "output")))
    out.print()


def _names(found: Sequence[Prospect]) -> tuple[str, ...]:
    by_time = ("a day", "a month") if found[0].calls_a_day is not None else ()
    return (
        "model",
        "at",
        "input",
        "output",
        "a call",
        *(("from – to",) if any(map(_is_band, found)) else ()),
        *by_time,
    )


def _row(each: Prospect, found: Sequence[Prospect]) -> tuple[str | Text, ...]:
    rates = {line.unit.partition(".")[0]: _rate(line) for line in reversed(each.mid.lines)}
    cells: list[str | Text] = [each.offered.model, each.offered.provider]
    cells += [rates.get("input", look.UNKNOWN), rates.get("output", look.UNKNOWN)]
    cells.append(shown.priced(each.mid, each.mid.usd))
    if any(map(_is_band, found)):
        cells.append(shown.between(each.low.usd, each.high.usd))
    if each.calls_a_day is not None:
        cells += [shown.money(each.a_day(each.mid)), shown.money(each.a_month(each.mid))]
    return tuple(cells)


def _rate(line: PriceLine) -> str:
    return f"${format(line.rate.normalize(), 'f')} / {_PER.get(line.per, f'{line.per:,}')}"


def as_json(found: Sequence[Prospect], parts: Sequence[Part]) -> dict[str, Any]:
    """The same facts: amounts in USD as numbers, null where there is no price."""
    return {
        "models": [_facts(each) for each in found],
        "parts": [
            {"name": part.name, "what": part.what, "tokens": part.tokens, "low": part.low, "high": part.high}
            for part in parts
        ],
    }


def _facts(each: Prospect) -> dict[str, Any]:
    costs: dict[str, Decimal | None] = {}
    for name, cost in (("low", each.low), ("mid", each.mid), ("high", each.high)):
        costs |= {f"{name}_a_call": cost.usd, f"{name}_a_day": each.a_day(cost), f"{name}_a_month": each.a_month(cost)}
    return {
        "provider": each.offered.provider,
        "model": each.offered.model,
        "calls_a_day": each.calls_a_day,
        **costs,
        "status": each.mid.status.value,
        "why": each.mid.why,
        "rows": [msgspec.structs.asdict(line) for line in each.mid.lines],
    }
