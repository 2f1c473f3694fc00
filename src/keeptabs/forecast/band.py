"""What a day costs, from the days there were: an average, and how far it can be relied on."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import msgspec

ENOUGH_DAYS = 7  # fewer are not resampled: the least and the most of them say as much
_SAMPLES = 2_000
_SEED = 20_261_124  # the same days must give the same band
_LOW, _HIGH = 0.1, 0.9


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """USD a day: ``mid`` is the average of the days; ``how`` says in a sentence what ``low`` and ``high`` are."""

    low: Decimal
    mid: Decimal
    high: Decimal
    how: str


def band(days: Sequence[Decimal]) -> Band:
    """The band of what was spent on each day, of which there is at least one."""
    mid = sum(days, Decimal(0)) / len(days)
    if len(days) >= ENOUGH_DAYS:
        means = sorted(_resampled(days))
        how = f"8 of 10 averages lie between when the {len(days)} days are drawn again at random"
        return Band(low=_at(means, _LOW), mid=mid, high=_at(means, _HIGH), how=how)
    if len(days) > 1:
        how = f"the cheapest and the dearest of {len(days)} days, which are too few to say more"
        return Band(low=min(days), mid=mid, high=max(days), how=how)
    return Band(low=mid / 2, mid=mid, high=mid * 2, how="half and twice one day, which says nothing of other days")


def _resampled(days: Sequence[Decimal]) -> list[Decimal]:
    """The averages of samples with replacement (Efron's bootstrap)."""
    random = Random(_SEED)  # noqa: S311 - nothing is kept secret by it
    return [sum(random.choices(days, k=len(days)), Decimal(0)) / len(days) for _ in range(_SAMPLES)]


def _at(means: Sequence[Decimal], share: float) -> Decimal:
    """The quantile at ``share`` of what is sorted."""
    return means[round(share * (len(means) - 1))]
