"""Which calls a page lists: a part of the ledger, and what only the calls themselves know."""

from collections.abc import Sequence

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR, Spent, exist
from keeptabs.store.slices import DIMENSIONS, Slice, sliced

BUSY_HOURS = 72  # that are looked through at once, so that a rare filter costs no more than a frequent one

# A dimension of ``slices`` as a row of ``calls`` says it.
OF_CALL: dict[str, str] = {
    "model": "{0}model",
    "provider": "{0}provider",
    "operation": "{0}operation",
    "service": "{0}service",
    "feature": "coalesce(CAST(json_extract({0}tags, '$.feature') AS TEXT), '')",
    "site": "iif(coalesce({0}site_file, '') = '', '', {0}site_file || ':' || coalesce({0}site_line, 0))",
    "outcome": "{0}outcome",
}
_FAILED = "({0}error_type IS NOT NULL OR {0}outcome = 'cancelled')"  # FAILED of ``queries``
_UNPRICED = """({0}cost_status IN ('unpriced', 'partial')
    OR ({0}cost_status = 'no_usage' AND {0}error_type IS NULL AND {0}outcome <> 'cancelled'))"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The calls that are wanted; ``least`` is a cost in nano-USD."""

    part: Slice
    user: str | None = None
    failed: bool = False
    unpriced: bool = False
    least: int | None = None

    def condition(self, call: str = "") -> str:
        """What a row of ``calls`` must fulfil, in SQL; ``call`` is the prefix of its columns."""
        wanted = [f"{call}started_at >= :since", f"{call}started_at < :until"]
        wanted += [f"{OF_CALL[name].format(call)} = :{name}" for name in self.part.having]
        wanted += [f"coalesce({call}user, '') = :user"] if self.user is not None else []
        wanted += [_FAILED.format(call)] if self.failed else []
        wanted += [_UNPRICED.format(call)] if self.unpriced else []
        wanted += [f"{call}cost >= :least"] if self.least is not None else []
        return " AND ".join(wanted)

    @property
    def values(self) -> dict[str, int | str | None]:
        """The values that ``condition`` needs."""
        part = self.part
        named: dict[str, int | str | None] = {str(name): value for name, value in part.having.items()}
        return {**named, "since": part.since, "until": part.until, "user": self.user, "least": self.least}


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in the list of calls, which is ordered by the time of their start and their id."""

    started_at: int
    id: int

    def __str__(self) -> str:
        return f"{self.started_at}.{self.id}"


NEWEST = Place(2**63 - 1, 2**63 - 1)


def busy_hours(db: Connection, wanted: Wanted, before: Place) -> list[int]:
    """The newest hours that may hold wanted calls up to a place, by their sums; ``BUSY_HOURS`` at most."""
    table = _hourly(db, wanted.part)
    may = [f"{DIMENSIONS[name]} = :{name}" for name in wanted.part.having]
    may += ["calls > ok"] * wanted.failed + ["unpriced > 0"] * wanted.unpriced
    sql = f"""{table.sql} WHERE hour >= :from AND hour < :until AND hour <= :upto AND {" AND ".join(may) or "true"}
        GROUP BY hour ORDER BY hour DESC LIMIT {BUSY_HOURS}"""
    return [hour for hour, _ in db.execute(sql, {**table.values, "upto": before.started_at // HOUR * HOUR})]


def recent(db: Connection, part: Slice, most: int) -> tuple[int, bool]:
    """From which time on a part of the ledger has ``most`` calls at most, and whether these are all of the part.

    The newest hour is in any case in it. Calls are counted whatever their dimensions: all of them are read.
    """
    table = _hourly(db, msgspec.structs.replace(part, having={}))
    sql = f"{table.sql} WHERE hour >= :from AND hour < :until GROUP BY hour ORDER BY hour DESC"
    since, so_far = None, 0
    for hour, calls in db.execute(sql, table.values):
        so_far += calls
        if since is not None and so_far > most:
            return since, False
        since = hour
    return part.since, True


def _hourly(db: Connection, part: Slice) -> Spent:
    """The hours of a part and their calls: the beginning of a query that chooses and groups them.

    The sums are read as they lie in the file, by hour, so that what takes the newest hours reads no others.
    """
    table = sliced(db, part)
    values = {**table.values, "from": part.since // HOUR * HOUR}
    if exist(db):
        return Spent("SELECT hour, sum(calls) FROM rollups", values)
    return Spent(f"{table.sql} SELECT hour, sum(calls) FROM sliced", values)


def marks(values: Sequence[object]) -> str:
    """As many question marks for a statement as there are values."""
    return ", ".join("?" * len(values))
