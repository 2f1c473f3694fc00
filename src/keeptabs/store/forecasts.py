"""Estimates that were saved, and what the ledger has to hold beside them: calls by day, and their sums."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Usage
from keeptabs.store.database import Connection, StoreError, open_writer
from keeptabs.store.queries import ANSWERED

Where = Sequence[tuple[str, str]]  # a column or tag, and the value that it must have
# What may stand before the ``=`` of a filter; any other word is a tag.
_COLUMNS: Mapping[str, str] = {
    "model": "(model = ? OR json_extract(detail, '$.request.model') = ?)",  # that answered, or that was asked for
    "provider": "provider = ?",
    "operation": "operation = ?",
    "service": "service = ?",
    "account": "account = ?",
    "user": "user = ?",
    "route": "route = ?",
    "function": "site_function = ?",
}
_TAG = "EXISTS (SELECT 1 FROM json_each(tags) WHERE json_each.key = ? AND json_each.value = ?)"


class Asked(msgspec.Struct, frozen=True):
    """Of what was asked, that on which a price may depend."""

    size: str | None = None
    quality: str | None = None


class Amount(msgspec.Struct, frozen=True):
    """USD for one bucket or unit of a bill."""

    unit: str
    amount: Decimal


class _Cost(msgspec.Struct, frozen=True):
    lines: tuple[Amount, ...] = ()


class _Detail(msgspec.Struct, frozen=True):
    usage: Usage | None = None
    cost: _Cost = _Cost()
    service_tier: str | None = None
    batch: bool = False
    request: Asked = Asked()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A call as an estimate needs it: what was used, and what it cost (nano-USD; None: not known)."""

    started_at: int
    provider: str
    operation: str
    model: str
    host: str
    answered: bool
    repeated: bool  # it was not the first attempt
    unpriced: bool
    cost: int | None
    lines: tuple[Amount, ...]
    usage: Usage | None
    tier: str | None
    batch: bool
    asked: Asked


class Sums(msgspec.Struct, frozen=True):
    """The calls of a time; ``cost`` in nano-USD is without those that are ``unpriced``, in part or wholly."""

    calls: int
    unpriced: int
    cost: int
    input: int
    cached: int
    output: int


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What an estimate was made from. ``tokens`` a call and ``rates`` in USD a token, by input, cached and output."""

    tokens: dict[str, Decimal]
    rates: dict[str, Decimal]
    where: tuple[tuple[str, str], ...] = ()
    operations: tuple[str, ...] = ()  # that were counted; all, where none is named
    days: int = 0  # days of the ledger that it was made from; 0 where the counts were given
    how: str = ""  # what the band is


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate as it is kept; amounts in nano-USD, ``created_at`` in nanoseconds."""

    name: str
    created_at: int
    provider: str
    model: str
    calls_a_day: float
    usd_a_call: int
    low_a_day: int
    mid_a_day: int
    high_a_day: int
    basis: Basis


def calls(db: Connection, since: int, until: int, where: Where = ()) -> Iterator[Seen]:
    """The calls from ``since`` to before ``until`` for which all of ``where`` holds, one by one, in no order."""
    condition, values = _condition(where)
    sql = f"""
        SELECT started_at, provider, operation, model, server, {ANSWERED}, attempt > 1, cost_status, cost, detail
        FROM calls WHERE started_at >= ? AND started_at < ? {condition}"""
    decoder = msgspec.json.Decoder(_Detail)
    for at, provider, operation, model, host, answered, repeated, status, cost, text in db.execute(
        sql, (since, until, *values)
    ):
        detail = decoder.decode(text)
        yield Seen(
            started_at=at,
            provider=provider,
            operation=operation,
            model=model,
            host=host,
            answered=bool(answered),
            repeated=bool(repeated),
            unpriced=status in _GAPS or (status == "no_usage" and bool(answered)),
            cost=cost,
            lines=detail.cost.lines,
            usage=detail.usage,
            tier=detail.service_tier,
            batch=detail.batch,
            asked=detail.request,
        )


_GAPS = ("unpriced", "partial")


def sums(db: Connection, since: int, until: int, where: Where = (), operations: Sequence[str] = ()) -> Sums:
    """The calls from ``since`` to before ``until`` for which all of ``where`` holds, of some operations or of all."""
    condition, values = _condition(where)
    if operations:
        condition += f" AND operation IN ({', '.join('?' * len(operations))})"
        values += operations
    sql = f"""
        SELECT count(*),
            coalesce(sum(cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND {ANSWERED})), 0),
            coalesce(sum(cost), 0), coalesce(sum(input), 0), coalesce(sum(cache_read), 0), coalesce(sum(output), 0)
        FROM calls WHERE started_at >= ? AND started_at < ? {condition}"""
    return Sums(*db.execute(sql, (since, until, *values)).fetchone())


def began(db: Connection) -> int | None:
    """When the first call of the ledger was made, in nanoseconds; None where there is none."""
    (first,) = db.execute("SELECT min(started_at) FROM calls").fetchone()
    return None if first is None else int(first)


def _condition(where: Where) -> tuple[str, list[str]]:
    parts, values = [], []
    for name, value in where:
        known = _COLUMNS.get(name)
        parts.append(f"AND {known or _TAG}")
        values += [value] * known.count("?") if known else [name, value]
    return " ".join(parts), values


_NAMES = Estimate.__struct_fields__
_INSERT = f"INSERT INTO estimates ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"
_SELECT = f"SELECT {', '.join(_NAMES)} FROM estimates"


def save(path: Path, estimate: Estimate) -> None:
    """Keep an estimate in the ledger at ``path``.

    Raises:
        UserError: there is one of that name already, or its amounts are beyond belief.
        StoreError: the ledger cannot be written.
    """
    values = [*msgspec.structs.astuple(estimate)[:-1], msgspec.json.encode(estimate.basis).decode()]
    try:
        with closing(open_writer(path)) as db:
            db.execute(_INSERT, values)
    except sqlite3.IntegrityError as error:
        raise UserError(f"there is an estimate {estimate.name!r} already: choose another name") from error
    except OverflowError as error:
        raise UserError("the estimate is too large to be kept") from error
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path} cannot be written: {error}") from error


def saved(db: Connection) -> list[Estimate]:
    """All estimates, the oldest first; none where the ledger is older than estimates are."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'estimates'").fetchone() is None:
        return []
    return [_estimate(row) for row in db.execute(f"{_SELECT} ORDER BY created_at, id")]


def _estimate(row: Sequence[object]) -> Estimate:
    *plain, basis = row
    facts = dict(zip(_NAMES, plain, strict=False)) | {"basis": msgspec.json.decode(str(basis), type=Basis)}
    return msgspec.convert(facts, Estimate)
