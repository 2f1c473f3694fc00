"""What to do about each part of a gap, in one line each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from keeptabs.reconcile.gap import EXACT, Cause, Gap, Ratio, total
from keeptabs.reconcile.rates import Listed, near, tier_of
from keeptabs.reconcile.statement import Charged, Kind

_MILLION = Decimal(1_000_000)
_BY_TOKEN = ("input", "output", "cache")
_MOST_NAMES = 2


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a gap: its places and parts, the rows of the bill, and rates beside ours."""

    gaps: Sequence[Gap]
    parts: Mapping[Cause, Decimal]
    charged: Sequence[Charged]
    prices: Sequence[Ratio]
    find: Listed


def steps(case: Case) -> Mapping[Cause, str]:
    """The next step for each cause that has a part in the gap anywhere."""
    return {cause: say(case) for cause, say in _SAY.items() if any(cause in gap.parts for gap in case.gaps)}


def _coverage(case: Case) -> str:
    if case.parts[Cause.COVERAGE] < 0:
        return "the ledger has calls that this bill has not: made with a key of another organisation or project?"
    most = _names(gap.place.model for gap in _largest(case.gaps, Cause.COVERAGE))
    unseen = sum(max(gap.requests - gap.calls, 0) for gap in case.gaps if gap.requests is not None)
    who = f"requests never seen: {unseen:,}" if unseen else "calls that were never seen"
    return f"{who}{f', most of {most}' if most else ''}; install keeptabs where they are made, see keeptabs doctor"


def _parsing(case: Case) -> str:
    silent = sum(gap.silent for gap in case.gaps if Cause.PARSING in gap.parts)
    if silent:
        return f"calls that told no usage: {silent:,}; set ask_usage, and read streams to their end"
    worst = _largest(case.gaps, Cause.PARSING)[0].place
    where = f"{worst.model} on {worst.day}" if worst.model else f"{worst.day}"
    return f"as many requests, other tokens, most for {where}: that should not be; please report it"


def _usage(case: Case) -> str:
    worst = _largest(case.gaps, Cause.USAGE)[0].place
    where = f", most for {worst.model}" if worst.model else ""
    return f"calls not seen, or misread: only a count of requests tells which{where}; see keeptabs doctor"


def _price(case: Case) -> str:
    unpriced = sum(gap.unpriced for gap in case.gaps if Cause.PRICE in gap.parts)
    missing = f"calls without a price for all they used: {unpriced:,}; see keeptabs prices coverage" if unpriced else ""
    odd = [each for each in case.prices if not near(each.charged, each.ours)]
    if not odd:
        return missing or "the rates that the bill tells are ours; --by item shows where amounts differ"
    return "; ".join(filter(None, (missing, _rates(case, odd))))


def _rates(case: Case, odd: Sequence[Ratio]) -> str:
    """What is to be seen in rates that are not ours: a tier, a contract, else the one that costs most."""
    worst = max(odd, key=lambda each: abs(each.excess))
    what = f"{worst.model}, {worst.unit.replace('_', ' ').replace('.', ' ')}"
    if worst.long_context:
        return f"{what} is billed as long context: {_beside(worst)}"
    tier = tier_of(worst, case.find)
    if tier:
        return f"{what} is billed at the {tier} rate: {_beside(worst)}"
    factor = _factor(odd)
    if factor is not None:
        which = (
            "every rate is" if len(odd) == len(case.prices) else f"rates of {_names(each.model for each in odd)} are"
        )
        return f'{which} ours x {factor}: a contract? add a [[discount]], factor = "{factor}", then keeptabs reprice'
    return f"{what}: {_beside(worst)}; is our price stale? a [[price]] of yours overrides it"


def _fixed(case: Case) -> str:
    return f"no call causes it: {_items(case.charged, Kind.FIXED)}"


def _unexplained(case: Case) -> str:
    unread = _items(case.charged, Kind.UNREAD)
    if unread:
        return f"not understood: {unread}; --by item shows all"
    return "the bill says amounts and not how much was used; --by model shows where"


_SAY: Mapping[Cause, Callable[[Case], str]] = {
    Cause.COVERAGE: _coverage,
    Cause.PARSING: _parsing,
    Cause.USAGE: _usage,
    Cause.PRICE: _price,
    Cause.FIXED: _fixed,
    Cause.UNEXPLAINED: _unexplained,
}


def _factor(prices: Sequence[Ratio]) -> Decimal | None:
    """What all rates are multiplied by, where that is one number and there is more than one rate."""
    ours = total(EXACT.multiply(each.ours, EXACT.divide(each.usd, each.charged)) for each in prices)
    factor = EXACT.divide(total(each.usd for each in prices), ours)
    alike = all(near(each.charged, EXACT.multiply(each.ours, factor)) for each in prices)
    if len({(each.model, each.unit) for each in prices}) < 2 or not alike:
        return None
    return Decimal(f"{factor.quantize(Decimal('0.001')).normalize():f}")


def _items(rows: Sequence[Charged], kind: Kind) -> str:
    found = sorted((row for row in rows if row.kind is kind), key=lambda row: -abs(row.usd))
    return _names(row.item for row in found)


def _largest(gaps: Sequence[Gap], cause: Cause) -> list[Gap]:
    zero = Decimal(0)
    found = [gap for gap in gaps if cause in gap.parts]
    return sorted(found, key=lambda gap: abs(gap.parts.get(cause, zero)), reverse=True)


def _names(names: Iterable[str]) -> str:
    found = [name for name in dict.fromkeys(names) if name]
    return ", ".join(found[:_MOST_NAMES]) + (", …" if len(found) > _MOST_NAMES else "")


def _beside(ratio: Ratio) -> str:
    by_token = ratio.unit.startswith(_BY_TOKEN)
    size, per = (_MILLION, " / 1M") if by_token else (Decimal(1), " each")
    charged, ours = (
        f"{(rate * size).quantize(Decimal('1e-6')).normalize():,f}" for rate in (ratio.charged, ratio.ours)
    )
    return f"${charged}{per}, here ${ours}"
