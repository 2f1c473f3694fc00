"""Questions to the ledger about what is in danger or went wrong. Money in nano-USD, times in nanoseconds."""

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.queries import FAILED, UNPRICED


class Lost(msgspec.Struct, frozen=True):
    """What failed attempts have cost that were repeated: nanoseconds, and nano-USD; ``unpriced`` have no part in it."""

    attempts: int
    time: int
    cost: int
    unpriced: int


class EarlyRetries(msgspec.Struct, frozen=True):
    """Rate-limited calls that were tried again, and those of them that did not wait as long as they were told."""

    retried: int
    early: int
    waited: float | None  # seconds, of the worst
    asked: float | None


class LimitLine(msgspec.Struct, frozen=True):
    """What one answer told of its rate limits; ``at`` in nanoseconds since the epoch, resets in seconds.

    ``model`` is the one that was asked for: a refusal names no other, and limits are those of a family of models.
    """

    provider: str
    account: str | None
    model: str
    at: int
    limit_requests: int | None
    remaining_requests: int | None
    reset_requests: float | None
    limit_tokens: int | None
    remaining_tokens: int | None
    reset_tokens: float | None


class HostLine(msgspec.Struct, frozen=True):
    """A provider's host that was reached through something that cannot be recorded."""

    host: str
    via: str
    count: int
    last_at: int


def early_retries(db: Connection, since: int) -> EarlyRetries:
    """How rate-limited calls were retried."""
    sql = """
        WITH retries AS (
            SELECT (again.started_at - limited.started_at - limited.duration) / 1e9 AS waited,
                json_extract(limited.detail, '$.rate_limit.retry_after') AS asked
            FROM calls again CROSS JOIN calls limited  -- the few repeated attempts first: they have an index
                ON again.operation_id = limited.operation_id AND again.attempt = limited.attempt + 1
                AND again.trace_id = limited.trace_id
            WHERE again.attempt > 1 AND limited.outcome = 'rate_limited' AND limited.started_at >= ?)
        SELECT count(*), coalesce(sum(waited < asked * 0.9), 0),
            min(CASE WHEN waited < asked * 0.9 THEN waited END), max(CASE WHEN waited < asked * 0.9 THEN asked END)
        FROM retries"""
    return EarlyRetries(*db.execute(sql, (since,)).fetchone())


def lost(db: Connection, since: int) -> Lost:
    """What failed attempts that were repeated have cost."""
    sql = f"""
        SELECT count(*), coalesce(sum(duration), 0), coalesce(sum(cost), 0), coalesce(sum({UNPRICED}), 0)
        FROM calls failed WHERE started_at >= ? AND {FAILED} AND EXISTS (
            SELECT 1 FROM calls again WHERE again.operation_id = failed.operation_id
            AND again.attempt > failed.attempt AND again.attempt > 1)"""
    return Lost(*db.execute(sql, (since,)).fetchone())


def limits(db: Connection, since: int) -> list[LimitLine]:
    """Rate limits as each answer told them, in the order of time."""
    columns = ", ".join(
        f"json_extract(detail, '$.rate_limit.{part}_{kind}')"
        for kind in ("requests", "tokens")
        for part in ("limit", "remaining", "reset")
    )
    sql = f"""
        SELECT provider, account, coalesce(json_extract(detail, '$.request.model'), model), started_at + duration,
            {columns} FROM calls
        WHERE started_at >= ? AND json_extract(detail, '$.rate_limit') IS NOT NULL ORDER BY started_at + duration"""
    return [LimitLine(*line) for line in db.execute(sql, (since,))]


def unrecorded(db: Connection) -> list[HostLine]:
    """Hosts of providers that were reached, and of which there is no call, the last seen first."""
    sql = """
        SELECT host, via, count, last_at FROM hosts WHERE host NOT IN (SELECT server FROM calls)
        ORDER BY last_at DESC, host, via"""
    return [HostLine(*line) for line in db.execute(sql)]
