"""The values that a comparison makes: what the bill has and the ledger has not, by cause."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

import msgspec

from keeptabs.reconcile.statement import Days

# Sums of money are exact in it: no amount has so many digits, and nothing in it raises.
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[])


class Cause(StrEnum):
    """Why a bill and the ledger differ."""

    COVERAGE = "coverage"  # calls that the provider counted and the ledger never saw
    PARSING = "parsing"  # calls that both saw, with another usage
    USAGE = "usage"  # one of these two; without a count of requests they cannot be told apart
    PRICE = "price"  # the same usage at another price
    FIXED = "fixed"  # storage, containers, training: there is no call for it
    UNEXPLAINED = "unexplained"


class Place(msgspec.Struct, frozen=True, order=True):
    """Where amounts are compared: a UTC day, and a project and model where both sides name them, else ``""``."""

    day: date
    project: str = ""
    model: str = ""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One place on both sides. ``parts`` sum to ``billed - ledger`` exactly; USD."""

    place: Place
    billed: Decimal
    ledger: Decimal
    parts: Mapping[Cause, Decimal] = {}
    requests: int | None = None  # that the provider counted
    calls: int = 0  # that the ledger has of them
    silent: int = 0  # of these, how many did not say what they used
    unpriced: int = 0  # and how many have no price, or not for all


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """What the bill charges for a unit of a model, beside what it is here; USD a unit."""

    model: str
    unit: str
    charged: Decimal
    ours: Decimal
    usd: Decimal  # billed in all
    day: date  # the last on which it was
    tier: str = ""
    batch: bool = False
    long_context: bool = False

    @property
    def excess(self) -> Decimal:
        """What was billed beyond our rate, in USD."""
        return EXACT.subtract(self.usd, EXACT.divide(EXACT.multiply(self.usd, self.ours), self.charged))


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A bill beside the ledger. ``steps`` says for each cause what to do about it."""

    source: str
    days: Days
    billed: Decimal
    ledger: Decimal
    parts: Mapping[Cause, Decimal]
    gaps: tuple[Gap, ...] = ()
    steps: Mapping[Cause, str] = {}
    notes: tuple[str, ...] = ()

    @property
    def gap(self) -> Decimal:
        """What was billed beyond what the ledger has; negative where it has more."""
        return EXACT.subtract(self.billed, self.ledger)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    found = Decimal(0)
    for amount in amounts:
        found = EXACT.add(found, amount)
    return found
