"""Questions to the ledger, each with a name, and their answers as values. Money in nano-USD, times in nanoseconds."""

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.store.database import Connection
from keeptabs.store.rollups import DAY, Quantile, exist, quantiles, spent

MOST_RANKED = 100_000  # calls that are sorted for a percentile; it takes half a second

# A call has no price though it should have one: it used something, or it went well and does not say what it used.
ANSWERED = "(error_type IS NULL AND outcome <> 'cancelled')"  # also where the model stopped short or declined
FAILED = "(error_type IS NOT NULL OR outcome = 'cancelled')"  # the others, in the words of their index
UNPRICED = f"(cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND {ANSWERED}))"


class Totals(msgspec.Struct, frozen=True):
    """All calls of a time."""

    calls: int
    ok: int
    unpriced: int
    rate_limited: int
    cost: int
    input: int
    cache_read: int


class ModelLine(msgspec.Struct, frozen=True):
    """The calls of one model at one provider. Token sums are None when no call said any."""

    provider: str
    model: str
    calls: int
    input: int | None
    output: int | None
    cache_read: int | None
    cost: int | None
    unpriced: int
    p95: int | None
    p95_is_estimate: bool


class DoubtLine(msgspec.Struct, frozen=True):
    """Calls whose amounts are known, but not for certain: their status, and why it is that of the newest."""

    status: str
    calls: int
    why: str


class SiteLine(msgspec.Struct, frozen=True):
    """The calls from one place in the code."""

    file: str
    line: int
    function: str
    calls: int
    cost: int | None
    unpriced: int


class CallLine(msgspec.Struct, frozen=True):
    """One call."""

    id: int
    started_at: int
    duration: int
    first_chunk: int | None
    provider: str
    operation: str
    model: str
    streamed: bool
    outcome: str
    status: int | None
    error_type: str | None
    input: int | None
    output: int | None
    cache_read: int | None
    cost: int | None
    cost_status: str
    site_file: str | None
    site_line: int | None
    site_function: str | None
    service: str
    trace_id: str
    span_id: str
    parent_id: str | None
    parent_name: str | None
    operation_id: str
    attempt: int
    request_id: str | None
    tags: str
    detail: str

    @property
    def is_unpriced(self) -> bool:
        """True where something is missing in a sum that it stands in, as ``UNPRICED`` has it."""
        answered = self.error_type is None and self.outcome != "cancelled"
        return self.cost_status in {"unpriced", "partial"} or (self.cost_status == "no_usage" and answered)


class UnpricedLine(msgspec.Struct, frozen=True):
    """Calls of a model whose cost is not known, or not all of it."""

    provider: str
    model: str
    status: str
    calls: int
    why: str


class FaultLine(msgspec.Struct, frozen=True):
    """Faults of keeptabs itself, by cause."""

    stage: str
    cause: str
    count: int
    last_at: int


class ProcessLine(msgspec.Struct, frozen=True):
    """A process that wrote to the ledger."""

    pid: int
    started_at: int
    seen_at: int
    service: str
    command: str
    version: str
    clients: str
    spans: str


def totals(db: Connection, since: int) -> Totals:
    """All calls since a time."""
    table = spent(db, since, grain=DAY)
    sql = f"""{table.sql}
        SELECT coalesce(sum(calls), 0), coalesce(sum(ok), 0), coalesce(sum(unpriced), 0),
            coalesce(sum(calls) FILTER (WHERE outcome = 'rate_limited'), 0), coalesce(sum(cost), 0),
            coalesce(sum(input), 0), coalesce(sum(cache_read), 0)
        FROM spent"""
    return Totals(*db.execute(sql, table.values).fetchone())


def doubts(db: Connection, since: int) -> list[DoubtLine]:
    """The calls since a time whose price is disputed or stale."""
    table = spent(db, since, grain=DAY)
    sql = f"{table.sql} SELECT coalesce(sum(disputed), 0), coalesce(sum(stale), 0) FROM spent"
    counts = zip(("disputed", "stale"), db.execute(sql, table.values).fetchone(), strict=True)
    return [DoubtLine(status, count, _why(db, since, status)) for status, count in counts if count]


def _why(db: Connection, since: int, status: str) -> str:
    """Why a price is of that status, by the newest call; nothing where such calls were pruned."""
    sql = """
        SELECT json_extract(detail, '$.cost.why') FROM calls WHERE started_at >= ? AND cost_status = ?
        ORDER BY started_at DESC, id DESC LIMIT 1"""
    found = db.execute(sql, (since, status)).fetchone()
    return str(found[0]) if found and found[0] else ""


def by_model(db: Connection, since: int) -> list[ModelLine]:
    """One line a model, the dearest first; p95 is of the duration, None where recordings say none.

    Of more than ``MOST_RANKED`` calls it comes from their histograms, and may be off by ``rollups.WITHIN``.
    """
    table = spent(db, since, grain=DAY)
    sql = f"""{table.sql}
        SELECT provider, model, sum(calls), iif(sum(told_input), sum(input), NULL),
            iif(sum(told_output), sum(output), NULL), iif(sum(told_cache_read), sum(cache_read), NULL),
            iif(sum(costed), sum(cost), NULL), sum(unpriced)
        FROM spent GROUP BY provider, model ORDER BY sum(costed) = 0, sum(cost) DESC, sum(calls) DESC"""
    lines = db.execute(sql, table.values).fetchall()
    is_many = sum(line[2] for line in lines) > MOST_RANKED and exist(db)
    slowest = quantiles(db, since, "duration", 0.95) if is_many else _ranked(db, since)
    p95 = {(each.provider, each.model): each.value for each in slowest}
    return [ModelLine(*(*line, p95.get((line[0], line[1])), is_many)) for line in lines]


def _ranked(db: Connection, since: int) -> list[Quantile]:
    """The 95th percentile of the durations of each model, exactly."""
    sql = """
        WITH ranked AS (
            SELECT provider, model, duration, row_number() OVER model AS rank, count(*) OVER whole AS total
            FROM calls WHERE started_at >= ?
            WINDOW model AS (PARTITION BY provider, model ORDER BY duration), whole AS (PARTITION BY provider, model))
        SELECT provider, model, duration FROM ranked WHERE rank = (total * 95 + 99) / 100 AND duration > 0"""
    return [Quantile(*line) for line in db.execute(sql, (since,))]


def by_site(db: Connection, since: int, limit: int) -> list[SiteLine]:
    """One line a call site, the dearest first."""
    table = spent(db, since, grain=DAY)
    sql = f"""{table.sql}
        SELECT site_file, site_line, site_function, sum(calls), iif(sum(costed), sum(cost), NULL), sum(unpriced)
        FROM spent WHERE site_file <> '' GROUP BY site_file, site_line, site_function
        ORDER BY sum(costed) = 0, sum(cost) DESC, sum(calls) DESC LIMIT :limit"""
    return [SiteLine(*line) for line in db.execute(sql, {**table.values, "limit": limit})]


_CALL = f"SELECT {', '.join(CallLine.__struct_fields__)} FROM calls"


def calls(db: Connection, since: int, limit: int, *, model: str | None, failed: bool) -> list[CallLine]:
    """The newest calls first."""
    wanted = FAILED if failed else "true"
    if model is not None:  # few calls fail: of those it is the model that is looked at, and not its index
        wanted += " AND +model = :model" if failed else " AND model = :model"
    sql = f"""{_CALL} WHERE started_at >= :since AND {wanted} ORDER BY started_at DESC, id DESC LIMIT :limit"""
    return [CallLine(*line) for line in db.execute(sql, {"since": since, "model": model, "limit": limit})]


def trace(db: Connection, wanted: str) -> list[CallLine]:
    """The calls of the one trace whose id, or one of whose span ids, begins with ``wanted``; ``last`` is the newest.

    Raises UserError when there is none, or more than one.
    """
    if wanted == "last":
        sql = "SELECT trace_id FROM calls ORDER BY started_at DESC, id DESC LIMIT 1"
        found = db.execute(sql).fetchall()
    else:
        sql = "SELECT DISTINCT trace_id FROM calls WHERE trace_id GLOB ? OR span_id GLOB ? LIMIT 2"
        found = db.execute(sql, (f"{wanted.lower()}*",) * 2).fetchall()
    if len(found) != 1:
        said = "more than one trace begins" if found else "no trace begins"
        raise UserError(f"{said} with {wanted!r}" if wanted != "last" else "there are no calls yet")
    return [CallLine(*line) for line in db.execute(f"{_CALL} WHERE trace_id = ? ORDER BY started_at, id", found[0])]


def faults(db: Connection) -> list[FaultLine]:
    """Faults of keeptabs itself, the most frequent first."""
    return [FaultLine(*line) for line in db.execute("SELECT * FROM faults ORDER BY count DESC, stage, cause")]


def processes(db: Connection, limit: int) -> list[ProcessLine]:
    """The processes that wrote last."""
    names = ", ".join(ProcessLine.__struct_fields__)
    sql = f"SELECT {names} FROM processes ORDER BY seen_at DESC LIMIT ?"
    return [ProcessLine(*line) for line in db.execute(sql, (limit,))]


def unpriced(db: Connection) -> list[UnpricedLine]:
    """Where calls have no price, or only a part of one, and why."""
    sql = f"""
        SELECT provider, model, cost_status, count(*), max(coalesce(json_extract(detail, '$.cost.why'), '')) FROM calls
        WHERE {UNPRICED} GROUP BY provider, model, cost_status ORDER BY count(*) DESC"""
    return [UnpricedLine(*line) for line in db.execute(sql)]
