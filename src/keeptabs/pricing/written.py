"""Rows that people write, in TOML: our overlay and the user's file. A mistake is answered with its line."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar

import msgspec

from keeptabs.pricing import units
from keeptabs.pricing.match import Clause
from keeptabs.pricing.rows import Amounts, Covers, Entry, PriceFileError, Row, Steps, TierFrom

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*(\w+)[ \t]*\]\]", re.MULTILINE)
_How = Literal["equals", "prefix", "suffix", "contains", "regex"]
_T = TypeVar("_T")


class _Named(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    model: str | list[str]
    match: _How = "equals"
    source: str = ""
    checked: date | None = None
    confidence: str = ""


class _Price(_Named, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    provider: str = ""
    unit: Amounts = {}
    tier: Steps = {}
    when: Mapping[str, str] = {}
    start: date | None = None
    end: date | None = None
    daily: tuple[time, time] | None = None
    free: bool = False


class _Covers(_Named, frozen=True, kw_only=True):
    input: Literal["", "audio", "image"] = ""
    output: Literal["", "audio", "image"] = ""


class _TierFrom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from"}):
    when: dict[str, str]
    start: date
    source: str
    checked: date
    confidence: str = ""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a written file says. Each entry comes with the clause that tells its models."""

    prices: tuple[tuple[Clause, Entry], ...] = ()
    tiers: tuple[TierFrom, ...] = ()
    covers: tuple[Covers, ...] = ()


def read(text: str, *, file: str, layer: str, provider: str = "") -> Written:
    """The rows in ``text``; ``provider`` is that of rows which name none.

    Raises:
        PriceFileError: the text is no TOML, or a row is wrong.
    """
    import tomllib  # with its regular expressions it takes longer than all else here

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PriceFileError(f"{file}: {error}") from error
    unknown = sorted(tables.keys() - {"price", "tier_from", "covers"})
    if unknown:
        raise PriceFileError(f"{file}: unknown table {unknown[0]!r}: rows stand under [[price]]")
    rows = _Rows(text, tables, file)
    return Written(
        prices=tuple(_entry(row, where, file, layer, provider) for row, where in rows.of("price", _Price)),
        tiers=tuple(_tier(row) for row, _ in rows.of("tier_from", _TierFrom)),
        covers=tuple(
            Covers(match=_clause(row, where), input=row.input, output=row.output)
            for row, where in rows.of("covers", _Covers)
        ),
    )


class _Rows:
    """The tables of a file, each with the line that it begins on: TOML parsers do not say."""

    def __init__(self, text: str, tables: Mapping[str, Any], file: str) -> None:
        self._tables = tables
        self._file = file
        self._lines: dict[str, list[int]] = {}
        line, end = 1, 0
        for header in _TABLE.finditer(text):
            line += text.count("\n", end, header.start())
            end = header.start()
            self._lines.setdefault(header[1], []).append(line)

    def of(self, name: str, kind: type[_T]) -> Iterator[tuple[_T, str]]:
        found = self._tables.get(name, [])
        lines = self._lines.get(name, [])
        if not isinstance(found, list) or len(lines) != len(found):
            raise PriceFileError(f"{self._file}: write each row as a table of its own, under [[{name}]]")
        for line, row in zip(lines, found, strict=True):
            where = f"{self._file}:{line}"
            try:
                yield msgspec.convert(row, kind), where
            except msgspec.ValidationError as error:
                raise PriceFileError(f"{where}: {error}") from error


def _entry(said: _Price, where: str, file: str, layer: str, provider: str) -> tuple[Clause, Entry]:
    clause = _clause(said, where)
    if not said.provider and not provider:
        raise PriceFileError(f"{where}: the row names no provider")
    if said.free == bool(said.unit):
        raise PriceFileError(f"{where}: a row has either unit.… = amounts, or free = true")
    if said.start and said.end and said.end <= said.start:
        raise PriceFileError(f"{where}: it ends on {said.end}, before it begins on {said.start}")
    _check_amounts(said, where)
    row = Row(
        unit=said.unit,
        tier={key: tuple(sorted(steps)) for key, steps in said.tier.items()},
        when=said.when,
        start=said.start,
        end=said.end,
        daily=said.daily,
        free=said.free,
    )
    return clause, Entry(
        provider=said.provider or provider,
        model=said.model if isinstance(said.model, str) else said.model[0],
        layer=layer,
        row=row,
        source=said.source or file,
        checked=said.checked.isoformat() if said.checked else "",
        confidence=said.confidence,
    )


def _check_amounts(said: _Price, where: str) -> None:
    for key in (*said.unit, *said.tier):
        if key not in units.KEYS:
            raise PriceFileError(f"{where}: unknown unit {key!r}{_suggestion(key)}")
    if missing := sorted(said.tier.keys() - said.unit.keys()):
        raise PriceFileError(f"{where}: tier.{missing[0]} needs unit.{missing[0]}, the rate before the first step")
    amounts = [*said.unit.items(), *((key, amount) for key, steps in said.tier.items() for _, amount in steps)]
    for key, amount in amounts:
        if not _is_amount(amount):
            raise PriceFileError(f'{where}: {key} = "{amount}" is no amount: write USD as in "2.50"')


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(units.KEYS), n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def _is_amount(text: str) -> bool:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return False
    return amount.is_finite() and amount >= 0


def _clause(said: _Named, where: str) -> Clause:
    names = [said.model] if isinstance(said.model, str) else said.model
    if not names or not all(names):
        raise PriceFileError(f"{where}: model is empty")
    if said.match == "regex":
        for name in names:
            try:
                re.compile(name)
            except re.error as error:
                raise PriceFileError(f"{where}: model {name!r} is no regular expression: {error}") from error
    clauses = tuple(msgspec.convert({said.match: name}, Clause) for name in names)
    return clauses[0] if len(clauses) == 1 else Clause(or_=clauses)


def _tier(said: _TierFrom) -> TierFrom:
    return TierFrom(
        when=said.when,
        start=said.start,
        source=said.source,
        checked=said.checked.isoformat(),
        confidence=said.confidence,
    )
