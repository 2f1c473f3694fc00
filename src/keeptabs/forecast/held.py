"""How an estimate held: the calls made since beside it, and which part drove the gap."""

from decimal import Decimal

import msgspec

from keeptabs.forecast.days import DAY
from keeptabs.forecast.outlook import KINDS
from keeptabs.store.database import Connection
from keeptabs.store.forecasts import Estimate, Sums, saved, sums

_NANO = 1_000_000_000


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """USD a day between the estimate and what was, in three parts that sum to it."""

    volume: Decimal  # more or fewer calls
    tokens: Decimal  # longer or shorter ones, more or less of them cached
    price: Decimal  # other rates: another model, another mix, a price that changed

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.volume + self.tokens + self.price

    @property
    def driver(self) -> str:
        """The part that is the largest, either way."""
        parts = {"volume": self.volume, "tokens": self.tokens, "price": self.price}
        return max(parts, key=lambda name: abs(parts[name]))


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate and what became of it; ``tokens`` a call by kind, amounts in USD."""

    estimate: Estimate
    since: int  # nanoseconds
    days: Decimal  # that the actual side is made from
    calls: int
    unpriced: int  # of these calls: where there are any, the actual amount is in part
    calls_a_day: Decimal
    usd_a_day: Decimal
    tokens: dict[str, Decimal]
    gap: Gap

    @property
    def expected(self) -> Decimal:
        """USD a day, as estimated."""
        return Decimal(self.estimate.mid_a_day) / _NANO

    @property
    def ratio(self) -> Decimal | None:
        """The actual amount over the estimate; None where that was nothing."""
        return self.usd_a_day / self.expected if self.expected else None

    @property
    def within(self) -> bool:
        """True where the actual amount lies in the band of the estimate."""
        return self.estimate.low_a_day <= self.usd_a_day * _NANO <= self.estimate.high_a_day


def held(db: Connection, since: int, until: int) -> list[Held]:
    """Every saved estimate beside the calls from ``since``, or from when it was made, to before ``until``."""
    return [against(db, one, since, until) for one in saved(db) if one.created_at < until]


def against(db: Connection, estimate: Estimate, since: int, until: int) -> Held:
    """One estimate beside the calls that its filter lets through."""
    start = max(since, estimate.created_at)
    made = sums(db, start, until, estimate.basis.where, estimate.basis.operations)
    days = Decimal(max(until - start, 1)) / DAY
    calls_a_day, usd_a_day = made.calls / days, Decimal(made.cost) / _NANO / days
    tokens = {kind: Decimal(count) / max(made.calls, 1) for kind, count in _by_kind(made).items()}
    return Held(
        estimate=estimate,
        since=start,
        days=days,
        calls=made.calls,
        unpriced=made.unpriced,
        calls_a_day=calls_a_day,
        usd_a_day=usd_a_day,
        tokens=tokens,
        gap=_gap(estimate, calls_a_day, usd_a_day, tokens),
    )


def _by_kind(made: Sums) -> dict[str, int]:
    return {"input": made.input - made.cached, "cached": made.cached, "output": made.output}


def _gap(estimate: Estimate, calls_a_day: Decimal, usd_a_day: Decimal, tokens: dict[str, Decimal]) -> Gap:
    """Volume at the estimated cost a call, then tokens at the estimated rates, then what is left."""
    basis = estimate.basis
    expected_calls = Decimal(str(estimate.calls_a_day))
    expected = Decimal(estimate.mid_a_day) / _NANO
    a_call = expected / expected_calls if expected_calls else Decimal(0)
    rates = {kind: basis.rates.get(kind) or basis.rates.get("input", Decimal(0)) for kind in KINDS}
    more = sum(((tokens[kind] - basis.tokens.get(kind, Decimal(0))) * rates[kind] for kind in KINDS), Decimal(0))
    volume = (calls_a_day - expected_calls) * a_call
    by_tokens = calls_a_day * more
    return Gap(volume=volume, tokens=by_tokens, price=usd_a_day - expected - volume - by_tokens)
