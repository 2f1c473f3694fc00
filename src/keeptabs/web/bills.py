"""What a call was billed for, as a table: each bucket, how much of it, at which rate."""

from decimal import Decimal

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.cost import Cost, CostStatus, PriceLine

# Names of buckets as a bill has them; another one's is its own, with a comma.
_NAMES = {
    "input.text": "input, fresh",
    "cache_read.text": "input, cached",
    "cache_write": "cache, written",
    "output.text": "output",
    "seconds": "seconds",
}
_MILLION = 1_000_000
_EMPTY = {
    CostStatus.FREE: "The provider says that it costs nothing.",
    CostStatus.PROVIDER_REPORTED: "The provider told the amount itself, without its parts.",
    CostStatus.NO_USAGE: "It reported no usage: there is nothing to bill that is known of.",
}


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, as text."""

    name: str
    quantity: str
    rate: str
    amount: str
    adjusted: str


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill; ``nothing`` is said where it has no lines, ``why`` where something is missing."""

    lines: tuple[BillLine, ...]
    total: str
    nothing: str
    why: str
    source: str


def bill(call: Call) -> Bill:
    """The bill of a call."""
    cost = call.cost
    return Bill(
        lines=tuple(_line(each) for each in cost.lines),
        total="–" if cost.usd is None else _usd(cost.usd),
        nothing=_EMPTY.get(cost.status, "There is no price for it."),
        why=cost.why,
        source=_source(call, cost),
    )


def _line(line: PriceLine) -> BillLine:
    unit = line.unit
    name = _NAMES.get(unit) or unit.replace(".", ", ").replace("_", " ")
    return BillLine(
        name=name,
        quantity=_number(line.quantity),
        rate=_rate(line.rate, line.per),
        amount=_usd(line.amount),
        adjusted=f"${_number(line.listed)} {line.adjusted}" if line.listed is not None else line.adjusted,
    )


def _rate(rate: Decimal, per: int) -> str:
    if per == _MILLION:
        return f"${_cents(rate)} / M"
    return f"${_cents(rate)}" if per == 1 else f"${_cents(rate)} / {per:,}"


def _cents(amount: Decimal) -> str:
    """An amount with two decimals, or as many as it has."""
    text = _number(amount)
    decimals = len(text.partition(".")[2])
    return text if decimals > 1 else f"{amount:,.2f}"


def _usd(amount: Decimal) -> str:
    """An amount with six decimals, or as many as it has."""
    text = _number(amount)
    return text if len(text.partition(".")[2]) > 6 else f"{amount:,.6f}"  # noqa: PLR2004


def _number(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _source(call: Call, cost: Cost) -> str:
    if not cost.book and not cost.lines:
        return ""
    checked = sorted({line.checked for line in cost.lines if line.checked})
    parts = [f"prices of {cost.book}" if cost.book else "", f"checked {checked[-1]}" if checked else ""]
    tier = f"tier {call.service_tier}" if call.service_tier else ""
    return " · ".join(filter(None, [", ".join(filter(None, parts)), tier, "batch" if call.batch else ""]))
