"""What was spent, by the hour: the rollups, and the calls themselves where an hour is asked for in part.

``spent`` gives a query the table of that name. It has a rollup's columns: a row is an hour's calls that are alike, or
one call. So a question is one statement, and its answer is the same whether a ledger has rollups or not.
"""

import msgspec

from keeptabs.store import rollup_schema
from keeptabs.store.database import Connection

HOUR, DAY = 3_600_000_000_000, 86_400_000_000_000  # nanoseconds
WITHIN = 2 ** (1 / 16) - 1  # how far a quantile of a histogram may be off, either way, from 1 ms on
_NEVER = 2**63 - 1
_NAMES = f"{rollup_schema.KEY}, {', '.join(rollup_schema.SUMS)}"  # the columns of ``spent``


class Spent(msgspec.Struct, frozen=True):
    """The table ``spent`` for a query that begins with it, and the values that the query needs."""

    sql: str
    values: dict[str, int | str]


class Quantile(msgspec.Struct, frozen=True):
    """A quantile of a measure of one model's calls, nanoseconds; it is off by ``WITHIN`` at most."""

    provider: str
    model: str
    value: int


def spent(db: Connection, since: int, until: int = _NEVER, *, grain: int = HOUR) -> Spent:
    """All calls from a time to before another, which is told by the hour in which a call began.

    Whole hours come from their rollups, the part of an hour before them call by call. Of an hour whose calls were
    pruned there is no part any more: it is all in. Where ``grain`` is a ``DAY``, whole days (UTC) come from sums of
    days, which are far fewer; ``hour`` is the first of such a day.
    """
    sums = rollup_schema.sums("")
    if not exist(db):
        sums["saved"] = "0"  # its column came with them
        return _table({"since": since, "edge": until, "until": until}, _calls(sums))
    edge = min(until, -(-since // HOUR) * HOUR if since >= pruned_before(db) else since // HOUR * HOUR)
    first, last = -(-edge // DAY) * DAY, until // DAY * DAY
    values: dict[str, int | str] = {"since": since, "edge": edge, "first": first, "last": last, "until": until}
    parts = [_calls(sums)] if since < edge else []  # a part that is empty would cost every query twice
    if grain < DAY or first >= last or not exist(db, "days"):
        return _table(values, *parts, _whole("rollups", "edge", "until"))
    if edge < first:
        parts.append(_whole("rollups", "edge", "first"))
    parts.append(_whole("days", "first", "last"))
    if last < until and until != _NEVER:
        parts.append(_whole("rollups", "last", "until"))
    return _table(values, *parts)


def _table(values: dict[str, int | str], *parts: str) -> Spent:
    return Spent(f"WITH spent ({_NAMES}) AS ({' UNION ALL '.join(parts)})", values)


def _calls(sums: dict[str, str]) -> str:
    key = rollup_schema.key("")
    return f"SELECT {key}, {', '.join(sums.values())} FROM calls WHERE started_at >= :since AND started_at < :edge"


def _whole(table: str, start: str, end: str = "") -> str:
    time = "hour" if table == "rollups" else "day"
    before = f"AND {time} < :{end}" if end else ""
    return f"SELECT {_NAMES.replace('hour', time, 1)} FROM {table} WHERE {time} >= :{start} {before}"


def exist(db: Connection, table: str = "rollups") -> bool:
    """True for a ledger that has rollups: one that an older keeptabs made, and that cannot be upgraded, has none."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def pruned_before(db: Connection) -> int:
    """The hour before which calls may be gone; 0 where none are."""
    found = db.execute("SELECT max(before) FROM pruned").fetchone()[0]
    return 0 if found is None else int(found)


def quantiles(db: Connection, since: int, measure: str, share: float) -> list[Quantile]:
    """A quantile of ``duration``, ``first_chunk`` or ``longest_gap`` by model, of the hours from that of ``since`` on.

    The value is the middle of its bucket, in logarithms.
    """
    sql = """
        WITH counted AS (
            SELECT provider, model, bound, sum(count) AS count FROM histograms
            WHERE hour >= ? AND measure = ? GROUP BY provider, model, bound),
        ranked AS (
            SELECT provider, model, bound, sum(count) OVER (PARTITION BY provider, model ORDER BY bound) AS upto,
                sum(count) OVER (PARTITION BY provider, model) AS total FROM counted)
        SELECT provider, model, min(bound) FROM ranked WHERE upto >= total * ? GROUP BY provider, model"""
    found = db.execute(sql, (since // HOUR * HOUR, measure, share))
    return [Quantile(provider, model, round(bound / (1 + WITHIN))) for provider, model, bound in found]


def differences(db: Connection) -> int:
    """How many rollups are not the sums of their calls, of the hours whose calls are all there, or days of hours."""
    calls = f"SELECT {rollup_schema.key('')}, {_sums(*rollup_schema.sums('').values())} FROM calls"
    found = _different(db, f"{calls} WHERE started_at >= :from", _whole("rollups", "from"), pruned_before(db))
    if not exist(db, "days"):
        return found
    others = rollup_schema.KEY.removeprefix("hour, ")
    hours = f"SELECT hour / {DAY} * {DAY}, {others}, {_sums(*rollup_schema.SUMS)} FROM rollups"
    return found + _different(db, f"{hours} WHERE hour >= :from", _whole("days", "from"), 0)


def _sums(*terms: str) -> str:
    return ", ".join(f"sum({term})" for term in terms)


def _different(db: Connection, parts: str, kept: str, start: int) -> int:
    """How many sums there are only among those that are kept or only among those of their parts, or differ."""
    sql = f"""
        WITH direct ({_NAMES}) AS ({parts} GROUP BY {", ".join(str(n + 1) for n in range(10))}),
        kept ({_NAMES}) AS ({kept})
        SELECT (SELECT count(*) FROM (SELECT * FROM direct EXCEPT SELECT * FROM kept))
            + (SELECT count(*) FROM kept WHERE ({rollup_schema.KEY}) NOT IN (SELECT {rollup_schema.KEY} FROM direct))"""
    return int(db.execute(sql, {"from": start}).fetchone()[0])
