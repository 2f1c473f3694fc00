"""Sums of calls by any two dimensions: from the hourly sums, and from the calls where these do not know."""

from typing import Literal

import msgspec

from keeptabs.store import rollup_schema
from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR, Spent
from keeptabs.store.slices import DIMENSIONS, Slice, sliced
from keeptabs.store.wanted import Wanted, recent

DAY = 24 * HOUR
MOST_CALLS = 50_000  # that are summed one by one for a user

Axis = Literal["model", "provider", "feature", "service", "operation", "user", "site", "outcome", "day"]
# What calls can be laid out by; a day is its start in nanoseconds since the epoch.
AXES: dict[str, str] = {**DIMENSIONS, "user": "user", "day": f"hour / {DAY} * {DAY}"}


class Cell(msgspec.Struct, frozen=True):
    """The calls that have one value in each of two dimensions. ``cost`` is the sum of what is known, in nano-USD."""

    row: str
    column: str
    calls: int
    errors: int
    tokens: int
    cost: int
    costed: int
    unpriced: int


class Explored(msgspec.Struct, frozen=True, kw_only=True):
    """All cells that hold calls, since when, and whether that is the whole of what was asked."""

    cells: tuple[Cell, ...]
    since: int
    is_all: bool


def explore(db: Connection, part: Slice, rows: Axis, columns: Axis, user: str | None = None) -> Explored:
    """The cells of a part of the ledger; where a user plays a part, of its last ``MOST_CALLS`` calls or so."""
    if "user" in (rows, columns) or user is not None:
        since, is_all = recent(db, part, MOST_CALLS)
        table = _one_by_one(Wanted(part=msgspec.structs.replace(part, since=since), user=user))
    else:
        since, is_all, table = part.since, True, sliced(db, part, grain=DAY)
    sql = f"""{table.sql}
        SELECT CAST({AXES[rows]} AS TEXT), CAST({AXES[columns]} AS TEXT), sum(calls), sum(calls - ok),
            sum(input + output), sum(cost), sum(costed), sum(unpriced)
        FROM sliced GROUP BY 1, 2 ORDER BY 1, 2"""
    return Explored(cells=tuple(Cell(*row) for row in db.execute(sql, table.values)), since=since, is_all=is_all)


def _one_by_one(wanted: Wanted) -> Spent:
    """The table ``sliced`` of the calls themselves, which know their users."""
    names = f"{rollup_schema.KEY}, {', '.join(rollup_schema.SUMS)}, user"
    sums = ", ".join(rollup_schema.sums("").values())
    sql = f"""WITH sliced ({names}) AS (SELECT {rollup_schema.key("")}, {sums}, coalesce(user, '') FROM calls
        WHERE {wanted.condition()})"""
    return Spent(sql, {name: value for name, value in wanted.values.items() if value is not None})
