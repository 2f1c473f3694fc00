"""Cells of two dimensions as a table: the greatest rows and columns, what is left of them together, and the margins."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from keeptabs.store.explore import Cell

K = TypeVar("K", bound=Hashable)
STEPS = 9  # of shading, beside none


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What some calls add up to."""

    calls: int = 0
    errors: int = 0
    tokens: int = 0
    cost: int = 0
    costed: int = 0
    unpriced: int = 0


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a table: how many values it has at most; the greatest come first, or the newest days."""

    most: int
    is_days: bool = False


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A table. ``rows`` and ``columns`` are values, None for what is left; ``cells`` are those that hold calls."""

    rows: tuple[str | None, ...]
    columns: tuple[str | None, ...]
    cells: dict[tuple[str | None, str | None], Sum]
    by_row: dict[str | None, Sum]
    by_column: dict[str | None, Sum]
    total: Sum


def lay(cells: Sequence[Cell], measure: Callable[[Sum], int], rows: Side, columns: Side) -> Laid:
    """The table of these cells."""
    down = _chosen(_sums((cell.row, cell) for cell in cells), measure, rows)
    across = _chosen(_sums((cell.column, cell) for cell in cells), measure, columns)
    if columns.is_days:
        across = across[::-1]  # time goes down from today, and to the right up to it
    placed = [
        (cell.row if cell.row in down else None, cell.column if cell.column in across else None, cell) for cell in cells
    ]
    return Laid(
        rows=down,
        columns=across,
        cells=_sums(((row, column), cell) for row, column, cell in placed),
        by_row=_sums((row, cell) for row, _, cell in placed),
        by_column=_sums((column, cell) for _, column, cell in placed),
        total=_sums((None, cell) for cell in cells).get(None, Sum()),
    )


def _chosen(sums: dict[str, Sum], measure: Callable[[Sum], int], side: Side) -> tuple[str | None, ...]:
    def place(value: str) -> tuple[int, int, str]:
        return (-int(value), 0, "") if side.is_days else (-measure(sums[value]), -sums[value].calls, value)

    found = sorted(sums, key=place)
    return tuple(found) if len(found) <= side.most else (*found[: side.most - 1], None)


def _sums(pairs: Iterable[tuple[K, Cell]]) -> dict[K, Sum]:
    names = Sum.__struct_fields__
    found: dict[K, list[int]] = defaultdict(lambda: [0] * len(names))
    for key, cell in pairs:
        for n, name in enumerate(names):
            found[key][n] += getattr(cell, name)
    return {key: Sum(**dict(zip(names, values, strict=True))) for key, values in found.items()}


def step(value: int, top: int) -> int:
    """How dark a cell is: 0 for nothing, else 1 to ``STEPS`` by its share of the greatest."""
    return 0 if value <= 0 or top <= 0 else min(STEPS, 1 + (STEPS - 1) * value // top)
