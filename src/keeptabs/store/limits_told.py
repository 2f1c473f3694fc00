"""What answers told of rate limits, refusals, and how long was waited after them. Times in nanoseconds, of calls."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from keeptabs.core.dialect import Asked
from keeptabs.core.headroom import Bucket, observe
from keeptabs.core.limits import RateLimit
from keeptabs.store.database import Connection
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import Slice, sliced
from keeptabs.store.wanted import Wanted

_KINDS = ("requests", "tokens")
HOURS = 24  # with calls, the newest, that are read: limits are per minute or per day
MOST = 5_000  # calls that are read, in 0.05 s (checked 2026-11-24)
MOST_WAITS = 2_000


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer told; ``model`` is the one that was asked for, since limits are those of a family of models."""

    provider: str
    account: str | None
    model: str
    at: int
    limit: RateLimit


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One limit as the last answer left it; ``kind`` is ``requests`` or ``tokens``."""

    provider: str
    account: str | None
    model: str
    kind: str
    bucket: Bucket


class Refused(msgspec.Struct, frozen=True):
    """The calls of one hour and model, and how many of them were refused."""

    hour: int
    provider: str
    model: str
    calls: int
    refused: int


class Waits(msgspec.Struct, frozen=True):
    """How refused calls of a model were tried again: ``asked`` and ``waited`` are sums in seconds.

    They are sums over the retries that were told how long to wait, which are ``told``.
    """

    provider: str
    model: str
    retried: int
    told: int
    early: int
    asked: float
    waited: float


class _Detail(msgspec.Struct, frozen=True):
    request: Asked
    rate_limit: RateLimit | None = None


_decoder = msgspec.json.Decoder(_Detail)


def told(db: Connection, part: Slice, hours: Sequence[int], most: int = MOST) -> tuple[int, list[Told]]:
    """How many calls of these hours were read, the newest, and what they told, in the order in which they ended."""
    wanted, read, found = Wanted(part=part), 0, list[Told]()
    sql = f"""
        SELECT provider, account, model, started_at + duration, detail FROM calls
        WHERE {wanted.condition()} AND started_at >= :hour AND started_at < :hour + {HOUR}
        ORDER BY started_at DESC LIMIT :left"""
    for hour in sorted(hours, reverse=True)[:HOURS]:
        rows = db.execute(sql, {**wanted.values, "hour": hour, "left": most - read}).fetchall()
        read += len(rows)
        found.extend(_told(rows))
    return read, sorted(found, key=lambda each: each.at)


def _told(rows: Iterable[tuple[str, str | None, str, int, str]]) -> Iterator[Told]:
    for provider, account, model, at, detail in rows:
        try:
            call = _decoder.decode(detail)
        except msgspec.MsgspecError:  # a newer keeptabs wrote it
            continue
        if call.rate_limit is not None:
            asked = call.request.model or model
            yield Told(provider=provider, account=account, model=asked, at=at, limit=call.rate_limit)


def follow(lines: Iterable[Told]) -> list[Limit]:
    """The limits after all answers, the emptiest first."""
    buckets: dict[tuple[str, str | None, str, str], Bucket] = {}
    for line in lines:
        for kind in _KINDS:
            key = (line.provider, line.account, line.model, kind)
            after = observe(
                buckets.get(key),
                limit=getattr(line.limit, f"limit_{kind}"),
                remaining=getattr(line.limit, f"remaining_{kind}"),
                reset=getattr(line.limit, f"reset_{kind}"),
                at=line.at,
            )
            if after is not None:
                buckets[key] = after
    limits = [
        Limit(provider=provider, account=account, model=model, kind=kind, bucket=bucket)
        for (provider, account, model, kind), bucket in buckets.items()
    ]
    return sorted(limits, key=lambda each: (each.bucket.headroom, each.provider, each.model, each.kind))


def refused(db: Connection, part: Slice) -> list[Refused]:
    """All calls by hour and model, and how many of them were refused for a rate limit."""
    table = sliced(db, part)
    sql = f"""{table.sql}
        SELECT hour, provider, model, sum(calls), coalesce(sum(calls) FILTER (WHERE outcome = 'rate_limited'), 0)
        FROM sliced GROUP BY hour, provider, model ORDER BY hour, provider, model"""
    return [Refused(*row) for row in db.execute(sql, table.values)]


def waits(db: Connection, part: Slice) -> list[Waits]:
    """How the newest ``MOST_WAITS`` refused calls were tried again, by model; before 90 % of the time is too early."""
    wanted = Wanted(part=part, failed=True)
    sql = f"""
        WITH limited AS (
            SELECT provider, model, operation_id, trace_id, attempt, started_at + duration AS ended, detail FROM calls
            WHERE {wanted.condition()} AND outcome = 'rate_limited' ORDER BY started_at DESC LIMIT {MOST_WAITS}),
        retries AS (
            SELECT limited.provider, limited.model, (again.started_at - limited.ended) / 1e9 AS waited,
                json_extract(limited.detail, '$.rate_limit.retry_after') AS asked
            FROM limited CROSS JOIN calls again ON again.operation_id = limited.operation_id AND again.attempt > 1
                AND again.attempt = limited.attempt + 1 AND again.trace_id = limited.trace_id)
        SELECT provider, model, count(*), count(asked), coalesce(sum(waited < asked * 0.9), 0),
            coalesce(sum(asked), 0.0), coalesce(sum(waited) FILTER (WHERE asked IS NOT NULL), 0.0)
        FROM retries GROUP BY provider, model ORDER BY count(*) DESC, provider, model"""
    return [Waits(*row) for row in db.execute(sql, wanted.values)]
