"""What a unit is worth here: at the mean of what the ledger has, else in the price book, else on the bill itself."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, localcontext

from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Book, Question
from keeptabs.reconcile.gap import EXACT, Place, Ratio, total
from keeptabs.reconcile.sides import Seen, Service, Sides, service_of, unit_of
from keeptabs.reconcile.statement import Charged

_BUCKETS: frozenset[str] = frozenset(Bucket)
_UNITS: frozenset[str] = frozenset(Unit)
_SECONDS_A_DAY = 86_400
_PENNIES = Decimal("1e-12")  # an amount of usage times rate is rounded to so much, once

Rates = Mapping[str, Decimal]  # unit to USD each
Listed = Callable[[Place, Service, frozenset[str]], Rates]
_TIERS = (Service("flex"), Service("priority"), Service("", batch=True))


def listed(book: Book, provider: str) -> Listed:
    """The rates of the book for some units of a model on a day; what has no rate is left out.

    They are those of a call with few input tokens, at noon UTC.
    """

    def find(place: Place, service: Service, units: frozenset[str]) -> Rates:
        usage = Usage(
            tokens={Bucket(unit): 1 for unit in units & _BUCKETS},
            units={Unit(unit): Decimal(1) for unit in units & _UNITS},
        )
        question = Question(
            provider=provider,
            model=place.model,
            usage=usage,
            at=_noon(place.day),
            tier=service.tier or None,
            batch=service.batch,
        )
        return {line.unit: line.amount for line in book.price(question).lines if line.unit in units}

    return find


def _noon(day: date) -> int:
    return ((day - date(1970, 1, 1)).days * _SECONDS_A_DAY + _SECONDS_A_DAY // 2) * 1_000_000_000


def rates(place: Place, sides: Sides, service: Service, find: Listed) -> Rates:
    """What each unit is worth that either side has for this service; a unit of which nothing is known is left out."""
    seen = sides.seen.get(service)
    used = set(sides.told[service].units if service in sides.told else ()) | set(seen.units if seen else ())
    in_book = find(place, service, frozenset(used)) if place.model else {}
    return {**_charged(sides), **in_book, **(_of_ledger(seen, in_book) if seen else {})}


def _of_ledger(seen: Seen, in_book: Rates) -> Rates:
    """The mean rates of the ledger's own calls, long contexts and discounts included."""
    with localcontext(EXACT):
        lined = {unit: usd / seen.priced[unit] for unit, usd in seen.amounts.items() if seen.priced.get(unit)}
        if lined or not seen.usd:
            return lined
        # The provider told the cost as a whole: it is spread as the book would, else evenly.
        weights = {unit: in_book.get(unit, Decimal(0)) for unit in seen.units}
        if not any(count * weights[unit] for unit, count in seen.units.items()):
            weights = dict.fromkeys(seen.units, Decimal(1))
        whole = sum((count * weights[unit] for unit, count in seen.units.items()), Decimal(0))
        return {unit: weight * seen.usd / whole for unit, weight in weights.items()} if whole else {}


def _charged(sides: Sides) -> Rates:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for row, unit, quantity in _countable(sides):
        usd, count = sums.get(unit, (Decimal(0), Decimal(0)))
        sums[unit] = (EXACT.add(usd, row.usd), EXACT.add(count, quantity))
    return {unit: EXACT.divide(usd, count) for unit, (usd, count) in sums.items()}


def _countable(sides: Sides) -> Iterator[tuple[Charged, str, Decimal]]:
    for row in sides.charged:
        if row.unit and row.quantity:
            yield row, unit_of(row.unit), row.quantity


def worth(units: Mapping[str, Decimal], at: Rates) -> Decimal:
    """USD for so much of each unit; one without a rate counts nothing."""
    found = total(EXACT.multiply(count, at[unit]) for unit, count in units.items() if unit in at)
    return EXACT.quantize(found, _PENNIES)


def ratios(place: Place, sides: Sides, find: Listed) -> Iterator[Ratio]:
    """The unit prices that the bill charges, each beside our own for the same service."""
    for row, unit, quantity in _countable(sides):
        service = service_of(row.tier, batch=row.batch)
        seen = sides.seen.get(service)
        in_book = find(place, service, frozenset({unit})) if place.model else {}
        ours = {**in_book, **(_of_ledger(seen, in_book) if seen else {})}.get(unit)
        if ours and row.usd > 0:
            yield Ratio(
                model=place.model,
                unit=unit,
                charged=EXACT.divide(row.usd, quantity),
                ours=ours,
                usd=row.usd,
                day=place.day,
                tier=service.tier,
                batch=service.batch,
                long_context=row.long_context,
            )


def tier_of(ratio: Ratio, find: Listed) -> str:
    """The tier at whose rate the bill charges though its text names another; ``""`` where there is none."""
    place, unit = Place(ratio.day, model=ratio.model), frozenset({ratio.unit})
    for service in (Service(), *_TIERS):
        rate = find(place, service, unit).get(ratio.unit)
        if rate and near(ratio.charged, rate) and not near(ratio.ours, rate):
            return service.tier or ("batch" if service.batch else "standard")
    return ""


def near(one: Decimal, other: Decimal) -> bool:
    """True for rates that are the same but for rounding, by half a per cent."""
    return abs(EXACT.subtract(one, other)) <= EXACT.multiply(abs(other), Decimal("0.005"))
