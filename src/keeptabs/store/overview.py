"""Questions of the overview page, each answered from sums. Money in nano-USD, times in nanoseconds since the epoch."""

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.queries import SiteLine
from keeptabs.store.rollups import DAY, HOUR, WITHIN, exist
from keeptabs.store.slices import Slice, sliced

# How a call ends that has an answer, also one that the model cut short or declined to give (core/outcome.py).
_ANSWERED = "('ok', 'length', 'refusal')"
_BY_HISTOGRAM = frozenset({"model", "provider"})  # the dimensions by which histograms are kept


class Sums(msgspec.Struct, frozen=True):
    """The calls of a part; sums of what no call said are None. ``saved`` is by a cache of the application itself."""

    calls: int
    ok: int
    unpriced: int
    estimated: int
    rate_limited: int
    retries: int
    cost: int | None
    lost: int | None  # cost of calls without an answer
    saved: int
    told_input: int  # calls
    input: int
    cache_read: int
    first: int | None  # the first hour with a call, or its day


class Cell(msgspec.Struct, frozen=True):
    """What the calls of one model cost in one column of time."""

    column: int
    model: str
    cost: int


def sums(db: Connection, part: Slice) -> Sums:
    """All calls of a part."""
    table = sliced(db, part, grain=DAY)
    sql = f"""{table.sql}
        SELECT coalesce(sum(calls), 0), coalesce(sum(ok), 0), coalesce(sum(unpriced), 0), coalesce(sum(estimated), 0),
            coalesce(sum(calls) FILTER (WHERE outcome = 'rate_limited'), 0), coalesce(sum(retries), 0),
            iif(sum(costed), sum(cost), NULL),
            iif(sum(costed) FILTER (WHERE outcome NOT IN {_ANSWERED}),
                sum(cost) FILTER (WHERE outcome NOT IN {_ANSWERED}), NULL),
            coalesce(sum(saved), 0), coalesce(sum(told_input), 0), coalesce(sum(input), 0),
            coalesce(sum(cache_read), 0), min(hour)
        FROM sliced"""
    return Sums(*db.execute(sql, table.values).fetchone())


def first_hour(db: Connection) -> int:
    """The first hour of which the ledger knows anything; 0 for an empty one."""
    found = db.execute("SELECT min(hour) FROM rollups").fetchone()[0]
    return 0 if found is None else int(found)


def by_time(db: Connection, part: Slice, step: int) -> list[Cell]:
    """What each model cost in each column: ``step`` nanoseconds, counted from the epoch; only what has a price."""
    table = sliced(db, part, grain=DAY if step % DAY == 0 else HOUR)
    sql = f"""{table.sql} SELECT hour / :step * :step, model, sum(cost) FROM sliced WHERE costed > 0 GROUP BY 1, 2"""
    return [Cell(*row) for row in db.execute(sql, {**table.values, "step": step})]


def sites(db: Connection, part: Slice, limit: int) -> list[SiteLine]:
    """Call sites, the dearest first."""
    table = sliced(db, part, grain=DAY)
    sql = f"""{table.sql}
        SELECT site_file, site_line, max(site_function), sum(calls), iif(sum(costed), sum(cost), NULL), sum(unpriced)
        FROM sliced WHERE site_file <> '' GROUP BY site_file, site_line
        ORDER BY sum(costed) = 0, sum(cost) DESC, sum(calls) DESC, site_file, site_line LIMIT :limit"""
    return [SiteLine(*row) for row in db.execute(sql, {**table.values, "limit": limit})]


def slowest(db: Connection, part: Slice, measure: str, share: float = 0.95) -> int | None:
    """A quantile of ``duration`` or ``first_chunk``, off by ``rollups.WITHIN`` at most; None where it is not known.

    Histograms are kept by model and provider: of a part with other limits they know nothing.
    """
    if not set(part.having) <= _BY_HISTOGRAM or not exist(db):
        return None
    chosen = " AND ".join(f"{name} = :{name}" for name in part.having) or "true"
    sql = f"""
        WITH counted AS (
            SELECT bound, sum(count) AS count FROM histograms
            WHERE hour >= :since AND hour < :until AND measure = :measure AND {chosen} GROUP BY bound),
        ranked AS (SELECT bound, sum(count) OVER (ORDER BY bound) AS upto, sum(count) OVER () AS total FROM counted)
        SELECT min(bound) FROM ranked WHERE upto >= total * :share"""
    named = {str(name): value for name, value in part.having.items()}
    since = part.since // HOUR * HOUR
    values = {"since": since, "until": part.until, "measure": measure, "share": share, **named}
    bound = db.execute(sql, values).fetchone()[0]
    return None if bound is None else round(bound / (1 + WITHIN))
