"""The calls of a time, whole and one by one, as an audit reads them."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.store.database import Connection
from keeptabs.store.record import Record

_WHOLE = msgspec.json.Decoder(Call)
_IDENTITY = ("trace_id", "span_id", "parent_id", "parent_name", "operation_id", "attempt", "route")
_COLUMNS = f"detail, service, {', '.join(_IDENTITY)}"
BATCH = 1_000  # calls


def count(db: Connection, since: int, until: int) -> int:
    """How many calls there are from ``since`` to before ``until`` (nanoseconds since the epoch)."""
    sql = "SELECT count(*) FROM calls WHERE started_at >= ? AND started_at < ?"
    return int(db.execute(sql, (since, until)).fetchone()[0])


def newest(db: Connection, since: int, until: int, most: int) -> tuple[int, int]:
    """From when on the calls of a time are at most ``most``, and how many before that are left out.

    Calls that began at the very moment where the limit falls are left out too.
    """
    left_out = max(0, count(db, since, until) - most)
    if not left_out:
        return since, 0
    sql = """
        SELECT started_at FROM calls WHERE started_at >= ? AND started_at < ?
        ORDER BY started_at LIMIT 1 OFFSET ?"""
    edge = int(db.execute(sql, (since, until, left_out - 1)).fetchone()[0]) + 1
    return edge, count(db, since, edge)


def records(db: Connection, since: int, until: int) -> Iterator[Record]:
    """The calls from ``since`` to before ``until`` in the order of time; those that cannot be read are passed over.

    Only what an audit wants of an identity is in it: times of waiting follow from the calls themselves. Between two
    batches the ledger is not held open, so that its log can be put away while an audit goes on.
    """
    sql = f"""
        SELECT started_at, id, {_COLUMNS} FROM calls WHERE (started_at, id) > (?, ?) AND started_at < ?
        ORDER BY started_at, id LIMIT {BATCH}"""
    place = (since, 0)
    while rows := db.execute(sql, (*place, until)).fetchall():
        for _, _, detail, *columns in rows:
            found = _record(detail, columns)
            if found is not None:
                yield found
        place = rows[-1][:2]


def _record(detail: str, columns: Sequence[Any]) -> Record | None:
    try:
        call = _WHOLE.decode(detail)
    except msgspec.MsgspecError:  # a newer keeptabs wrote it
        return None
    service, *identity = columns
    return Record(call=call, identity=Identity(**dict(zip(_IDENTITY, identity, strict=True))), service=service)
