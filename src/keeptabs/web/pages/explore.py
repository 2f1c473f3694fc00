"""Any two dimensions of the calls as rows and columns; every cell leads to what is behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.explore import AXES, MOST_CALLS, Axis, explore
from keeptabs.web import said
from keeptabs.web.ask import Ask, AskError
from keeptabs.web.frame import Filter
from keeptabs.web.layout import Laid, Side, Sum, lay, step
from keeptabs.web.outcomes import Amount
from keeptabs.web.page import Page
from keeptabs.web.pages._wanted import chips, day_name, filters, part, wanted

MEASURES: Mapping[str, Callable[[Sum], int]] = {
    "cost": lambda found: found.cost,
    "calls": lambda found: found.calls,
    "tokens": lambda found: found.tokens,
    "errors": lambda found: found.errors,
}
_LONGEST = 500  # characters of a value in a URL
NAMES = {"site": "call site"}
_ROWS, _COLUMNS = Side(most=15), Side(most=8)
_DAYS, _DAY_COLUMNS = Side(most=31, is_days=True), Side(most=10, is_days=True)


Pairs = Sequence[tuple[Axis, str | None]]  # values of axes; None is what is other


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a field, and whether it is chosen."""

    value: str
    title: str
    is_chosen: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A sum as it is shown: ``shade`` is 0 to 9; a link where there is something behind it."""

    text: Amount
    said: str
    href: str | None = None
    shade: int = 0
    share: float = 0.0


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a row or a column; the link keeps it as a filter."""

    title: str
    full: str
    href: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row; None in a cell where there are no calls."""

    head: Head
    cells: tuple[Shown | None, ...]
    sum: Shown


class ExploreView(msgspec.Struct, frozen=True, kw_only=True):
    """The table, what it is made of, and what it does not hold."""

    choices: dict[str, tuple[Choice, ...]]
    kept: dict[str, str]
    chips: tuple[Filter, ...]
    caption: str
    corner: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    sums: tuple[Shown, ...]
    total: Shown
    swap: str
    unpriced: int
    unpriced_href: str
    note: str


def view(db: Connection, ask: Ask) -> ExploreView:
    """The page."""
    rows, columns = _axis(ask, "rows", "model"), _axis(ask, "columns", "day")
    measure = ask.rest.get("measure") or "cost"
    if measure not in MEASURES:
        raise AskError(f"measure: {measure!r} is none of {', '.join(MEASURES)}")
    found = explore(db, part(ask), rows, columns, wanted(ask).user)
    cells = [cell for cell in found.cells if measure != "errors" or cell.errors]
    laid = lay(
        cells,
        MEASURES[measure],
        _DAYS if rows == "day" else _ROWS,
        _DAY_COLUMNS if columns == "day" else _COLUMNS,
    )
    since = f"Users are known of the newest {MOST_CALLS:,} calls only: since {said.clock(found.since)} UTC."
    return _Table(ask, rows, columns, measure, laid).view("" if found.is_all else since)


def _axis(ask: Ask, name: str, default: Axis) -> Axis:
    value = ask.rest.get(name) or default
    if value not in AXES:
        raise AskError(f"{name}: {value!r} is none of {', '.join(AXES)}")
    return cast("Axis", value)


class _Table:
    """Makes what is shown of a table."""

    def __init__(self, ask: Ask, rows: Axis, columns: Axis, measure: str, laid: Laid) -> None:
        self._ask, self._rows, self._columns, self._measure, self._laid = ask, rows, columns, measure, laid
        self._of = MEASURES[measure]
        # What is other would take the colour from all that has a name.
        self._top = max((self._of(found) for key, found in laid.cells.items() if None not in key), default=0)
        self._widest = max((self._of(found) for found in laid.by_row.values()), default=0)

    def view(self, note: str) -> ExploreView:
        laid, ask = self._laid, self._ask
        return ExploreView(
            choices={
                "rows": _choices(AXES, self._rows),
                "columns": _choices(AXES, self._columns),
                "measure": _choices(MEASURES, self._measure),
            },
            kept={**filters(ask), **self._kept()},
            chips=chips(ask),
            caption=f"{self._measure} by {_named(self._rows)} and {_named(self._columns)}",
            corner=_named(self._rows),
            heads=tuple(self._head(self._columns, value) for value in laid.columns),
            lines=tuple(self._line(value) for value in laid.rows),
            sums=tuple(self._shown(laid.by_column[value], (self._columns, value)) for value in laid.columns),
            total=self._shown(laid.total),
            unpriced=laid.total.unpriced if self._measure == "cost" else 0,
            unpriced_href=ask.url("/calls", **self._kept(), unpriced="1"),
            swap=ask.url(rows=self._columns, columns=self._rows),
            note=note,
        )

    def _line(self, row: str | None) -> Line:
        laid = self._laid
        return Line(
            head=self._head(self._rows, row),
            cells=tuple(self._cell(row, column) for column in laid.columns),
            sum=self._shown(laid.by_row[row], (self._rows, row)),
        )

    def _cell(self, row: str | None, column: str | None) -> Shown | None:
        found = self._laid.cells.get((row, column))
        return self._shown(found, (self._rows, row), (self._columns, column)) if found else None

    def _head(self, axis: Axis, value: str | None) -> Head:
        if value is None:
            return Head(title="earlier" if axis == "day" else "other", full="all others together", href=None)
        title = _title(axis, value)
        href = self._ask.url(**_filter(axis, value)) if _can_filter(value) else None
        return Head(title=title, full=value if axis == "site" and value else title, href=href)

    def _shown(self, found: Sum, *pairs: tuple[Axis, str | None]) -> Shown:
        value = self._of(found)
        return Shown(
            text=self._text(found),
            said=f"{found.errors:,} failed" if self._measure == "errors" else _told(found),
            href=self._behind(pairs),
            shade=step(value, self._top),
            share=value / self._widest if self._widest else 0.0,
        )

    def _text(self, found: Sum) -> Amount:
        if self._measure != "cost":
            return Amount(said.count(self._of(found)))
        if not found.costed:
            return Amount("no price" if found.unpriced else said.UNKNOWN, is_gap=found.unpriced > 0)
        return Amount(said.money(found.cost))

    def _behind(self, pairs: Pairs) -> str | None:
        """The calls that have these values; none of what is other, which no filter says."""
        if any(value is None or not _can_filter(value) for _, value in pairs):
            return None
        chosen = {name: text for axis, value in pairs for name, text in _filter(axis, value or "").items()}
        failed = {"failed": "1"} if self._measure == "errors" else {}
        return self._ask.url("/calls", **{**self._kept(), **chosen, **failed})

    def _kept(self) -> dict[str, str]:
        """The filters beside the period and the dimensions."""
        return {name: self._ask.rest[name] for name in ("user", "day") if name in self._ask.rest}


def _choices(names: Mapping[str, object], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=name, title=_named(name), is_chosen=name == chosen) for name in names)


def _named(axis: str) -> str:
    return NAMES.get(axis, axis)


def _title(axis: Axis, value: str) -> str:
    if axis == "day":
        return said.day(int(value))
    return (said.place(value) if axis == "site" else value) or "(none)"


def _can_filter(value: str) -> bool:
    """False where a URL cannot say the value."""
    return 0 < len(value) <= _LONGEST


def _filter(axis: Axis, value: str) -> dict[str, str]:
    return {axis: day_name(int(value)) if axis == "day" else value}


def _told(found: Sum) -> str:
    """A sum in all its measures, for who hovers."""
    parts = [said.money(found.cost) if found.costed else "no cost known", f"{found.calls:,} calls"]
    parts += [f"{found.errors:,} failed"] if found.errors else []
    parts += [f"{found.unpriced:,} not priced"] if found.unpriced else []
    return ", ".join([*parts, f"{found.tokens:,} tokens"])


PAGE = Page(id="explore", title="Explore", path="/explore", view=view, place=2)
