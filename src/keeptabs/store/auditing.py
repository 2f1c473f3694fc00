"""The calls of a time, whole and one by one, as an audit reads them."""

from collections.abc import Iterator
from contextlib import closing

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.store.database import Connection
from keeptabs.store.record import Record

_WHOLE = msgspec.json.Decoder(Call)
_COLUMNS = "detail, service, trace_id, span_id, parent_id, parent_name, operation_id, attempt, route"


def count(db: Connection, since: int, until: int) -> int:
    """How many calls there are from ``since`` to before ``until`` (nanoseconds since the epoch)."""
    sql = "SELECT count(*) FROM calls WHERE started_at >= ? AND started_at < ?"
    return int(db.execute(sql, (since, until)).fetchone()[0])


def records(db: Connection, since: int, until: int) -> Iterator[Record]:
    """The calls from ``since`` to before ``until`` in the order of time; those that cannot be read are passed over.

    Only what an audit wants of an identity is in it: times of waiting follow from the calls themselves.
    """
    sql = f"SELECT {_COLUMNS} FROM calls WHERE started_at >= ? AND started_at < ? ORDER BY started_at, id"
    with closing(db.execute(sql, (since, until))) as rows:
        for detail, service, trace, span, parent, parent_name, operation, attempt, route in rows:
            try:
                call = _WHOLE.decode(detail)
            except msgspec.MsgspecError:  # a newer keeptabs wrote it
                continue
            identity = Identity(
                trace_id=trace,
                span_id=span,
                parent_id=parent,
                parent_name=parent_name,
                operation_id=operation,
                attempt=attempt,
                route=route,
            )
            yield Record(call=call, identity=identity, service=service)
