"""The calls of a ledger, batch by batch, for whoever takes them elsewhere; and as JSON lines, out and back in.

A line holds what the ledger does: the call as it was kept, to the byte, its identity and its service. All other columns
are made from these.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from keeptabs.core.call import Identity
from keeptabs.store.database import Connection
from keeptabs.store.record import TAP, Columns, Record, call_of
from keeptabs.store.repricing import CHOSEN, Selection

BATCH = 500  # calls that are held in memory at a time
_BEGINS = b'{"call":{'  # every line of an export, and nothing else that can be imported
_GZIP = b"\x1f\x8b"


class _Line(msgspec.Struct, omit_defaults=True):
    call: msgspec.Raw
    identity: Identity
    service: str
    source: str = TAP


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


def batches(db: Connection, selection: Selection) -> Iterator[list[Columns]]:
    """The selected calls in the order of time; between two batches the ledger is not held open."""
    names = Columns.__struct_fields__
    sql = f"""
        SELECT id, {", ".join(names)} FROM calls WHERE (started_at, id) > (:since, :after) AND {CHOSEN}
        ORDER BY started_at, id LIMIT {BATCH}"""
    place = {**msgspec.structs.asdict(selection), "after": 0}
    while rows := db.execute(sql, place).fetchall():
        place["after"], place["since"] = rows[-1][:2]  # the first column is when a call started
        yield [Columns(**dict(zip(names, values, strict=True))) for _, *values in rows]


def identity_of(row: Columns) -> Identity:
    """Where a call stands, as far as the ledger keeps it."""
    return Identity(
        trace_id=row.trace_id,
        span_id=row.span_id,
        parent_id=row.parent_id,
        parent_name=row.parent_name,
        operation_id=row.operation_id,
        attempt=row.attempt,
        route=row.route,
    )


def record_of(row: Columns) -> Record | None:
    """A call of the ledger; None for one that a newer keeptabs wrote."""
    try:
        return Record(call=call_of(row.detail), identity=identity_of(row), service=row.service, source=row.source)
    except msgspec.MsgspecError:
        return None


def line(row: Columns) -> bytes:
    """A call as one line of JSON."""
    kept = _Line(msgspec.Raw(row.detail.encode()), identity_of(row), row.service, row.source)
    return _encoder.encode(kept) + b"\n"


def is_export(path: Path) -> bool:
    """True for a file, gzipped or not, that begins as ``line`` does. Raises OSError when it cannot be read."""
    return begins(path, _BEGINS)


def begins(path: Path, text: bytes) -> bool:
    """True for a file, gzipped or not, that begins so. Raises OSError when it cannot be read."""
    with opened(path) as file:
        try:
            return file.read(len(text)) == text
        except (EOFError, gzip.BadGzipFile):
            return False


def read(path: Path) -> Iterator[Record | None]:
    """The calls of an export, in its order; None for a line that is torn, or that a newer keeptabs wrote."""
    with opened(path) as file:
        for text in file:
            try:
                yield _decoder.decode(text)
            except msgspec.MsgspecError:
                yield None


def opened(path: Path) -> BinaryIO:
    """A file, without its gzip."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path) if is_gzip else path.open("rb"))
