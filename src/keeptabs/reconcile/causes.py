"""Sets a bill beside the ledger and splits the gap between them by cause, place by place, exactly.

With ``told`` and ``seen`` both valued at our own rates, the gap of a place is a sum of three differences:

    billed - ledger = (billed - told) + (told - seen) + (seen - ledger)

The first is the price, the second the usage, the third what the ledger has no price for. Requests say which usage it
is: of calls that the ledger never saw (coverage), or of calls that both saw (parsing).
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from keeptabs.core.usage import Unit
from keeptabs.reconcile.gap import EXACT, Cause, Gap, Place, total
from keeptabs.reconcile.rates import Listed, Rates, rates, worth
from keeptabs.reconcile.sides import METERED, Seen, Service, Sides, Told
from keeptabs.reconcile.statement import Kind

# Calls that were not seen may be larger than those that were, but a difference of more than so many times the mean is
# no question of coverage any more.
_LARGER = 10
# What a call has as well as what it is billed by: its count needs no rate where another unit has one.
_METERS: frozenset[str] = frozenset({Unit.SECONDS, Unit.CHARACTERS, Unit.IMAGES})


def explain(place: Place, sides: Sides, find: Listed) -> Gap:
    """The gap of one place. Its parts sum to it exactly."""
    metered = [row.usd for row in sides.charged if row.kind in METERED]
    parts = {
        Cause.FIXED: total(row.usd for row in sides.charged if row.kind is Kind.FIXED),
        Cause.UNEXPLAINED: total(row.usd for row in sides.charged if row.kind is Kind.UNREAD),
    }
    for cause, usd in _parts(place, sides, metered, find):
        parts[cause] = EXACT.add(parts.get(cause, Decimal(0)), usd)
    counted = [told.requests for told in sides.told.values() if told.requests is not None]
    return Gap(
        place=place,
        billed=total(row.usd for row in sides.charged),
        ledger=_ledger(sides),
        parts={cause: usd for cause, usd in parts.items() if usd},
        requests=sum(counted) if counted else None,
        calls=sum(seen.calls for seen in sides.seen.values()),
        silent=sum(seen.silent for seen in sides.seen.values()),
        unpriced=sum(seen.unpriced for seen in sides.seen.values()),
    )


def totals(gaps: Iterable[Gap]) -> Mapping[Cause, Decimal]:
    """The parts of all places, every cause among them."""
    found = list(gaps)
    return {cause: total(gap.parts.get(cause, Decimal(0)) for gap in found) for cause in Cause}


def _ledger(sides: Sides) -> Decimal:
    return total(seen.usd for seen in sides.seen.values())


def _parts(place: Place, sides: Sides, metered: list[Decimal], find: Listed) -> Iterator[tuple[Cause, Decimal]]:
    billed, ledger = total(metered), _ledger(sides)
    if not (sides.seen and (metered or sides.told)):  # one of the two has nothing here
        yield Cause.COVERAGE, EXACT.subtract(billed, ledger)
        return
    if not sides.told:  # amounts alone: nothing says how much was used
        yield Cause.UNEXPLAINED, EXACT.subtract(billed, ledger)
        return
    told_worth, seen_worth, rated = Decimal(0), Decimal(0), True
    nothing = Told(requests=0 if any(told.requests is not None for told in sides.told.values()) else None)
    for service in sorted(sides.told.keys() | sides.seen.keys()):
        at = rates(place, sides, service, find)
        told, seen = sides.told.get(service, nothing), sides.seen.get(service, Seen())
        told_worth = EXACT.add(told_worth, worth(told.units, at))
        seen_worth = EXACT.add(seen_worth, worth(seen.units, at))
        rated = rated and _is_rated(told.units, at)
        yield from _of_usage(service, told, seen, at)
    # Without a rate for everything, or before anything is charged, the rest says nothing of prices.
    cause = Cause.PRICE if rated and metered else Cause.UNEXPLAINED
    yield cause, EXACT.subtract(billed, told_worth)
    yield Cause.PRICE, EXACT.subtract(seen_worth, ledger)


def _is_rated(units: Mapping[str, Decimal], at: Rates) -> bool:
    missing = {unit for unit, count in units.items() if count and unit not in at}
    return not missing or (missing <= _METERS and any(unit in at for unit in units))


def _of_usage(service: Service, told: Told, seen: Seen, at: Rates) -> Iterator[tuple[Cause, Decimal]]:
    """What the difference in usage is worth, by cause."""
    difference = EXACT.subtract(worth(told.units, at), worth(seen.units, at))
    if not seen.calls and not seen.units:
        yield Cause.COVERAGE, difference
    elif told.requests is None or service.batch:  # of a batch the ledger has one call, its result
        yield Cause.USAGE, difference
    else:
        unseen = _unseen(told, seen, difference, at)
        yield Cause.COVERAGE, unseen
        yield Cause.PARSING, EXACT.subtract(difference, unseen)


def _unseen(told: Told, seen: Seen, difference: Decimal, at: Rates) -> Decimal:
    """How much of a difference in usage the difference in requests accounts for."""
    requests = told.requests or 0
    missing = requests - seen.calls
    if (missing > 0) != (difference > 0):
        return Decimal(0)
    if seen.silent:  # these differ too, by as much as a call has
        most = _mean(told.units, requests, at)
    else:
        most = EXACT.multiply(_mean(seen.units, seen.calls, at), Decimal(_LARGER))
    size = min(difference.copy_abs(), EXACT.multiply(most, Decimal(abs(missing))))
    return size.copy_sign(difference)


def _mean(units: Mapping[str, Decimal], calls: int, at: Rates) -> Decimal:
    return worth({unit: EXACT.divide(count, Decimal(max(calls, 1))) for unit, count in units.items()}, at)
