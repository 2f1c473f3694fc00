"""``keeptabs prices show``: every row that stands for a model, and which of them hold."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli import _prices_options as shared
from keeptabs.cli._given import moment
from keeptabs.cli._options import json_option
from keeptabs.core.errors import UserError
from keeptabs.pricing.catalogue import Catalogue, in_force
from keeptabs.pricing.pricelist import Offer
from keeptabs.pricing.rows import Entry, Multiplier, Row
from keeptabs.pricing.tariff import day_text

_FIRST = ("input_mtok", "output_mtok")


class _Shown(msgspec.Struct, frozen=True):
    """What one provider takes for the model."""

    provider: str
    offer: Offer
    holding: frozenset[int]  # the ``id`` of entries, which are not hashable


@click.command("show")
@click.argument("model")
@click.option("--provider", metavar="P", help="Whose prices.  [default: of everyone who sells it]")
@click.option("--at", callback=moment, metavar="DATE", help="Mark what held on this day, in UTC.  [default: now]")
@shared.user_file_option
@json_option
def COMMAND(model: str, provider: str | None, at: int | None, user_file: Path | None, *, as_json: bool) -> None:
    """Every row for MODEL, and which of them hold.

    The strongest come first: your own, then ours, then the base. A row that is in force is marked. What a given usage
    costs is said by keeptabs price.
    """
    prices, at = shared.catalogue(user_file), at or shared.now()
    found = [
        _Shown(name, offer, frozenset(map(id, in_force(offer, at)))) for name, offer in prices.offers(model, provider)
    ]
    if not found:
        raise UserError(_unknown(prices, model, provider))
    if as_json:
        for each in found:
            look.json_line(_as_json(each, at))
        return
    out = look.Screen()
    for each in found:
        _show(out, each, model, at)
    if provider is None and len(found) > 1:
        out.print(look.hints([(f"keeptabs prices show {model} --provider {found[0].provider}", "of one provider")]))


def _unknown(prices: Catalogue, model: str, provider: str | None) -> str:
    if provider is not None and provider not in prices.providers:
        return f"there are no prices of {provider!r}; there are those of {', '.join(prices.providers)}"
    close = prices.close(model, provider)
    near = f": did you mean {' or '.join(close)}?" if close else ""
    return f"no price for {model!r}{f' at {provider}' if provider else ''}{near}"


def _as_json(shown: _Shown, at: int) -> dict[str, Any]:
    offer = shown.offer
    return {
        "provider": shown.provider,
        "model": offer.model,
        "at": day_text(at),
        "rows": [_entry_json(entry, shown) for entry in offer.entries],
        "ratios": [msgspec.to_builtins(each) for each in offer.ratios],
        "multipliers": [msgspec.to_builtins(each) for each in offer.multipliers],
        "tiers": [msgspec.to_builtins(tier) for tier in offer.tiers],
    }


def _entry_json(entry: Entry, shown: _Shown) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(entry)
    facts.pop("pattern")  # the model of an offer is a name
    return {"row": entry.id, "holds": id(entry) in shown.holding, **facts.pop("row"), **facts}


def _show(out: look.Screen, shown: _Shown, model: str, at: int) -> None:
    offer = shown.offer
    held = len(shown.holding)
    same = "" if offer.model == model.lower() else f" ({offer.model})"
    seller = "" if offer.provider == shown.provider else f", at the prices of {offer.provider}"
    count = f"{shared.plural(len(offer.entries), 'row')}, {held} in force on {day_text(at)}"
    out.print()
    out.print(look.line((f"{model}{same}", "bold"), f" at {shown.provider}{seller}        ", (count, look.SOFT)))
    for entry in offer.entries:
        out.print()
        for part in _entry(entry, in_use=id(entry) in shown.holding, offer=offer):
            out.print(part)
    ratios = [
        f"{shared.label(each.key)} is {_factor(each.factor)} times {shared.label(each.of)}" for each in offer.ratios
    ]
    for number, said in enumerate([*ratios, *map(_multiplier, offer.multipliers)]):
        if not number:
            out.print()
        out.print(look.line("  ", said))
    out.print()


def _entry(entry: Entry, *, in_use: bool, offer: Offer) -> Iterator[Any]:
    kind = ", ".join(f"{name} {value}" for name, value in entry.row.when.items())
    kind = kind or ("beside the standard price" if entry.row.adds else "standard")
    when = ", ".join(filter(None, (_dates(entry.row.start, entry.row.end), _windows(entry.row))))
    mark = ("● ", "") if in_use else ("  ", "")
    yield look.line(mark, (kind, "bold" if in_use else ""), f"   {when}   ", (entry.layer, look.SOFT))
    rates = [*_rates(entry.row)] or ["free" if entry.row.free else "no price"]
    for line in shared.filled(rates):
        yield look.line("  ", (line, "" if in_use else look.SOFT))
    sure = "" if entry.confidence == "source" else entry.confidence  # the source package's word is the plain case
    said = [entry.source, f"checked {entry.checked}" if entry.checked else "", sure, entry.note]
    for line in shared.filled(filter(None, said)):
        yield look.line("  ", (line, look.SOFT))
    for tier in offer.tiers:
        if entry.layer == "base" and entry.row.start and tier.when == entry.row.when and tier.start < entry.row.start:
            yield look.line("  ", (f"from {tier.start} in the same proportion to the standard price", look.SOFT))


def _rates(row: Row) -> Iterator[str]:
    for key, usd in sorted(row.unit.items(), key=lambda pair: (pair[0] not in _FIRST, pair[0])):
        steps = [f"; over {beyond:,} tokens {shared.money(step)}" for beyond, step in row.tier.get(key, ())]
        yield f"{shared.label(key)} {shared.rate(key, usd)}{''.join(steps)}"


def _dates(start: date | None, end: date | None) -> str:
    if start and end:
        return f"{start} until {end}"
    if start or end:
        return f"since {start}" if start else f"until {end}"
    return "always"


def _windows(row: Row) -> str:
    daily = f"daily {row.daily[0]:%H:%M}–{row.daily[1]:%H:%M} UTC" if row.daily else ""
    but = f"not on {', '.join(map(str, row.except_))}" if row.except_ else ""
    return ", ".join(filter(None, (daily, " ".join(row.weekdays), but)))


def _multiplier(each: Multiplier) -> str:
    kind = ", ".join(f"{name} {' or '.join(values)}" for name, values in each.when.items()) or "every call"
    label = f" ({each.label})" if each.label else ""
    of = "all rates" if each.everything else "token rates"
    return f"x {_factor(each.factor)}   {of} for {kind}, {_dates(each.start, each.end)}{label}"


def _factor(number: Decimal) -> str:
    return f"{number.normalize():f}"
