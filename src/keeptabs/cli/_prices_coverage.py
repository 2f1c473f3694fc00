"""``keeptabs prices coverage``: for which calls no price is known, why, and what to write down for them."""

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.cli import _prices_options as shared
from keeptabs.cli._options import json_option, ledger, since_option, store_option
from keeptabs.cli._prices_rows import row
from keeptabs.store.coverage import Coverage, Line, coverage

_MOST_ROWS = 5


@click.command("coverage")
@since_option("30d")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PCT", help="Exit with 1 below this share.")
@store_option
@json_option
def COMMAND(since: tuple[int, str], store: Path | None, fail_under: float | None, *, as_json: bool) -> None:
    """Which calls have no price, and why.

    Also those of which a part is missing, whose price is disputed, or was last checked too long before, with the rows
    to write for those that lack one.
    """
    start, words = since
    with ledger(store) as db:
        found = coverage(db, start)
    if as_json:
        look.json_line(_as_json(found))
    else:
        _show(found, words)
    if fail_under is not None and found.share * 100 < fail_under:
        raise click.exceptions.Exit(1)


def _as_json(found: Coverage) -> dict[str, Any]:
    lines = [
        {
            "provider": line.provider,
            "model": line.model,
            "status": line.status,
            "calls": line.calls,
            "tokens": line.tokens,
            "why": line.why,
            "row": row(line),
        }
        for line in found.lines
    ]
    return {"calls": found.calls, "unpriced": found.gaps, "share": found.share, "lines": lines}


def _show(found: Coverage, words: str) -> None:
    out = look.Screen()
    out.print()
    if not found.calls:
        out.print(look.line(f"No calls {words}."))
        return
    out.print(look.line(_headline(found, words)))
    out.print()
    if not found.lines:
        return
    names = ("model", "at", "status", "calls", "tokens")
    out.print(look.table(names, map(_row, found.lines), left=3))
    out.print()
    _reasons(out, found)
    rows = [text for line in found.lines if (text := row(line))]
    _advise(out, rows)
    pairs = [("keeptabs reprice", "what the calls would have cost by them")] if rows else []
    if any(line.status == "stale" for line in found.lines):
        pairs.append(("keeptabs prices pull FILE", "newer prices"))
    out.print(look.hints(pairs))


def _headline(found: Coverage, words: str) -> Text:
    tokens = sum(line.tokens for line in found.lines if line.is_gap)
    doubtful = sum(line.calls for line in found.lines if not line.is_gap)
    parts = [f" · {found.gaps:,} unpriced ({_short(tokens)} tokens)"] if found.gaps else []
    parts += [f" · {doubtful:,} at disputed or stale prices"] if doubtful else []
    calls = f"        {shared.plural(found.calls, 'call')} {words}"
    return Text.assemble((f"{_percent(found)} of calls priced", "bold"), *parts, (calls, look.SOFT))


def _percent(found: Coverage) -> str:
    """The share, rounded down: 100 % is all of them."""
    return f"{int(found.share * 1000) / 10:.1f} %" if found.gaps else "100 %"


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.0f}{letter}"
    return str(number)


def _row(line: Line) -> tuple[str | Text, ...]:
    status = Text(line.status.replace("_", " "), style=look.ATTENTION if line.is_gap else "")
    return line.model, line.provider, status, look.count(line.calls), look.count(line.tokens)


def _reasons(out: look.Screen, found: Coverage) -> None:
    for why in dict.fromkeys(line.why for line in found.lines if line.why):
        out.print(look.line((f"! {why}", look.SOFT)))
    out.print()


def _advise(out: look.Screen, rows: list[str]) -> None:
    if not rows:
        return
    out.print(look.line("Give these rates in a TOML file, which keeptabs prices check FILE reads:"))
    for text in rows[:_MOST_ROWS]:
        out.print()
        for each in text.splitlines():
            out.print(look.line("  ", each))
    if len(rows) > _MOST_ROWS:
        out.print()
        out.print(look.line((f"and {len(rows) - _MOST_ROWS:,} more (--json)", look.SOFT)))
    out.print()
