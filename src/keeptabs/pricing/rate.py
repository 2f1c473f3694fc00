"""A rate: what so many units cost, and where that is known from."""

from decimal import Context, Decimal, InvalidOperation

import msgspec

from keeptabs.pricing import units
from keeptabs.pricing.rows import Entry, PriceFileError

DISPUTED = "disputed"  # what a row's confidence says where its sources do not agree
EXACT = Context(prec=100, traps=[])  # no price and no count fills it, and nothing in it raises


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """USD for ``per`` units. ``steps``, the highest first, replace it for calls with more input tokens than so many."""

    usd: Decimal
    steps: tuple[tuple[int, Decimal], ...] = ()
    per: int
    row: str
    source: str
    checked: str
    confidence: str = ""
    note: str = ""
    listed: Decimal | None = None  # before it was adjusted
    adjusted: str = ""
    own: bool = False  # the user's, which is no list price

    def at(self, input_tokens: int) -> Decimal:
        """The rate of a whole call with ``input_tokens`` in all: a cliff, as providers bill it."""
        for beyond, usd in self.steps:
            if input_tokens > beyond:
                return usd
        return self.usd


def rates_of(entry: Entry) -> dict[str, Rate]:
    """The rates of a row by their keys.

    Raises:
        PriceFileError: an amount is no number.
    """
    row = entry.row
    try:
        return {
            key: Rate(
                usd=Decimal(amount),
                steps=tuple((beyond, Decimal(usd)) for beyond, usd in sorted(row.tier.get(key, ()), reverse=True)),
                per=units.per(key),
                row=entry.id,
                source=entry.source,
                checked=entry.checked,
                confidence=entry.confidence,
                note=entry.note,
                own=entry.layer == "user",
            )
            for key, amount in row.unit.items()
        }
    except InvalidOperation as error:
        raise PriceFileError(f"{entry.provider}.json: row {entry.id} has an amount that is no number") from error


def times(rate: Rate, numerator: Decimal, denominator: Decimal = Decimal(1)) -> Rate:
    """``rate`` times a fraction."""

    def scale(usd: Decimal) -> Decimal:
        return EXACT.divide(EXACT.multiply(usd, numerator), denominator)

    return msgspec.structs.replace(
        rate, usd=scale(rate.usd), steps=tuple((beyond, scale(usd)) for beyond, usd in rate.steps)
    )
