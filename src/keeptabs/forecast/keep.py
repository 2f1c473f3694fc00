"""An estimate as it is saved, so that later calls can be held against it."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Usage
from keeptabs.forecast.outlook import KINDS, TEXT, Outlook, Projection, by_kind, kind_of
from keeptabs.forecast.prospect import Prospect
from keeptabs.store.forecasts import Basis, Estimate

_NANO = 1_000_000_000
RECORDED = "as recorded"  # in place of a model, where an estimate keeps the models that answered
Where = tuple[tuple[str, str], ...]


def of_prospect(name: str, found: Prospect, usage: Usage, where: Where, now: int) -> Estimate:
    """An estimate from counts that were given.

    Raises:
        UserError: it says not how many calls there are, or has no price.
    """
    amounts = [found.a_day(cost) for cost in (found.low, found.mid, found.high)]
    low, mid, high = ((amount if amount is not None else Decimal(0)) for amount in amounts)
    if found.calls_a_day is None:
        raise UserError("to save an estimate, say how many calls there are: --calls 1000/day")
    if None in amounts or found.mid.usd is None:
        raise UserError(f"{found.offered.model} has no price: nothing to save")
    tokens = {kind: Decimal(count) for kind, count in by_kind(usage).items()}
    spent = dict.fromkeys(KINDS, Decimal(0))
    for line in found.mid.lines:
        if (kind := kind_of(line.unit)) is not None:
            spent[kind] += line.amount
    basis = Basis(tokens=tokens, rates=_rates(spent, tokens), where=where, how="the band of its tokens")
    return Estimate(
        name=name,
        created_at=now,
        provider=found.offered.provider,
        model=found.offered.model,
        calls_a_day=float(found.calls_a_day),
        usd_a_call=nano(found.mid.usd),
        low_a_day=nano(low),
        mid_a_day=nano(mid),
        high_a_day=nano(high),
        basis=basis,
    )


def of_projection(name: str, found: Projection, made_from: Outlook, where: Where, now: int) -> Estimate:
    """An estimate from the days of a ledger.

    Raises:
        UserError: none of its calls has a price.
    """
    model = found.change.model if found.change else None
    if not found.priced:
        raise UserError(f"{f'{model.model} has no' if model else 'none of these calls has a'} price: nothing to save")
    band = found.band
    return Estimate(
        name=name,
        created_at=now,
        provider=model.provider if model else RECORDED,
        model=model.model if model else RECORDED,
        calls_a_day=float(made_from.calls_a_day),
        usd_a_call=nano(found.usd_a_call),
        low_a_day=nano(band.low),
        mid_a_day=nano(band.mid),
        high_a_day=nano(band.high),
        basis=Basis(
            tokens=found.tokens,
            rates=found.rates,
            where=where,
            operations=tuple(sorted(TEXT)) if made_from.left_out else (),
            days=made_from.days.count,
            how=band.how,
        ),
    )


def nano(usd: Decimal) -> int:
    """An amount in whole nano-dollars."""
    return int((usd * _NANO).to_integral_value(ROUND_HALF_EVEN))


def _rates(spent: Mapping[str, Decimal], tokens: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {kind: amount / tokens[kind] for kind, amount in spent.items() if tokens.get(kind)}
