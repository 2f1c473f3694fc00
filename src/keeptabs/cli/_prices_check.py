"""``keeptabs prices check``: whether a file of your own prices says what it is meant to say."""

from datetime import date
from pathlib import Path

import click

import keeptabs.providers
from keeptabs.cli import _look as look
from keeptabs.cli import _prices_options as shared
from keeptabs.cli._options import json_option
from keeptabs.core.discover import constants
from keeptabs.core.provider import Provider
from keeptabs.pricing import load
from keeptabs.pricing.catalogue import Catalogue
from keeptabs.pricing.check import Checked, check
from keeptabs.pricing.written import Written


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def COMMAND(file: Path, *, as_json: bool) -> None:
    """All mistakes in a file of your own prices.

    With a mistake the exit code is 2. What is probably not meant, such as an amount a hundredfold of the list price, is
    a warning.
    """
    names = {each.name: each.book or each.name for each in constants(keeptabs.providers, "PROVIDER", Provider)}
    known = Catalogue(None, shared.folder())
    found = check(load.user_text(file), str(file), names, known, date.fromisoformat(shared.today()))
    if as_json:
        facts = {"mistakes": found.mistakes, "warnings": found.warnings, "holds": _counts(found.said)}
        look.json_line({"file": str(file), **facts})
    elif found.mistakes:
        _complain(file, found)
    else:
        _show(file, found)
    if found.mistakes:
        raise click.exceptions.Exit(2)


def _complain(file: Path, found: Checked) -> None:
    for mistake in found.mistakes:
        click.echo(f"keeptabs: {mistake}", err=True)
    if len(found.mistakes) > 1:
        click.echo(f"keeptabs: {shared.plural(len(found.mistakes), 'mistake')} in {file}", err=True)


def _show(file: Path, found: Checked) -> None:
    out = look.Screen()
    out.print()
    warned = f"        {shared.plural(len(found.warnings), 'warning')}" if found.warnings else "        no mistakes"
    out.print(look.line((_holds(found.said), "bold"), f" in {file}", warned))
    for warning in found.warnings:
        out.print(look.line(("! ", look.ATTENTION), warning))
    out.print()
    pairs = [("KEEPTABS_PRICES=" + str(file), "in the environment of an app: its calls are priced by it")]
    first = next((entry for _, entry in found.said.prices), None)
    if first:
        command = f"keeptabs prices show {first.model} --provider {first.provider} --prices {file}"
        pairs.append((command, "what holds then"))
    out.print(look.hints(pairs))


def _holds(said: Written) -> str:
    """How many rows there are of each kind, and whose prices."""
    found = ", ".join(shared.plural(number, kind) for kind, number in _counts(said).items() if number) or "no rows"
    providers = dict.fromkeys(entry.provider for _, entry in said.prices)
    return found + (f" (of {', '.join(providers)})" if providers else "")


def _counts(said: Written) -> dict[str, int]:
    discounts = sum(each.own for each in said.multipliers)
    return {
        "price": len(said.prices),
        "multiplier": len(said.multipliers) - discounts,
        "discount": discounts,
        "alias": len(said.aliases),
        "free host": len(said.free_hosts),
    }
