"""A part of the ledger: a time, and what its calls have in common. Every page asks about one."""

from typing import Literal

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR, Spent, spent

FOREVER = 2**63 - 1

# What calls can be told apart by, and how a row of ``spent`` says it. A call site is ``file:line``.
DIMENSIONS: dict[str, str] = {
    "model": "model",
    "provider": "provider",
    "operation": "operation",
    "service": "service",
    "feature": "feature",
    "site": "iif(site_file = '', '', site_file || ':' || site_line)",
    "outcome": "outcome",
}
Dimension = Literal["model", "provider", "operation", "service", "feature", "site", "outcome"]


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """Calls from ``since`` to before ``until``, nanoseconds since the epoch, whose dimensions have these values."""

    since: int
    until: int = FOREVER
    having: dict[Dimension, str] = {}


def sliced(db: Connection, part: Slice, *, grain: int = HOUR) -> Spent:
    """The table ``sliced`` for a query that begins with it: the rows of ``spent`` that are in the part.

    What is before ``until`` is told by the hour in which a call began. Where ``grain`` is a ``DAY``, whole days are
    one row each of what is alike, which is a twentieth of the rows: ``hour`` is the first of such a day.
    """
    table = spent(db, part.since, part.until, grain=grain)
    chosen = " AND ".join(f"{DIMENSIONS[name]} = :{name}" for name in part.having) or "true"
    sql = f"{table.sql}, sliced AS (SELECT * FROM spent WHERE {chosen})"
    return Spent(sql, {**table.values, **{str(name): value for name, value in part.having.items()}})
