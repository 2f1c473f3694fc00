"""How the command line looks: quiet, aligned, the answer first, one colour for what needs attention."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

ATTENTION = "bold red"
SOFT = "dim"
UNKNOWN = "–"


_GAP = 3  # spaces between columns
_SHORT = 18  # what text can be cut to


def width() -> int:
    """Columns to write in: those of the terminal, or as many as are wanted where it is none."""
    return Console().width if sys.stdout.isatty() else 240


class Screen:
    """Standard output: as wide as the terminal; without limit, colour or trailing spaces where it is a pipe."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._is_terminal = self._console.is_terminal
        if not self._is_terminal:
            self._console = Console(highlight=False, width=width(), no_color=True)

    def print(self, *parts: RenderableType) -> None:
        """Print a renderable, or an empty line."""
        if self._is_terminal:
            self._console.print(*parts)
            return
        with self._console.capture() as captured:
            self._console.print(*parts)
        for text in captured.get().splitlines() or [""]:
            sys.stdout.write(text.rstrip() + "\n")


def usd(nano: int | None) -> str:
    """An amount as money, to a hundredth of a cent; a dash when it is not known, never a zero that is none."""
    if nano is None:
        return UNKNOWN
    if 0 < nano <= 50_000:
        return "<$0.0001"
    return f"${Decimal(nano) / 1_000_000_000:,.4f}"


def count(number: int | None) -> str:
    """A whole number with thousands separated; a dash when it is not known."""
    return UNKNOWN if number is None else f"{number:,}"


def seconds(nanoseconds: int | None) -> str:
    """A duration in the unit that reads best."""
    if nanoseconds is None:
        return UNKNOWN
    value = nanoseconds / 1e9
    return f"{value:,.1f} s" if value >= 0.95 else f"{value * 1000:,.0f} ms"


def percent(part: float, whole: float) -> str:
    """A share, in whole per cent."""
    return f"{100 * part / whole:.0f} %" if whole else UNKNOWN


def clock(nanoseconds: int) -> str:
    """A time of today as hours and minutes, an older one with its date; local time."""
    then = datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC).astimezone()
    today = datetime.fromtimestamp(_now(), tz=UTC).astimezone().date()
    return then.strftime("%H:%M:%S" if then.date() == today else "%Y-%m-%d %H:%M:%S")


def _now() -> float:
    import time

    return time.time()


def place(file: str | None, line: int | None) -> str:
    """A place in the code, as short as it can be said from here."""
    if file is None:
        return UNKNOWN
    path = Path(file)
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return f"{shown}:{line}"


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, left: int = 1, optional: Sequence[str] = ()
) -> Padding:
    """A table without lines; the first ``left`` columns are text, the others numbers.

    Where it is narrow, long text is cut with an ellipsis, then the ``optional`` columns go, in their order: a number
    is shown whole or not at all.
    """
    cells = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = [max([len(name), *(row[n].cell_len for row in cells)]) for n, name in enumerate(columns)]
    needed = [min(width, _SHORT) if n < left else width for n, width in enumerate(widths)]
    shown = _fitting(columns, needed, optional)
    _cut(widths, needed, shown)
    made = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style=SOFT)
    for n in shown:
        justify: Literal["left", "right"] = "left" if n < left else "right"
        made.add_column(columns[n], justify=justify, width=widths[n], no_wrap=True, overflow="ellipsis")
    for row in cells:
        made.add_row(*(row[n] for n in shown))
    return Padding(made, (0, 0, 0, 2))


def _fitting(columns: Sequence[str], needed: Sequence[int], optional: Sequence[str]) -> list[int]:
    """The numbers of the columns that fit, after as many of the optional ones are left out as must be."""
    shown, leaving = list(range(len(columns))), list(optional)
    while leaving and sum(needed[n] + _GAP for n in shown) + 2 > width():
        gone = leaving.pop(0)
        shown = [n for n in shown if columns[n] != gone]
    return shown


def _cut(widths: list[int], needed: Sequence[int], shown: Sequence[int]) -> None:
    """Make the longest text shorter until all columns fit, as far as it may be cut."""
    while sum(widths[n] + _GAP for n in shown) + 2 > width():
        longest = max(shown, key=lambda n: (widths[n] > needed[n], widths[n]))
        if widths[longest] <= needed[longest]:
            return
        widths[longest] -= 1


def line(*parts: str | Text | tuple[str, str]) -> Padding:
    """A line of text, or of parts with a style, indented as everything is."""
    return Padding(Text.assemble(*parts), (0, 0, 0, 2))


def hints(pairs: Iterable[tuple[str, str]]) -> Padding:
    """What to type next, and what it shows."""
    made = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, show_header=False)
    for command, shows in pairs:
        made.add_row(command, Text(shows, style=SOFT))
    return Padding(made, (0, 0, 0, 2))


def json_line(value: object) -> None:
    """A value as one line of JSON on standard output."""
    import msgspec

    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
