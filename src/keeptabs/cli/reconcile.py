"""``keeptabs reconcile``: the provider's own bill beside the ledger, and the gap between them explained."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from keeptabs.cli._options import json_option, ledger, store_option
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.reconcile.comparison import reconcile
from keeptabs.reconcile.gap import Cause, Comparison
from keeptabs.reconcile.rates import listed
from keeptabs.reconcile.sides import lay_out
from keeptabs.reconcile.statement import Days, Statement
from keeptabs.reconcile.views import By, Row, view
from keeptabs.runtime.config import load
from keeptabs.store.spending import first_day, spent

_CSV = "csv"
_SOURCES = ("openai", "anthropic", "openrouter", _CSV)
_FINAL_AFTER = 3  # days: what was billed on earlier ones does not change any more
_DAYS = 7
_HELP = """\
Set a provider's own bill beside the ledger, and explain the gap.

\b
keeptabs reconcile openai --from 2026-11-01 --to 2026-11-07
keeptabs reconcile csv --file export.csv --provider azure.ai.openai

The bill is asked for with an admin key, which is read from the environment and kept nowhere: OPENAI_ADMIN_KEY,
ANTHROPIC_ADMIN_KEY or OPENROUTER_MANAGEMENT_KEY. Days are UTC.

csv knows the cost exports of OpenAI, Anthropic and Azure, and FOCUS; of any other table say which --columns it has.
"""


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day: write 2026-11-01") from None


def _usd(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    from keeptabs.reconcile.csv_values import amount_of

    try:
        return None if text is None else amount_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class _Given(msgspec.Struct, kw_only=True, frozen=True):
    """The options, under their own names."""

    start: date | None
    end: date | None
    base_url: str | None
    store: Path | None
    prices: Path | None
    file: Path | None
    columns: str | None
    only: str | None
    provider: str | None
    by: By
    fail_on: Decimal | None
    as_json: bool


@click.command("reconcile", help=_HELP)
@click.argument("source", type=click.Choice(_SOURCES))
@click.option("--from", "start", callback=_day, metavar="DAY", help="The first day.  [default: six days before --to]")
@click.option("--to", "end", callback=_day, metavar="DAY", help="The last day.  [default: three days ago]")
@click.option("--by", type=click.Choice(get_args(By)), default="model", show_default=True, help="What to list.")
@click.option("--prices", type=click.Path(path_type=Path), metavar="FILE", help="Your own prices, in TOML.")
@click.option("--base-url", metavar="URL", help="Where to ask for the bill, instead of at the provider.")
@click.option("--file", type=click.Path(path_type=Path), metavar="EXPORT", help="For csv: the table.")
@click.option("--columns", metavar="FIELD=COLUMN,…", help="For csv: date=Date,usd=Cost, and item, quantity, unit, …")
@click.option("--only", metavar="COLUMN=TEXT", help="For csv: the rows that have a text in a column.")
@click.option("--provider", metavar="NAME", help="For csv: whose bill it is, as the ledger names it.")
@click.option("--fail-on", callback=_usd, metavar="USD", help="Exit with 1 if more than this is unexplained.")
@store_option
@json_option
def COMMAND(source: str, **options: Any) -> int:
    """Fetch the bill, read the ledger, and show both."""
    given = _Given(**options)
    days = _days(given)
    statement, provider = _from_file(given, days) if source == _CSV else _fetched(source, given, days)
    comparison, rows = _compared(statement, provider, given)
    from keeptabs.cli import _reconciled

    _reconciled.show(comparison, rows, given.by, provider, as_json=given.as_json)
    most = given.fail_on
    return int(most is not None and abs(comparison.parts[Cause.UNEXPLAINED]) > most)


def _days(given: _Given) -> Days:
    today = datetime.fromtimestamp(time.time(), tz=UTC).date()
    end = given.end or today - timedelta(days=_FINAL_AFTER)
    start = given.start or end - timedelta(days=_DAYS - 1)
    if start > end:
        raise UserError(f"--from {start} comes after --to {end}")
    return Days(start=start, end=end + timedelta(days=1))


def _fetched(source: str, given: _Given, days: Days) -> tuple[Statement, str]:
    """The bill, from the provider's own account of it."""
    from keeptabs.reconcile._http import client

    module = import_module(f"keeptabs.reconcile.{source}")
    headers = module.headers(module.ACCESS.key(os.environ))
    with client(given.base_url or module.BASE_URL, headers) as opened, Bar(1, "rows", wanted=True) as bar:
        return module.fetch(days, client=opened, progress=lambda _report, rows: bar.step(rows)), source


def _from_file(given: _Given, days: Days) -> tuple[Statement, str]:
    from keeptabs.reconcile import csv_columns, csv_file

    if given.file is None:
        raise UserError("which table? --file EXPORT")
    column, _, text = (given.only or "").partition("=")
    if given.only and not (column and text):
        raise UserError(f"--only {given.only}: write COLUMN=TEXT")
    only = (column.strip(), text.strip()) if given.only else None
    table = csv_file.read(given.file, csv_file.Reading(days=days, given=csv_columns.said(given.columns), only=only))
    provider = given.provider or table.provider
    if not provider:
        raise UserError(f"{given.file}: whose bill is it? --provider NAME, as keeptabs report names it")
    return table.statement, provider


def _compared(statement: Statement, provider: str, given: _Given) -> tuple[Comparison, list[Row]]:
    days = statement.days
    with ledger(given.store) as db, Bar(1, "thousand calls", wanted=True) as bar:
        begins = first_day(db)
        lines = spent(db, provider, days.start, days.end, lambda _calls: bar.step())
    layout = lay_out(statement, lines)
    find = listed(load({}).book(given.prices), _book_of(provider))
    return reconcile(statement, lines, layout, find, begins), view(statement, lines, layout, given.by)


def _book_of(provider: str) -> str:
    """The name of a provider's price file."""
    from keeptabs.providers import recogniser

    known = recogniser().provider(provider)
    return (known.book if known else None) or provider
