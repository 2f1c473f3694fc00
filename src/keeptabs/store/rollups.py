"""What was spent, by the hour: the rollups, and the calls themselves where an hour is asked for in part.

``spent`` gives a query the table of that name. It has a rollup's columns: a row is an hour's calls that are alike, or
one call. So a question is one statement, and its answer is the same whether a ledger has rollups or not.
"""

import msgspec

from keeptabs.store import rollup_schema
from keeptabs.store.database import Connection

HOUR = 3_600_000_000_000  # nanoseconds
WITHIN = 2 ** (1 / 16) - 1  # how far a quantile of a histogram may be off, either way, from 1 ms on
_NEVER = 2**63 - 1


class Spent(msgspec.Struct, frozen=True):
    """The table ``spent`` for a query that begins with it, and the values that the query needs."""

    sql: str
    values: dict[str, int | str]


class Quantile(msgspec.Struct, frozen=True):
    """A quantile of a measure of one model's calls, nanoseconds; it is off by ``WITHIN`` at most."""

    provider: str
    model: str
    value: int


def spent(db: Connection, since: int) -> Spent:
    """All calls since a time: whole hours from their rollups, the part of an hour before them call by call.

    Of an hour whose calls were pruned there is no part any more: it is all in.
    """
    names = f"{rollup_schema.KEY}, {', '.join(rollup_schema.SUMS)}"
    sums = rollup_schema.sums("")
    has_rollups = exist(db)
    if not has_rollups:
        sums["saved"] = "0"  # its column came with them
    sql = f"""SELECT {rollup_schema.key("")}, {", ".join(sums.values())} FROM calls
        WHERE started_at >= :since AND started_at < :edge"""
    if not has_rollups:
        return Spent(f"WITH spent ({names}) AS ({sql})", {"since": since, "edge": _NEVER})
    edge = -(-since // HOUR) * HOUR if since >= pruned_before(db) else since // HOUR * HOUR
    sql += f" UNION ALL SELECT {names} FROM rollups WHERE hour >= :edge"
    return Spent(f"WITH spent ({names}) AS ({sql})", {"since": since, "edge": edge})


def exist(db: Connection) -> bool:
    """True for a ledger that has rollups: one that an older keeptabs made, and that cannot be upgraded, has none."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'rollups'").fetchone() is not None


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
    """How many rollups are not the sums of their calls, of the hours whose calls are all there."""
    sums = ", ".join(f"sum({each})" for each in rollup_schema.sums("").values())
    columns = f"{rollup_schema.KEY}, {', '.join(rollup_schema.SUMS)}"
    sql = f"""
        WITH direct ({columns}) AS (SELECT {rollup_schema.key("")}, {sums} FROM calls WHERE started_at >= :from
            GROUP BY {", ".join(str(n + 1) for n in range(10))}),
        kept AS (SELECT {columns} FROM rollups WHERE hour >= :from)
        SELECT (SELECT count(*) FROM (SELECT * FROM direct EXCEPT SELECT * FROM kept))
            + (SELECT count(*) FROM kept WHERE ({rollup_schema.KEY}) NOT IN (SELECT {rollup_schema.KEY} FROM direct))"""
    return int(db.execute(sql, {"from": pruned_before(db)}).fetchone()[0])
