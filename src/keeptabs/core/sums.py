"""Usages added up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from keeptabs.core.usage import Aside, Bucket, Unit, Usage


def total(usages: Sequence[Usage]) -> Usage | None:
    """The sum of usages, bucket by bucket and unit by unit; of none there is none.

    Reported costs are added only where every usage has its own; what is billed apart for one is so for the sum.
    """
    if not usages:
        return None
    tokens: Counter[Bucket] = Counter()
    units: Counter[Unit] = Counter()
    for usage in usages:
        tokens.update(usage.tokens)
        units.update(usage.units)
    costs = [usage.reported_usd for usage in usages if usage.reported_usd is not None]
    return Usage(
        tokens=dict(tokens),
        units={unit: Decimal(count) for unit, count in units.items()},
        longest=_longest(usages),
        asides=_by_model(aside for usage in usages for aside in usage.asides),
        shares=_by_model(share for usage in usages for share in usage.shares),
        apart="; ".join(dict.fromkeys(usage.apart for usage in usages if usage.apart)),
        reported_usd=sum(costs, Decimal(0)) if costs and len(costs) == len(usages) else None,
    )


def _by_model(all_of_them: Iterable[Aside]) -> tuple[Aside, ...]:
    models: dict[str, Counter[Bucket]] = {}
    for each in all_of_them:
        models.setdefault(each.model, Counter()).update(each.tokens)
    return tuple(Aside(model=model, tokens=dict(tokens)) for model, tokens in models.items())


def _longest(usages: Sequence[Usage]) -> int | None:
    """The input tokens of the longest of several requests."""
    if len(usages) == 1:
        return usages[0].longest
    return max(usage.input or 0 if usage.longest is None else usage.longest for usage in usages)
