"""Rows that people write, in TOML: our overlay and the user's file. A mistake is answered with its line."""

import re
from decimal import Decimal, InvalidOperation

import msgspec

from keeptabs.pricing import said, units
from keeptabs.pricing.match import Clause
from keeptabs.pricing.rows import (
    Alias,
    Covers,
    Entry,
    FreeHost,
    Multiplier,
    PriceFileError,
    Ratio,
    Row,
    TierFrom,
)
from keeptabs.pricing.toml_tables import Tables

_KINDS = ("price", "ratio", "multiplier", "discount", "alias", "free", "tier_from", "covers")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a written file says. Each entry comes with the clause that tells its models."""

    prices: tuple[tuple[Clause, Entry], ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    aliases: tuple[Alias, ...] = ()
    free_hosts: tuple[FreeHost, ...] = ()
    tiers: tuple[TierFrom, ...] = ()
    covers: tuple[Covers, ...] = ()
    ratios: tuple[Ratio, ...] = ()


def read(text: str, *, file: str, layer: str, provider: str = "") -> Written:
    """The rows in ``text``; ``provider`` is that of rows which name none.

    Raises:
        PriceFileError: the text is no TOML, or a row is wrong.
    """
    tables = Tables(text, file, _KINDS)
    multipliers: list[tuple[said.Multiplier | said.Discount, str]] = [*tables.of("multiplier", said.Multiplier)]
    multipliers += tables.of("discount", said.Discount)
    return Written(
        prices=tuple(_entry(row, where, file, layer, provider) for row, where in tables.of("price", said.Price)),
        multipliers=tuple(_multiplier(row, where, provider) for row, where in multipliers),
        aliases=tuple(_alias(row, where) for row, where in tables.of("alias", said.Alias)),
        free_hosts=tuple(_free_host(row, provider) for row, _ in tables.of("free", said.Free)),
        ratios=tuple(_ratio(row, where) for row, where in tables.of("ratio", said.Ratio)),
        tiers=tuple(_tier(row) for row, _ in tables.of("tier_from", said.TierFrom)),
        covers=tuple(
            Covers(match=_clause(row, where), input=row.input, output=row.output)
            for row, where in tables.of("covers", said.Covers)
        ),
    )


def _entry(given: said.Price, where: str, file: str, layer: str, provider: str) -> tuple[Clause, Entry]:
    _check_row(given, where, provider)
    if given.currency != "USD":
        raise PriceFileError(
            f"{where}: prices are in USD, not {given.currency}: convert the amounts, and say so in note"
        )
    if given.free == bool(given.unit):
        raise PriceFileError(f"{where}: a row has either unit.… = amounts, or free = true")
    _check_amounts(given, where)
    row = Row(
        unit=given.unit,
        tier={key: tuple(sorted(steps)) for key, steps in given.tier.items()},
        when=given.when,
        start=given.start,
        end=given.end,
        daily=given.daily,
        weekdays=given.weekdays,
        except_=given.except_,
        free=given.free,
        adds=given.adds,
    )
    return _clause(given, where), Entry(
        provider=given.provider or provider,
        model=given.name or (given.model if isinstance(given.model, str) else given.model[0]),
        pattern=given.match == "regex" and not given.name,
        layer=layer,
        row=row,
        source=given.source or file,
        checked=given.checked.isoformat() if given.checked else "",
        confidence=given.confidence,
        note=given.note,
    )


def _check_row(given: said.Dated, where: str, provider: str) -> None:
    if given.confidence == "disputed" and not given.note:
        raise PriceFileError(f"{where}: a disputed row says in note what its sources say")
    if not given.provider and not provider:
        raise PriceFileError(f"{where}: the row names no provider")
    if given.start and given.end and given.end <= given.start:
        raise PriceFileError(f"{where}: it ends on {given.end}, before it begins on {given.start}")


def _check_amounts(given: said.Price, where: str) -> None:
    for key in (*given.unit, *given.tier):
        if key not in units.KEYS:
            raise PriceFileError(f"{where}: unknown unit {key!r}{_suggestion(key)}")
    if missing := sorted(given.tier.keys() - given.unit.keys()):
        raise PriceFileError(f"{where}: tier.{missing[0]} needs unit.{missing[0]}, the rate before the first step")
    amounts = [*given.unit.items(), *((key, amount) for key, steps in given.tier.items() for _, amount in steps)]
    for key, amount in amounts:
        if _amount(amount) is None:
            raise PriceFileError(f'{where}: {key} = "{amount}" is no amount: write USD as in "2.50"')


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(units.KEYS), n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _clause(given: said.Named | said.Discount, where: str) -> Clause:
    names = [given.model] if isinstance(given.model, str) else given.model
    if not (names and all(names)) and not isinstance(given, said.Discount):
        raise PriceFileError(f"{where}: model is empty")
    if given.match == "regex":
        for name in names:
            try:
                re.compile(name)
            except re.error as error:
                raise PriceFileError(f"{where}: model {name!r} is no regular expression: {error}") from error
    clauses = tuple(msgspec.convert({given.match: name}, Clause) for name in names)
    return clauses[0] if len(clauses) == 1 else Clause(or_=clauses)


def _multiplier(given: said.Multiplier | said.Discount, where: str, provider: str) -> Multiplier:
    _check_row(given, where, provider)
    factor = _amount(given.factor)
    if factor is None:
        raise PriceFileError(f'{where}: factor = "{given.factor}" is no factor: write it as in "0.85"')
    own = isinstance(given, said.Discount)
    return Multiplier(
        provider=given.provider or provider,
        match=_clause(given, where),
        factor=factor,
        when={key: _several(value) for key, value in given.when.items()},
        start=given.start,
        end=given.end,
        everything=own or (isinstance(given, said.Multiplier) and given.units),
        own=own,
        label=given.label if isinstance(given, said.Discount) else "",
        source=given.source,
        checked=given.checked.isoformat() if given.checked else "",
        confidence=given.confidence,
        note=given.note,
    )


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _alias(given: said.Alias, where: str) -> Alias:
    if not given.name or not given.model:
        raise PriceFileError(f"{where}: an alias has the name on the wire and the model that it stands for")
    return Alias(
        provider=given.provider, name=given.name.lower(), model=given.model, host=given.host, scope=given.scope
    )


def _free_host(given: said.Free, provider: str) -> FreeHost:
    return FreeHost(
        provider=given.provider or provider,
        hosts=_several(given.host),
        unless=_several(given.unless),
        reason=given.reason,
    )


def _tier(given: said.TierFrom) -> TierFrom:
    return TierFrom(
        when=given.when,
        start=given.start,
        source=given.source,
        checked=given.checked.isoformat(),
        confidence=given.confidence,
    )


def _ratio(given: said.Ratio, where: str) -> Ratio:
    factor = _amount(given.factor)
    if factor is None:
        raise PriceFileError(f'{where}: factor = "{given.factor}" is no factor: write it as in "2"')
    if unknown := {given.key, given.of} - units.KEYS:
        raise PriceFileError(f"{where}: unknown unit {min(unknown)!r}{_suggestion(min(unknown))}")
    return Ratio(
        match=_clause(given, where),
        key=given.key,
        of=given.of,
        factor=factor,
        source=given.source,
        checked=given.checked.isoformat() if given.checked else "",
        confidence=given.confidence,
    )
