"""Rates times what a region, a batch or a contract makes of them."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

from keeptabs.pricing.pricelist import Offer
from keeptabs.pricing.rate import DISPUTED, Rate, times
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, Multiplier, day_of

_TOKENS = "_mtok"


def multiply(rates: dict[str, Rate], offer: Offer, context: Mapping[str, str], at: int) -> set[str]:
    """Adjust list prices in ``rates`` for calls of the kind ``context`` at ``at``; the kinds that had a say in it.

    What the user wrote is what they pay, and stays as it is.
    """
    day = at // NANOSECONDS // SECONDS_A_DAY
    met: set[str] = set()
    for each in offer.multipliers:
        if not _holds(each, day) or not _is_for(each, context):
            continue
        met.update(each.when)
        for key, rate in rates.items():
            if not rate.own and (each.everything or key.endswith(_TOKENS)):
                rates[key] = _adjusted(rate, each)
    return met


def _holds(each: Multiplier, day: int) -> bool:
    begun = each.start is None or day >= day_of(each.start)
    return begun and (each.end is None or day < day_of(each.end))


def _is_for(each: Multiplier, context: Mapping[str, str]) -> bool:
    return all(
        any(fnmatchcase(context.get(kind, ""), pattern) for pattern in patterns) for kind, patterns in each.when.items()
    )


def _adjusted(rate: Rate, by: Multiplier) -> Rate:
    said = by.label or ", ".join(f"{kind} {' or '.join(values)}" for kind, values in by.when.items())
    words = f"x {by.factor.normalize():f}{f' ({said})' if said else ''}"
    adjusted = ", ".join(filter(None, (rate.adjusted, words)))
    listed = rate.usd if rate.listed is None else rate.listed
    found = msgspec.structs.replace(times(rate, by.factor), listed=listed, adjusted=adjusted)
    if by.confidence != DISPUTED:
        return found
    return msgspec.structs.replace(found, confidence=DISPUTED, note="; ".join(filter(None, (rate.note, by.note))))
