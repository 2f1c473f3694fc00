"""Estimate and actual side by side: one estimate in full, several as a table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.padding import Padding
from rich.text import Text

from keeptabs.cli import _estimates as shown
from keeptabs.cli import _look as look
from keeptabs.forecast.held import Held
from keeptabs.pricing.tariff import day_text

_NANO = 1_000_000_000
_DRIVERS = {
    "volume": "the number of calls",
    "tokens": "tokens a call and how many are cached",
    "price": "price or mix of models",
}
_SOON = Decimal(1)  # days; less is too little to judge by


def table(lines: Sequence[Held]) -> Padding:
    """Several estimates, one line each."""
    names = ("estimate", "driven by", "expected a day", "actual a day", "ratio", "made from")
    return look.table(names, map(_row, lines), left=2, optional=("made from",))


def _row(each: Held) -> tuple[str | Text, ...]:
    driver = look.UNKNOWN if each.within or not each.calls else _DRIVERS[each.gap.driver]
    return each.estimate.name, driver, shown.money(each.expected), _actual(each), _ratio(each), shown.time(each.days)


def _actual(each: Held) -> str | Text:
    text = shown.money(each.usd_a_day)
    return Text(f"in part {text}", style=look.ATTENTION) if each.unpriced else text


def _ratio(each: Held) -> str | Text:
    if each.ratio is None:
        return look.UNKNOWN
    return Text(f"{each.ratio:.2f}", style="" if each.within else look.ATTENTION)


def show(each: Held) -> None:
    """One estimate: the answer, both sides, and the gap in its parts."""
    out = look.Screen()
    out.print()
    out.print(look.line(_headline(each)))
    out.print()
    out.print(look.table(("a day", "estimate", "actual", "gap in USD"), _sides(each)))
    out.print()
    for text, style in _notes(each):
        out.print(look.line((text, style)))


def _headline(each: Held) -> Text:
    where = "in its band" if each.within else "below it" if each.gap.total < 0 else "above it"
    ratio = f", {each.ratio:.2f} times the estimate" if each.ratio is not None else ""
    since = f"        {each.estimate.name}, {shown.time(each.days)} from {day_text(each.since)}"
    return Text.assemble(("in part " if each.unpriced else "", look.ATTENTION), _bold(each), f"{ratio}, {where}", since)


def _bold(each: Held) -> tuple[str, str]:
    return f"{shown.money(each.usd_a_day)} a day", "bold"


def _sides(each: Held) -> list[tuple[str | Text, ...]]:
    estimate, gap, tokens = each.estimate, each.gap, each.estimate.basis.tokens

    def signed(usd: Decimal) -> str:
        return f"{'+' if usd > 0 else ''}{shown.money(usd, beside=max(each.usd_a_day, each.expected))}"

    rows: list[tuple[str | Text, ...]] = [
        ("calls", shown.number(Decimal(str(estimate.calls_a_day))), shown.number(each.calls_a_day), signed(gap.volume))
    ]
    for number, (kind, actual) in enumerate(each.tokens.items()):
        share = signed(gap.tokens) if not number else ""
        rows.append((f"{kind} tokens a call", shown.number(tokens.get(kind, Decimal(0))), shown.number(actual), share))
    rows.append(("price and mix of models", "", "", signed(gap.price)))
    rows.append(("USD", _expected(each), _actual(each), signed(gap.total)))
    return rows


def _expected(each: Held) -> str:
    low, high = (Decimal(amount) / _NANO for amount in (each.estimate.low_a_day, each.estimate.high_a_day))
    return shown.money(each.expected) + (f" ({shown.between(low, high)})" if low != high else "")


def _notes(each: Held) -> list[tuple[str, str]]:
    notes = []
    if each.unpriced:
        notes.append((f"! {shown.without_price(each.unpriced)}.", look.ATTENTION))
    if each.days < _SOON:
        notes.append((f"! {shown.time(each.days)} are too little to judge by.", look.ATTENTION))
    if each.calls and not each.within:
        notes.append((f"Most of the gap is {_DRIVERS[each.gap.driver]}.", ""))
    where = ", ".join(f"{name}={value}" for name, value in each.estimate.basis.where)
    kinds = f" of {', '.join(each.estimate.basis.operations)}" if each.estimate.basis.operations else ""
    notes.append((f"Counted: {'' if where else 'all '}calls{kinds}{f' with {where}' if where else ''}.", look.SOFT))
    return notes


def as_json(each: Held) -> dict[str, Any]:
    """The same facts: amounts in USD as numbers."""
    estimate = each.estimate
    return {
        "name": estimate.name,
        "model": estimate.model,
        "since": each.since,
        "days": each.days,
        "estimate": {
            "calls_a_day": estimate.calls_a_day,
            "tokens_a_call": estimate.basis.tokens,
            "low_a_day": Decimal(estimate.low_a_day) / _NANO,
            "mid_a_day": each.expected,
            "high_a_day": Decimal(estimate.high_a_day) / _NANO,
        },
        "actual": {
            "calls": each.calls,
            "unpriced": each.unpriced,
            "calls_a_day": each.calls_a_day,
            "tokens_a_call": each.tokens,
            "usd_a_day": each.usd_a_day,
        },
        "ratio": each.ratio,
        "within": each.within,
        "gap": {"volume": each.gap.volume, "tokens": each.gap.tokens, "price": each.gap.price, "total": each.gap.total},
        "driver": each.gap.driver,
    }
