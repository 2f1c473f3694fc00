"""``keeptabs prices diff``: what we say differently from the base, or what newer prices say differently from these."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import click
import msgspec

from keeptabs.cli import _look as look
from keeptabs.cli import _prices_differences as differences
from keeptabs.cli import _prices_options as shared
from keeptabs.cli import _prices_source as sources
from keeptabs.cli._options import json_option
from keeptabs.pricing import compare, pull
from keeptabs.pricing.catalogue import Catalogue
from keeptabs.pricing.overrides import Override, overrides

_MOST = 40


@click.command("diff")
@click.argument("source", metavar="[FILE|URL]", required=False)
@click.option("--provider", metavar="P", help="Of one provider alone.")
@click.option("--all", "every", is_flag=True, help=f"Everything, not only the first {_MOST}.")
@json_option
def COMMAND(source: str | None, provider: str | None, *, every: bool, as_json: bool) -> None:
    """What other prices say differently.

    With a FILE, a directory or a URL, as for keeptabs prices pull: what these newer prices would change. Without:
    where our own rows differ from the base, and on whose word.
    """
    if source is None:
        _overrides(provider, every=every, as_json=as_json)
        return
    found = pull.read(sources.read(source), shared.today()).files
    files = {name: file for name, file in found.items() if provider in {None, name}}
    difference = compare.difference(Catalogue(None, shared.folder()).base, files, shared.now())
    if as_json:
        look.json_line(differences.as_json(difference))
        return
    out = look.Screen()
    out.print()
    out.print(look.line((differences.headline(difference), "bold"), f"        in {source}"))
    differences.show(out, difference, None if every else _MOST)
    out.print()
    out.print(look.hints([(f"keeptabs prices pull {source}", "use them")]))


def _overrides(provider: str | None, *, every: bool, as_json: bool) -> None:
    found = [
        each
        for each in overrides(Catalogue(None, shared.folder()), date.fromisoformat(shared.today()))
        if provider in {None, each.provider}
    ]
    if as_json:
        for each in found:
            look.json_line(msgspec.to_builtins(each))
        return
    out = look.Screen()
    out.print()
    rows = sorted(((key, list(group)) for key, group in groupby(found, key=_row)), key=lambda row: _adds(row[1]))
    corrected = sum(each.base is not None for each in found)
    said = f"{shared.plural(corrected, 'rate')} of the base corrected, {len(found) - corrected:,} added"
    out.print(look.line((said, "bold"), f"        in {shared.plural(len(rows), 'row')} of ours"))
    for key, group in rows if every else rows[:_MOST]:
        out.print()
        _show(out, key, group)
    if not every and len(rows) > _MOST:
        out.print()
        out.print(look.line((f"and {len(rows) - _MOST:,} more rows (--all)", look.SOFT)))
    out.print()


def _row(each: Override) -> tuple[Any, ...]:
    return each.provider, each.model, each.kind, each.start, each.end, each.source


def _adds(group: Sequence[Override]) -> bool:
    """True for a row that contradicts none of the base's."""
    return all(each.base is None for each in group)


def _show(out: look.Screen, key: tuple[Any, ...], group: Sequence[Override]) -> None:
    provider, model, kind, start, end, source = key
    since = f"since {start}" if start else ""
    when = " ".join(filter(None, (kind.replace("=", " "), since, f"until {end}" if end else ""))) or "always"
    out.print(look.line((f"{provider}/{model}", "bold"), f"   {when}"))
    for line in shared.filled(_rates(group)):
        out.print(look.line("  ", line))
    for line in shared.filled(filter(None, (source, group[0].confidence, group[0].note))):
        out.print(look.line("  ", (line, look.SOFT)))


def _rates(group: Sequence[Override]) -> Iterator[str]:
    for each in group:
        base = "no price" if each.base is None else shared.rate(each.key, each.base)
        ours = "no price" if each.ours is None else shared.rate(each.key, each.ours)
        yield f"{shared.label(each.key)} {base} → {ours}"
