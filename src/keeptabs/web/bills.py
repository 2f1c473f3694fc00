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
_LEAST_DECIMALS = 6
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
    amounts = [*(line.amount for line in cost.lines), *([] if cost.usd is None else [cost.usd])]
    decimals = max([_LEAST_DECIMALS, *map(_decimals, amounts)])
    return Bill(
        lines=tuple(_line(each, decimals) for each in cost.lines),
        total="–" if cost.usd is None else f"{cost.usd:,.{decimals}f}",
        nothing=_EMPTY.get(cost.status, "There is no price for it."),
        why=cost.why,
        source=_source(call, cost),
    )


def _line(line: PriceLine, decimals: int) -> BillLine:
    unit = line.unit
    name = _NAMES.get(unit) or unit.replace(".", ", ").replace("_", " ")
    return BillLine(
        name=name,
        quantity=_number(line.quantity),
        rate=_rate(line.rate, line.per),
        amount=f"{line.amount:,.{decimals}f}",
        adjusted=f"${_number(line.listed)} {line.adjusted}" if line.listed is not None else line.adjusted,
    )


def _rate(rate: Decimal, per: int) -> str:
    if per == _MILLION:
        return f"${_cents(rate)} / M"
    return f"${_cents(rate)}" if per == 1 else f"${_cents(rate)} / {per:,}"


def _cents(amount: Decimal) -> str:
    """An amount with two decimals, or as many as it has."""
    return _number(amount) if _decimals(amount) > 1 else f"{amount:,.2f}"


def _decimals(amount: Decimal) -> int:
    """How many decimals an amount has."""
    return len(_number(amount).partition(".")[2])


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
