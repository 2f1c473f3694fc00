"""The rates in force: which row of an offer holds for a kind of call at a point in time."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing import units
from keeptabs.pricing.adjust import multiply
from keeptabs.pricing.pricelist import Offer
from keeptabs.pricing.rate import DISPUTED, Rate, rates_of, times
from keeptabs.pricing.rows import EPOCH, NANOSECONDS, SECONDS_A_DAY, Entry, TierFrom, day_of

# The kinds of ``when`` that a call must find a rate for, or say so.
SERVICE = ("service_tier", "processing", "speed", "memory_limit", "scope")


class Tariff(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What each bucket and unit costs, and what is not known of that."""

    tokens: Mapping[Bucket, Rate] = {}
    units: Mapping[Unit, Rate] = {}
    low: frozenset[Bucket] = frozenset()  # priced at a rate that is a lower bound
    free: Rate | None = None
    unmet: tuple[str, ...] = ()  # kinds of service for which no rate is known on that day
    images: str = ""  # the size and quality for which images are priced
    standard: bool = True  # there is a standard price on that day
    disputed: bool = False  # the sources of one of the rates do not agree
    checked: int | None = None  # the day, from the epoch, on which the oldest of the rates was last checked


def resolve(offer: Offer, context: Mapping[str, str], at: int) -> Tariff:
    """The tariff for calls of the kind ``context`` at ``at`` (nanoseconds since the epoch).

    Raises:
        PriceFileError: an amount in a base file is no number.
    """
    standard = _standard(offer, at)
    rates: dict[str, Rate] = {}
    met: set[str] = set()
    for entry, its_rates in _variants(offer, standard, context, at):
        met.update(entry.row.when)
        for key, rate in its_rates.items():
            rates.setdefault(key, rate)
    for key, rate in (rates_of(standard) if standard else {}).items():
        rates.setdefault(key, rate)
    for entry in _added(offer, standard, at):
        for key, rate in rates_of(entry).items():
            rates.setdefault(key, rate)
    _complete(rates, offer)
    met.update(multiply(rates, offer, context, at))
    tokens = {bucket: found for bucket in Bucket if (found := _for(bucket, rates, offer.covered)) is not None}
    return Tariff(
        tokens=tokens,
        units={unit: rates[priced] for unit, keys in units.UNIT_KEYS.items() if (priced := _first(keys, rates))},
        low=frozenset(_low(rates)),
        free=_free(standard, rates),
        unmet=tuple(context[kind] for kind in SERVICE if kind in context and kind not in met),
        images=" ".join(context[kind] for kind in ("size", "quality") if kind in context and kind in offer.kinds),
        standard=standard is not None,
        disputed=any(rate.confidence == DISPUTED for rate in rates.values()),
        checked=min(
            (day_of(date.fromisoformat(rate.checked)) for rate in rates.values() if rate.checked), default=None
        ),
    )


def _standard(offer: Offer, at: int, *, users: bool = True) -> Entry | None:
    for layer in (offer.user if users else (), offer.overlay, offer.base):
        for entry in reversed(layer):
            if not entry.row.when and not entry.row.adds and entry.row.holds(at):
                return entry
    # As in the source package: where no condition holds, the first price does.
    return next((entry for entry in offer.base if not entry.row.when), None)


def _variants(
    offer: Offer, standard: Entry | None, context: Mapping[str, str], at: int
) -> Iterator[tuple[Entry, dict[str, Rate]]]:
    # A user's own standard price says nothing of list prices for other kinds of service: they do not mix.
    own = standard is not None and standard.layer == "user"
    for layer in (offer.user,) if own else (offer.user, offer.overlay, offer.base):
        kind = [entry for entry in layer if entry.row.when and _is_of(entry, context)]
        yield from ((entry, rates_of(entry)) for entry in reversed(kind) if entry.row.holds(at))
        for entry in kind:  # the earliest that is known is the nearest to a day before all of them
            if not entry.row.holds(at) and entry.row.start is not None and (tier := _backdating(offer, entry, at)):
                earlier = _as_of(entry, tier)
                reference = _standard(offer, day_of(entry.row.start) * SECONDS_A_DAY * NANOSECONDS, users=False)
                yield earlier, _scaled(rates_of(earlier), standard, reference)


def _is_of(entry: Entry, context: Mapping[str, str]) -> bool:
    return all(context.get(kind) == value for kind, value in entry.row.when.items())


def _added(offer: Offer, standard: Entry | None, at: int) -> Iterator[Entry]:
    """What comes on top of a standard price, the strongest first."""
    if standard is None:
        return
    for layer in (offer.user,) if standard.layer == "user" else (offer.user, offer.overlay):
        yield from (entry for entry in reversed(layer) if entry.row.adds and not entry.row.when and entry.row.holds(at))


def _complete(rates: dict[str, Rate], offer: Offer) -> None:
    """Add the rates that stand in a fixed ratio to others."""
    for each in offer.ratios:
        if each.key not in rates and each.of in rates:
            rate = times(rates[each.of], each.factor)
            rates[each.key] = msgspec.structs.replace(rate, source=each.source, confidence=each.confidence)


def _backdating(offer: Offer, entry: Entry, at: int) -> TierFrom | None:
    """The word that a kind of service existed at ``at`` already, though the base knows its rates from later on."""
    day = at // NANOSECONDS // SECONDS_A_DAY
    if entry.layer != "base" or (entry.row.end is not None and day >= day_of(entry.row.end)):
        return None
    return next((tier for tier in offer.tiers if tier.when == entry.row.when and day >= day_of(tier.start)), None)


def _as_of(entry: Entry, tier: TierFrom) -> Entry:
    row = msgspec.structs.replace(entry.row, start=tier.start)
    return msgspec.structs.replace(entry, row=row, source=tier.source, checked=tier.checked, confidence=tier.confidence)


def _scaled(rates: dict[str, Rate], standard: Entry | None, reference: Entry | None) -> dict[str, Rate]:
    """The rates of a kind of service before the day from which they are known.

    They stand in the proportion to the ``standard`` price that they have to the ``reference`` on that day: flex for o3
    was half of $10 before the price was cut, as it is half of $2 after. Where the standard price did not change,
    neither do they.
    """
    then, later = (rates_of(entry) if entry else {} for entry in (standard, reference))
    scaled = {}
    for key in rates.keys() & then.keys() & later.keys():
        same = then[key].usd == later[key].usd or not later[key].usd
        scaled[key] = rates[key] if same else times(rates[key], then[key].usd, later[key].usd)
    return scaled


def _for(bucket: Bucket, rates: Mapping[str, Rate], covered: frozenset[str]) -> Rate | None:
    key = _first(units.keys(bucket, rates, covered), rates)
    return None if key is None else rates[key]


def _first(keys: Iterable[str], rates: Mapping[str, Rate]) -> str | None:
    return next((key for key in keys if key in rates), None)


def _low(rates: Mapping[str, Rate]) -> Iterator[Bucket]:
    for bucket, use in units.LONG_WRITES.items():
        if "cache_write_mtok" in rates and f"cache_{use}_mtok" not in rates:
            yield bucket


def _free(standard: Entry | None, rates: Mapping[str, Rate]) -> Rate | None:
    """A rate of zero, where the rows say that nothing is charged for."""
    if standard is None or (not standard.row.free and (not rates or any(_charges(rate) for rate in rates.values()))):
        return None
    return Rate(usd=Decimal(0), per=1, row=standard.id, source=standard.source, checked=standard.checked)


def _charges(rate: Rate) -> bool:
    return bool(rate.usd) or any(usd for _, usd in rate.steps)


def day_text(at: int) -> str:
    """The UTC day of ``at``, in nanoseconds since the epoch, as an ISO date."""
    day = at // NANOSECONDS // SECONDS_A_DAY + EPOCH
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal())).isoformat()
