"""The bill: usage times tariff, line by line, and a plain word for everything that has no price."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

import msgspec

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.usage import Unit, Usage
from keeptabs.pricing.rate import DISPUTED, EXACT, Rate
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY
from keeptabs.pricing.tariff import Tariff, day_text

# What a call has as well as what it is billed by: a gpt-image call has tokens, which are billed, and images.
_METERS = frozenset({Unit.REQUESTS, Unit.SECONDS, Unit.CHARACTERS, Unit.IMAGES})
_BEYOND_BELIEF = 10**12  # no call uses so much of anything, and amounts must fit the columns that hold them


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What the bill is for, as its words name it."""

    model: str
    provider: str
    at: int  # nanoseconds since the epoch
    book: str
    stale_after: int = 10**9  # days


def bill(usage: Usage, tariff: Tariff, subject: Subject) -> Cost:
    """The cost of ``usage``, which has at least one bucket or unit. Raises nothing for any quantities."""
    with localcontext(EXACT):
        if tariff.free is not None:
            return _free(usage, tariff.free, subject)
        lines = tuple(_lines(usage, tariff))
        missing = _missing(usage, tariff)
        gaps = tuple(_gaps(usage, missing, tariff, subject))
        if not lines and (gaps or not _is_rated(usage, tariff)):
            why = _why_not(usage, missing, gaps, tariff, subject)
            return Cost(status=CostStatus.UNPRICED, book=subject.book, why=why)
        total = sum((line.amount for line in lines), Decimal(0))
    doubts = _doubts(usage, tariff, subject, gaps) if lines else {}
    return Cost(
        usd=total,
        status=next(iter(doubts), CostStatus.PRICED),
        lines=lines,
        book=subject.book,
        why="; ".join(words for reasons in doubts.values() for words in reasons),
    )


def _doubts(usage: Usage, tariff: Tariff, subject: Subject, gaps: tuple[str, ...]) -> dict[CostStatus, tuple[str, ...]]:
    """What keeps an amount from being the exact price, with the gravest first."""
    disputed = dict.fromkeys(_disputes(usage, tariff)) if tariff.disputed else ()
    found = {
        CostStatus.PARTIAL: (*gaps, *_caveats(usage, tariff, subject)),
        CostStatus.DISPUTED: tuple(disputed),
        CostStatus.ESTIMATED: ("the usage is estimated",) if usage.estimated else (),
        CostStatus.STALE: tuple(_stale(tariff, subject)),
    }
    return {status: reasons for status, reasons in found.items() if reasons}


def _disputes(usage: Usage, tariff: Tariff) -> Iterator[str]:
    return (rate.note for rate in _used(usage, tariff) if rate.confidence == DISPUTED)


def _used(usage: Usage, tariff: Tariff) -> Iterator[Rate]:
    """The rates that ``usage`` is billed at."""
    yield from (tariff.tokens[bucket] for bucket, count in usage.tokens.items() if count and bucket in tariff.tokens)
    yield from (tariff.units[unit] for unit, count in usage.units.items() if count and unit in tariff.units)


def _stale(tariff: Tariff, subject: Subject) -> Iterator[str]:
    """A word on rates that nobody has compared with their source for too long when the call was made."""
    age = subject.at // NANOSECONDS // SECONDS_A_DAY - (tariff.checked if tariff.checked is not None else 10**9)
    if age > subject.stale_after:
        yield f"the prices were last checked {age} days before the call"


def _free(usage: Usage, rate: Rate, subject: Subject) -> Cost:
    used = [(unit.value, quantity) for unit, quantity in usage.units.items() if _is_sane(quantity)]
    used += [(bucket.value, Decimal(count)) for bucket, count in usage.tokens.items() if _is_sane(count)]
    lines = tuple(_line(name, quantity, rate, rate.usd) for name, quantity in used if quantity)
    return Cost(usd=Decimal(0), status=CostStatus.FREE, lines=lines, book=subject.book)


def _lines(usage: Usage, tariff: Tariff) -> Iterator[PriceLine]:
    length = 0 if usage.longest is not None else usage.input or 0  # of several, each has a length of its own
    for bucket, count in usage.tokens.items():
        rate = tariff.tokens.get(bucket)
        if rate is not None and count and _is_sane(count):
            yield _line(bucket.value, Decimal(count), rate, rate.at(length))
    for unit, quantity in usage.units.items():
        rate = tariff.units.get(unit)
        if rate is not None and quantity and _is_sane(quantity):
            yield _line(unit.value, quantity, rate, rate.at(length))
    if Unit.REQUESTS in tariff.units and Unit.REQUESTS not in usage.units:
        rate = tariff.units[Unit.REQUESTS]  # a fee per request is due, though no wire format counts to one
        yield _line(Unit.REQUESTS.value, Decimal(1), rate, rate.usd)


def _line(name: str, quantity: Decimal, rate: Rate, usd: Decimal) -> PriceLine:
    return PriceLine(
        unit=name,
        quantity=quantity,
        rate=usd,
        per=rate.per,
        amount=usd * quantity / rate.per,
        row=rate.row,
        source=rate.source,
        checked=rate.checked,
        confidence=rate.confidence,
        listed=rate.listed,
        adjusted=rate.adjusted,
    )


def _is_sane(count: Decimal | int) -> bool:
    return (isinstance(count, int) or count.is_finite()) and 0 <= count < _BEYOND_BELIEF


def _missing(usage: Usage, tariff: Tariff) -> list[str]:
    """The buckets and units that were used, are billed, and have no rate."""
    if usage.tokens.keys() <= tariff.tokens.keys() and usage.units.keys() <= tariff.units.keys():
        return []  # as for nearly every call
    tokens = {bucket: count for bucket, count in usage.tokens.items() if count and _is_sane(count)}
    units = {unit: quantity for unit, quantity in usage.units.items() if quantity and _is_sane(quantity)}
    by_tokens = any(bucket in tariff.tokens for bucket in tokens)
    by_meter = not tariff.tokens and any(unit in tariff.units for unit in units)
    unrated = [bucket.value for bucket in tokens if bucket not in tariff.tokens and not by_meter]
    return unrated + [unit.value for unit in units if unit not in tariff.units and not (by_tokens and unit in _METERS)]


def _is_rated(usage: Usage, tariff: Tariff) -> bool:
    return any(bucket in tariff.tokens for bucket in usage.tokens) or any(unit in tariff.units for unit in usage.units)


def _why_not(usage: Usage, missing: list[str], gaps: tuple[str, ...], tariff: Tariff, subject: Subject) -> str:
    if not tariff.standard and not tariff.images:
        return f"no price for {subject.model} at {subject.provider} on {day_text(subject.at)}"
    if gaps and not missing and _is_rated(usage, tariff):
        return "; ".join(gaps)
    return _no_price(missing or [name.value for name in (*usage.tokens, *usage.units)], tariff, subject)


def _no_price(missing: list[str], tariff: Tariff, subject: Subject) -> str:
    size = f" ({tariff.images})" if tariff.images and Unit.IMAGES in missing else ""
    return f"no price for {', '.join(missing)}{size} of {subject.model} at {subject.provider}"


def _gaps(usage: Usage, missing: list[str], tariff: Tariff, subject: Subject) -> Iterator[str]:
    if missing:
        yield _no_price(missing, tariff, subject)
    odd = [bucket.value for bucket, count in usage.tokens.items() if not _is_sane(count)]
    odd += [unit.value for unit, quantity in usage.units.items() if not _is_sane(quantity)]
    if odd:
        yield f"the count of {', '.join(odd)} cannot be right"


def _caveats(usage: Usage, tariff: Tariff, subject: Subject) -> Iterator[str]:
    low = [bucket.value for bucket in tariff.low if usage.tokens.get(bucket)]
    if low:
        yield f"{', '.join(sorted(low))} at the rate of shorter-lived cache writes, which may be too low"
    if usage.longest is not None and any(rate.at(usage.longest) != rate.usd for rate in _used(usage, tariff)):
        yield "some of its requests were long, at higher rates that cannot be told apart"
    for kind in tariff.unmet:
        day = day_text(subject.at)
        yield f"no {kind} rates for {subject.model} at {subject.provider} on {day}: priced at standard rates"
