"""``keeptabs report``: what was spent, by model and by place in the code."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.text import Text

from keeptabs.cli import _held
from keeptabs.cli import _look as look
from keeptabs.cli._estimates import json_line
from keeptabs.cli._options import json_option, ledger, since_option, store_option
from keeptabs.forecast.held import Held, held
from keeptabs.store import health, queries

_SITES = 8
_UNPRICED = "unpriced"
_MENDED_BY = {"stale": "keeptabs prices pull"}

Row = tuple[str | Text, ...]


class _Report(msgspec.Struct, frozen=True):
    since: int
    totals: queries.Totals
    doubts: list[queries.DoubtLine]
    models: list[queries.ModelLine]
    sites: list[queries.SiteLine]
    retries: health.EarlyRetries
    lost: health.Lost
    estimates: list[Held]


@click.command("report")
@since_option("24h")
@store_option
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="The pages of keeptabs ui as one file.")
@json_option
def COMMAND(since: tuple[int, str], store: Path | None, html: Path | None, *, as_json: bool) -> None:
    """What was spent, by model and by place in the code."""
    start, words = since
    if html is not None:
        from keeptabs.cli import _report_file

        _report_file.write(html, start, store, as_json=as_json)
        return
    with ledger(store) as db:
        report = _Report(
            start,
            queries.totals(db, start),
            queries.doubts(db, start),
            queries.by_model(db, start),
            queries.by_site(db, start, _SITES),
            health.early_retries(db, start),
            health.lost(db, start),
            held(db, start, time.time_ns()),
        )
    if as_json:
        json_line(_as_json(report))
    else:
        _show(report, words)


def _as_json(report: _Report) -> dict[str, Any]:
    """The same facts; ``usd`` beside each cost, which is in nano-USD."""
    facts = msgspec.structs.asdict(report) | {"estimates": [_held.as_json(each) for each in report.estimates]}
    found: dict[str, Any] = msgspec.to_builtins(facts, builtin_types=(Decimal,))
    for part in (found["totals"], *found["models"], *found["sites"]):
        part["usd"] = None if part["cost"] is None else part["cost"] / 1e9
    return found


def _show(report: _Report, words: str) -> None:
    out, totals = look.Screen(), report.totals
    out.print()
    if not totals.calls:
        out.print(look.line(f"No calls {words}."))
        out.print(look.hints([("keeptabs run python app.py", "record what an app calls")]))
        return
    out.print(look.line(_headline(totals, words)))
    out.print()
    names = ("model", "calls", "input", "output", "cached", "cost", _UNPRICED, "p95")
    rows = [_model(line, report.models) for line in report.models]
    out.print(look.table(*_without_empty(names, rows), optional=("p95", "cached")))
    out.print()
    if report.sites:
        rows = [
            (look.place(site.file, site.line), site.function, look.count(site.calls), *_cost(site))
            for site in report.sites
        ]
        out.print(look.table(*_without_empty(("spent at", "function", "calls", "cost", _UNPRICED), rows), left=2))
        out.print()
    if report.estimates:
        out.print(_held.table(report.estimates))
        out.print()
    _notes(report)


def _headline(totals: queries.Totals, words: str) -> Text:
    parts = [f"{look.count(totals.calls)} calls", f"{look.percent(totals.ok, totals.calls)} ok"]
    if totals.unpriced:
        parts.append(f"{look.count(totals.unpriced)} unpriced")
    cached = f"{look.percent(totals.cache_read, totals.input)} of input came from cache" if totals.input else ""
    return Text.assemble(
        (look.usd(totals.cost), "bold"), f" {words}        ", " · ".join(parts), f"        {cached}" if cached else ""
    )


def _model(line: queries.ModelLine, lines: list[queries.ModelLine]) -> Row:
    shared = sum(other.model == line.model for other in lines) > 1
    return (
        f"{line.model} at {line.provider}" if shared else line.model,
        look.count(line.calls),
        look.count(line.input),
        look.count(line.output),
        look.count(line.cache_read),
        *_cost(line),
        f"{'≈ ' if line.p95_is_estimate and line.p95 else ''}{look.seconds(line.p95)}",
    )


def _cost(line: queries.ModelLine | queries.SiteLine) -> tuple[str | Text, Text]:
    """An amount and, where there are any, how many calls it leaves out; one that knows nothing is no price."""
    if not line.unpriced:
        return Text(look.usd(line.cost)), Text()
    amount = "not known" if line.cost is None else look.usd(line.cost)
    return Text(amount, style=look.ATTENTION), Text(look.count(line.unpriced), style=look.ATTENTION)


def _without_empty(names: tuple[str, ...], rows: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """The table without the column of unpriced calls where there are none."""
    at = names.index(_UNPRICED)
    if any(row[at] for row in rows):
        return names, rows
    return names[:at] + names[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]


def _notes(report: _Report) -> None:
    out = look.Screen()
    limited, retries = report.totals.rate_limited, report.retries
    if limited:
        one = limited == 1
        said = (
            f"! {limited} call{'' if one else 's'} {'was' if one else 'were'} rate-limited; {retries.retried} retried"
        )
        if retries.early:
            said += (
                f", {retries.early} of them after {retries.waited:.1f} s although the provider asked for"
                f" {retries.asked:.1f} s"
            )
        out.print(look.line((f"{said}.", look.ATTENTION)))
    for doubt in report.doubts:
        out.print(look.line((_doubt(doubt), look.ATTENTION)))
    if report.lost.attempts:
        out.print(look.line((_lost(report.lost), look.ATTENTION)))
    pairs = [
        ("keeptabs calls", "each call; --failed for what went wrong"),
        ("keeptabs trace last", "the newest one as a tree, as it was billed"),
        ("keeptabs doctor", "whether everything was seen and kept"),
    ]
    out.print(look.hints(pairs))


def _doubt(line: queries.DoubtLine) -> str:
    one = line.calls == 1
    why = f" ({'' if one else 'the newest: '}{line.why})" if line.why else ""
    mend = f": {_MENDED_BY[line.status]}" if line.status in _MENDED_BY else ""
    return f"! {look.count(line.calls)} call{' has' if one else 's have'} a {line.status} price{why}{mend}."


def _lost(lost: health.Lost) -> str:
    one = lost.attempts == 1
    unknown = f" ({look.count(lost.unpriced)} of them unpriced)" if lost.unpriced and lost.cost else ""
    money = f" and {look.usd(lost.cost)}{unknown}" if lost.cost else ""
    return (
        f"! {look.count(lost.attempts)} failed attempt{'' if one else 's'} {'was' if one else 'were'} repeated:"
        f" {look.seconds(lost.time)}{money} lost."
    )
