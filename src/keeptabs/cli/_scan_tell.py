"""Prints what a scan found in the format that is asked for; what was scanned goes to stderr where a program reads."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module

import click

from keeptabs.scan.outcome import Outcome, number, summary

FORMATS = {
    "text": "",
    "json": "keeptabs.scan.outputs.jsonl",
    "sarif": "keeptabs.scan.outputs.sarif",
    "github": "keeptabs.scan.outputs.github",
    "gitlab": "keeptabs.scan.outputs.gitlab",
}


def tell(form: str, outcome: Outcome) -> None:
    """Print an outcome."""
    if FORMATS[form]:
        lines: Callable[[Outcome], Iterator[str]] = import_module(FORMATS[form]).lines
        for line in lines(outcome):
            sys.stdout.write(f"{line}\n")
        click.echo(f"keeptabs: {summary(outcome)}, {number(len(outcome.counted), 'finding')}", err=True)
        return
    if plain := _plain(outcome):
        sys.stdout.write(f"\n  {plain}\n")
        return
    from keeptabs.cli._scan_text import show

    show(outcome)


def _plain(outcome: Outcome) -> str:
    """What is said of a scan that met nothing, without the time that it takes to load colours; empty for others."""
    if outcome.told or outcome.unread or outcome.skipped or outcome.excluded:
        return ""
    if outcome.is_empty:
        return summary(outcome) if outcome.nothing else ""
    return f"{summary(outcome)}: no keys"
