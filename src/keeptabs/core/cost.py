"""What a call cost, and how that is known. An amount that is not known is None, never zero."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum

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


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a bill: ``quantity`` of ``unit`` at ``rate`` USD per ``per`` units."""

    unit: str
    quantity: Decimal
    rate: Decimal
    per: int
    amount: Decimal  # USD
    row: str  # id of the price row, "provider/model[#variant][@from]"
    source: str
    checked: str  # ISO date
    confidence: str = ""  # how far the source carries: see the head of pricing/overlay/openai.toml
    listed: Decimal | None = None  # the rate before it was adjusted
    adjusted: str = ""  # by what, as "x 1.1 (inference_geo us)"


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """An amount in USD with its provenance; ``why`` says what is missing when it is not fully priced."""

    usd: Decimal | None = None
    status: CostStatus
    lines: tuple[PriceLine, ...] = ()
    book: str = ""
    why: str = ""
    saved: Decimal | None = None  # USD that a cache of the application made unnecessary

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
