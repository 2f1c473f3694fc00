"""A price file that a person wrote, read as a whole: every mistake in it, and what is probably not meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from keeptabs.pricing import written
from keeptabs.pricing.catalogue import Catalogue, in_force
from keeptabs.pricing.match import Clause, exact, matches
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, Entry, PriceFileError, Row, day_of
from keeptabs.pricing.written import Written

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(\w+)[ \t]*\]\]")
_FAR = 100  # times a list price: whoever is so far from it wrote down another unit
_OURS = ("tier_from", "covers", "ratio")  # what the book takes from the overlay alone
_ALWAYS = (date.min, date.max)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says, or what is wrong with it. Mistakes and warnings begin with ``file:line``."""

    said: Written = Written()
    mistakes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check(text: str, file: str, names: Mapping[str, str], catalogue: Catalogue, today: date) -> Checked:
    """Read ``text`` against the prices that there are without it.

    ``names`` has the providers that calls can be of, and the name under which prices of each are looked up.
    """
    said, mistakes = _read(text, file)
    if said is None or mistakes:
        return Checked(mistakes=tuple(mistakes))
    where = _places(text, file)
    lines = [*zip(where.get("price", ()), said.prices, strict=True)]
    found = [
        *(f"{at}: {warning}" for at, pair in lines for warning in _of_price(pair, names, catalogue, today)),
        *_shadowed(lines),
        *_of_aliases(where.get("alias", ()), said, catalogue),
        *(f"{at}: [[{kind}]] does nothing in a file of your own" for kind in _OURS for at in where.get(kind, ())),
    ]
    return Checked(said=said, warnings=tuple(sorted(found, key=_line)))


def _read(text: str, file: str) -> tuple[Written | None, list[str]]:
    """What the good rows say, and all mistakes: a bad row is taken out, and the rest is read again."""
    mistakes: list[str] = []
    while True:
        try:
            return written.read(text, file=file, layer="user"), sorted(mistakes, key=_line)
        except PriceFileError as error:
            mistakes.append(str(error))
            rest = _without(text, _line(str(error)))
            if rest == text:  # it is no row that is wrong, but the file
                return None, sorted(mistakes, key=_line)
            text = rest


def _line(message: str) -> int:
    found = re.search(r":(\d+): ", message)
    return int(found[1]) if found else 0


def _without(text: str, line: int) -> str:
    """The text with nothing on the lines of the row that begins on ``line``, so that others keep their numbers."""
    lines = text.split("\n")
    after = (number for number in range(line, len(lines)) if _HEADER.match(lines[number]))
    end = next(after, len(lines))
    return "\n".join("" if line - 1 <= number < end else each for number, each in enumerate(lines)) if line else text


def _places(text: str, file: str) -> dict[str, list[str]]:
    """``file:line`` of each row, by the kind of table."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header:
            found.setdefault(header[1], []).append(f"{file}:{number}")
    return found


def _of_price(pair: tuple[Clause, Entry], names: Mapping[str, str], catalogue: Catalogue, today: date) -> Iterator[str]:
    clause, entry = pair
    start = entry.row.start
    if start and start > today:
        yield f"it holds from {start} on, which is to come"
    if entry.checked > today.isoformat():
        yield f"it was checked on {entry.checked}, which is to come"
    provider, known = entry.provider, list(_names(catalogue, entry.provider))
    if names.get(provider, provider) != provider:
        yield f"prices of {provider} are looked up under provider = {names[provider]!r}"
    elif provider not in {*names, *catalogue.providers}:
        yield f"no provider is called {provider!r}"
    elif known and not any(matches(clause, name) for name in known):
        close = catalogue.close(entry.model, provider)
        yield f"{provider} has no known model of that name{f': did you mean {close[0]}?' if close else ''}"
    else:
        yield from _far_off(clause, entry, catalogue, today)


def _names(catalogue: Catalogue, provider: str) -> Iterator[str]:
    """The names of a provider's models, and of those that it sells at the prices of others."""
    yield from catalogue.names(provider)
    file = catalogue.base.get(provider)
    for other in file.head.fallback if file else ():
        yield from catalogue.names(other)


def _far_off(clause: Clause, entry: Entry, catalogue: Catalogue, today: date) -> Iterator[str]:
    """A word on amounts that are a hundredth or a hundredfold of the list price on the row's first day, or today."""
    name = next(iter(exact(clause)), entry.model.lower())
    offer = catalogue.offer(entry.provider, name)
    at = day_of(entry.row.start or today) * SECONDS_A_DAY * NANOSECONDS
    listed: dict[str, str] = {}
    for row in reversed([row for row in in_force(offer, at) if row.row.when in ({}, entry.row.when)] if offer else []):
        listed.update(row.row.unit)
    for key, amount in entry.row.unit.items():
        usd, usual = Decimal(amount), Decimal(listed.get(key, "0"))
        if usd and usual and not usual / _FAR < usd < usual * _FAR:
            yield f"{key} = {amount} is far from the list price of {usual.normalize():f}: is the unit right?"


def _shadowed(lines: Sequence[tuple[str, tuple[Clause, Entry]]]) -> Iterator[str]:
    for number, (at, earlier) in enumerate(lines):
        over = next((later for later in lines[number + 1 :] if _hides(later[1], earlier)), None)
        if over:
            yield f"{at}: it never holds, since the row on line {over[0].rpartition(':')[2]} comes after it"


def _hides(later: tuple[Clause, Entry], earlier: tuple[Clause, Entry]) -> bool:
    """True where ``later`` holds whenever ``earlier`` does, for the same calls and every name, with all its rates."""
    row, over = earlier[1].row, later[1].row
    if (earlier[1].provider, row.when, row.adds) != (later[1].provider, over.when, over.adds):
        return False
    names = list(exact(earlier[0]))
    covers = all(matches(later[0], name) for name in names) if names else earlier[0] == later[0]
    complete = not (row.when or row.adds) or row.unit.keys() <= over.unit.keys()
    return covers and complete and _holds_whenever(over, row)


def _holds_whenever(over: Row, row: Row) -> bool:
    from_, to = over.start or _ALWAYS[0], over.end or _ALWAYS[1]
    in_time = from_ <= (row.start or _ALWAYS[0]) and (row.end or _ALWAYS[1]) <= to
    windows = ((over.daily, row.daily), (over.weekdays, row.weekdays))
    at_those_times = all(not theirs or theirs == mine for theirs, mine in windows)
    return in_time and at_those_times and set(over.except_) <= set(row.except_)


def _of_aliases(places: Sequence[str], said: Written, catalogue: Catalogue) -> Iterator[str]:
    for at, alias in zip(places, said.aliases, strict=True):
        model = alias.model.lower()
        own = any(entry.provider == alias.provider and matches(clause, model) for clause, entry in said.prices)
        if not own and not catalogue.offer(alias.provider, model):
            yield f"{at}: it stands for {alias.model!r}, which has no price at {alias.provider}"
