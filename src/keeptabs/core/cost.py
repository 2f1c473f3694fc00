"""What a call cost, and how that is known. An amount that is not known is None, never zero."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise

import msgspec

_EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[])


class CostStatus(StrEnum):
    """How much an amount can be relied on."""

    PRICED = "priced"  # every unit used has a price
    FREE = "free"  # the provider says it costs nothing
    PROVIDER_REPORTED = "provider_reported"
    ESTIMATED = "estimated"  # the usage was estimated
    PARTIAL = "partial"  # not all of it: some units, or the tier, have no rate; ``why`` says which
    UNPRICED = "unpriced"
    NO_USAGE = "no_usage"
    DISPUTED = "disputed"  # the sources of a price do not agree
    STALE = "stale"  # the prices were last checked too long before the call


# How an amount that is made of others is known: as its weakest part.
_WEAKEST_FIRST = (
    CostStatus.PARTIAL,
    CostStatus.DISPUTED,
    CostStatus.ESTIMATED,
    CostStatus.STALE,
    CostStatus.PRICED,
    CostStatus.PROVIDER_REPORTED,
)


class PriceLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a bill: ``quantity`` of ``unit`` at ``rate`` USD per ``per`` units."""

    unit: str
    quantity: Decimal
    rate: Decimal
    per: int = 0
    amount: Decimal  # USD
    row: str = ""  # id of the price row, "provider/model[#variant][@from]"
    source: str = ""
    checked: str = ""  # ISO date
    confidence: str = ""  # how far the source carries: see the head of pricing/overlay/openai.toml
    listed: Decimal | None = None  # the rate before it was adjusted
    adjusted: str = ""  # by what, as "x 1.1 (inference_geo us)"


class Cost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount in USD with its provenance; ``why`` says what is missing when it is not fully priced.

    A line that names no price row has what stands in ``_SHARED`` from the line before it, as ``brief`` leaves it out.
    """

    usd: Decimal | None = None
    status: CostStatus
    lines: tuple[PriceLine, ...] = ()
    book: str = ""
    why: str = ""
    saved: Decimal | None = None  # USD that a cache of the application made unnecessary

    def __post_init__(self) -> None:
        """Give lines as they are written the facts of the line before."""
        if not all(line.row for line in self.lines):
            msgspec.structs.force_setattr(self, "lines", _whole(self.lines))

    @property
    def nano_usd(self) -> int | None:
        """The amount in whole nano-dollars (1e-9 USD), as the ledger keeps it."""
        return _nano(self.usd)

    @property
    def saved_nano_usd(self) -> int | None:
        """What was saved, in whole nano-dollars."""
        return _nano(self.saved)


def _nano(usd: Decimal | None) -> int | None:
    if usd is None:
        return None
    with localcontext(_EXACT):  # the application's own decimal context may trap what is harmless here
        return int((usd * 1_000_000_000).to_integral_value())


_SHARED = ("row", "source", "checked", "confidence", "per")  # what the lines of a bill mostly have in common


class _Brief(Cost, frozen=True, kw_only=True):
    """A cost to be written, whose lines stay as they are given."""

    def __post_init__(self) -> None:
        pass


def brief(cost: Cost) -> Cost:
    """The cost to be written: a line of the same price row as the one before it does not repeat that row's facts."""
    lines = list(cost.lines[:1])
    for before, line in pairwise(cost.lines):
        is_same = all(getattr(line, name) == getattr(before, name) for name in _SHARED)
        lines.append(_without(line) if is_same else line)
    return _Brief(**{**msgspec.structs.asdict(cost), "lines": tuple(lines)})


def _without(line: PriceLine) -> PriceLine:
    return PriceLine(
        unit=line.unit,
        quantity=line.quantity,
        rate=line.rate,
        amount=line.amount,
        listed=line.listed,
        adjusted=line.adjusted,
    )


def _whole(lines: tuple[PriceLine, ...]) -> tuple[PriceLine, ...]:
    """The reverse of what ``brief`` does with lines."""
    found = list(lines[:1])
    for line in lines[1:]:
        shared = {} if line.row else {name: getattr(found[-1], name) for name in _SHARED}
        found.append(msgspec.structs.replace(line, **shared) if shared else line)
    return tuple(found)


def together(first: Cost, second: Cost) -> Cost:
    """Two costs of one call as one; where one of them is not known, the sum is a part of the whole."""
    known = [each.usd for each in (first, second) if each.usd is not None]
    if not known:
        return first
    statuses = {first.status, second.status} if len(known) == 2 else {CostStatus.PARTIAL}
    return msgspec.structs.replace(
        first,
        usd=_EXACT.add(known[0], known[1]) if len(known) == 2 else known[0],
        status=next((status for status in _WEAKEST_FIRST if status in statuses), CostStatus.FREE),
        lines=(*first.lines, *second.lines),
        book=first.book or second.book,
        why="; ".join(filter(None, (first.why, second.why))),
    )
