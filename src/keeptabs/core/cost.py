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
        if self.usd is None:
            return None
        with localcontext(_EXACT):  # the application's own decimal context may trap what is harmless here
            return int((self.usd * 1_000_000_000).to_integral_value())
