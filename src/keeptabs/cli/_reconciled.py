"""What ``keeptabs reconcile`` shows: the answer, the gap by cause with what to do, then the parts of the bill."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import click
import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.reconcile.gap import EXACT, Cause, Comparison
from keeptabs.reconcile.views import By, Row

_MOST_ROWS = 20
_NOTHING = Decimal("1e-6")  # below it an amount is rounding, and shown as none
_NAMES = {Cause.USAGE: "coverage or parsing"}
_json = msgspec.json.Encoder(decimal_format="number")


def show(comparison: Comparison, rows: Sequence[Row], by: By, provider: str, *, as_json: bool) -> None:
    """Print a comparison, and the rows of one view of it."""
    if as_json:
        click.echo(_json.encode(_facts(comparison, rows, provider)))
        return
    out = look.Screen()
    out.print()
    out.print(look.line(_headline(comparison)))
    out.print(look.line((_period(comparison, provider), look.SOFT)))
    out.print()
    causes = [cause for cause in comparison.steps if abs(comparison.parts[cause]) >= _NOTHING]
    if causes:
        out.print(_split(comparison, causes))
        out.print()
    if rows:
        out.print(look.table((by, "billed", "ledger", "gap"), map(_cells, rows[:_MOST_ROWS])))
        out.print()
    hidden = len(rows) - _MOST_ROWS
    for note in (
        *comparison.notes,
        *([f"{hidden:,} smaller rows are not shown; --json has all"] if hidden > 0 else []),
    ):
        out.print(Padding(Text(f"{note}.", style=look.SOFT), (0, 0, 0, 2)))


def _headline(comparison: Comparison) -> Text:
    gap, billed = comparison.gap, comparison.billed
    gap = gap if abs(gap) >= _NOTHING else Decimal(0)
    share = f" ({EXACT.divide(gap, billed) * 100:.1f} %)" if billed and gap else ""
    said = f"gap {money(gap)}{share}" if gap else "no gap"
    return Text.assemble(
        (f"{money(billed)} billed", "bold"), f" · {money(comparison.ledger)} in the ledger · ", (said, "bold")
    )


def _period(comparison: Comparison, provider: str) -> str:
    first, last = comparison.days.start, comparison.days.end - timedelta(days=1)
    by = comparison.source if comparison.source == provider else f"{provider}, {comparison.source}"
    return f"{by}, {first} to {last}, UTC"


def _split(comparison: Comparison, causes: Sequence[Cause]) -> Padding:
    """The parts of the gap, the largest first."""
    made = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style=look.SOFT)
    made.add_column("of the gap", no_wrap=True)
    made.add_column("USD", justify="right", no_wrap=True)
    made.add_column("what it is, and what to do")
    for cause in sorted(causes, key=lambda each: -abs(comparison.parts[each])):
        style = look.ATTENTION if cause is Cause.UNEXPLAINED else ""
        name = Text(_NAMES.get(cause, cause.value), style=style)
        made.add_row(name, Text(money(comparison.parts[cause]), style=style), Text(comparison.steps[cause]))
    return Padding(made, (0, 0, 0, 2))


def _cells(row: Row) -> tuple[str, ...]:
    sides = (look.UNKNOWN if usd is None else money(usd) for usd in (row.billed, row.ledger))
    return (row.name, *sides, money(row.gap))


def money(usd: Decimal) -> str:
    """An amount to the cent; one below a cent to four digits that count."""
    size = abs(usd)
    if _NOTHING <= size < Decimal("0.01"):
        text = f"{EXACT.quantize(size, Decimal(1).scaleb(size.adjusted() - 1)):f}"
    else:
        text = f"{EXACT.quantize(size, Decimal('0.01')):,f}"
    return f"{'-' if usd <= -_NOTHING else ''}${text}"


def _facts(comparison: Comparison, rows: Sequence[Row], provider: str) -> dict[str, Any]:
    return {
        "source": comparison.source,
        "provider": provider,
        "from": comparison.days.start,
        "to": comparison.days.end - timedelta(days=1),
        "billed": _plain(comparison.billed),
        "ledger": _plain(comparison.ledger),
        "gap": _plain(comparison.gap),
        "parts": {cause.value: _plain(usd) for cause, usd in comparison.parts.items()},
        "steps": {cause.value: step for cause, step in comparison.steps.items()},
        "rows": [
            {"name": row.name, "billed": _plain(row.billed), "ledger": _plain(row.ledger), "gap": _plain(row.gap)}
            for row in rows
        ],
        "notes": comparison.notes,
    }


def _plain(usd: Decimal | None) -> Decimal | None:
    """The same number without exponent or needless zeros."""
    return None if usd is None else Decimal(f"{EXACT.normalize(usd):f}")
