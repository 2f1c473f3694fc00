"""How far the calls of a ledger were shipped: a cursor for each destination, kept in the ledger itself.

Calls are numbered in the order in which they were committed, so what comes after a number is what is new, and nothing
is ever put in before it. Numbers are given anew only once every call was removed: then the cursor begins anew too.
"""

import msgspec

from keeptabs.store.database import Connection, StoreError, transaction
from keeptabs.store.record import Columns


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """How far the calls were shipped to a destination, and how many became what."""

    destination: str
    call: int = 0
    span_id: str = ""
    sent: int = 0
    refused: int = 0
    expired: int = 0
    at: int = 0


class Numbered(msgspec.Struct, frozen=True):
    """A call with its number."""

    id: int
    row: Columns


def shipment(db: Connection, destination: str) -> Shipment:
    """What was shipped to a destination; nothing where it is new, or where numbers were given anew."""
    names = Shipment.__struct_fields__
    found = db.execute(f"SELECT {', '.join(names)} FROM shipments WHERE destination = ?", (destination,)).fetchone()
    if found is None:
        return Shipment(destination=destination)
    known = Shipment(**dict(zip(names, found, strict=True)))
    return msgspec.structs.replace(known, call=0, span_id="") if _is_anew(db, known) else known


def _is_anew(db: Connection, known: Shipment) -> bool:
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM calls").fetchone()
    there = db.execute("SELECT span_id FROM calls WHERE id = ?", (known.call,)).fetchone()
    return bool(last < known.call or (there is not None and there[0] != known.span_id))


def waiting(db: Connection, known: Shipment) -> int:
    """How many calls were not shipped yet."""
    (count,) = db.execute("SELECT count(*) FROM calls WHERE id > ?", (known.call,)).fetchone()
    return int(count)


def following(db: Connection, known: Shipment, most: int) -> list[Numbered]:
    """The next calls to ship, in their order."""
    names = Columns.__struct_fields__
    sql = f"SELECT id, {', '.join(names)} FROM calls WHERE id > ? ORDER BY id LIMIT ?"
    found = db.execute(sql, (known.call, most))
    return [Numbered(number, Columns(**dict(zip(names, values, strict=True)))) for number, *values in found]


def advance(db: Connection, known: Shipment, after: Shipment) -> None:
    """Note that more was shipped. Raises StoreError where another process has done so meanwhile."""
    names = Shipment.__struct_fields__
    sql = f"""
        INSERT INTO shipments ({", ".join(names)}) VALUES ({", ".join(f":{name}" for name in names)})
        ON CONFLICT (destination) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in names[1:])}"""
    with transaction(db):
        if shipment(db, known.destination) != known:
            raise StoreError(f"another process ships this ledger to {known.destination}: one at a time does")
        db.execute(sql, msgspec.structs.asdict(after))
