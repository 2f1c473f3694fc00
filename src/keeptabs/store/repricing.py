"""Pricing the calls of the ledger again: what changes, writing it, and taking it back. Money in nano-USD.

A batch is one transaction: the new costs, the costs that were, and the sums of the repricing that they are part of. So
whatever stops it, what was done is whole and can be undone, and a second run goes on with the rest. Prices are worked
out between transactions: an app that records calls meanwhile waits no longer than one batch takes to write.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from keeptabs.core.call import Call
from keeptabs.core.cost import Cost
from keeptabs.core.errors import UserError
from keeptabs.store.database import Connection, transaction
from keeptabs.store.record import call_of, fitting

BATCH = 500  # calls


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls: those that began from ``since`` to before ``until`` (nanoseconds), of one provider, of one model."""

    since: int
    until: int
    provider: str | None = None
    model: str | None = None


class Repriced(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it stands in the ledger, and what it costs now."""

    id: int
    detail: str
    call: Call
    now: Cost

    @property
    def is_changed(self) -> bool:
        """True where the amount differs, or how it is known; a new price list alone changes nothing."""
        was, now = self.call.cost, self.now
        return (was.usd, was.saved, was.status) != (now.usd, now.saved, now.status)


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Some calls, priced again, and how many beside them cannot be read: a newer keeptabs wrote them."""

    calls: list[Repriced]
    unreadable: int


class Repricing(msgspec.Struct, frozen=True, kw_only=True):
    """One change of history: with which prices, of which time; ``calls`` are those that it holds changed."""

    id: int = 0  # 0: nothing of it is written yet
    at: int
    book: str
    since: int
    until: int
    before: int = 0
    after: int = 0
    calls: int = 0


CHOSEN = "started_at < :until AND (:provider IS NULL OR provider = :provider) AND (:model IS NULL OR model = :model)"


def count(db: Connection, selection: Selection) -> int:
    """How many calls are selected."""
    sql = f"SELECT count(*) FROM calls WHERE started_at >= :since AND {CHOSEN}"
    return int(db.execute(sql, msgspec.structs.asdict(selection)).fetchone()[0])


def reprice(db: Connection, selection: Selection, price: Callable[[Call], Cost]) -> Iterator[Batch]:
    """The selected calls in the order of time, each with what ``price`` says of it. Nothing is written.

    Between two batches the ledger is not held open, so a batch may be written before the next is read.
    """
    sql = f"""
        SELECT id, started_at, detail FROM calls WHERE (started_at, id) > (:since, :after) AND {CHOSEN}
        ORDER BY started_at, id LIMIT {BATCH}"""
    place = {**msgspec.structs.asdict(selection), "after": 0}
    while rows := db.execute(sql, place).fetchall():
        calls = [found for id_, _, detail in rows if (found := _repriced(id_, detail, price)) is not None]
        yield Batch(calls=calls, unreadable=len(rows) - len(calls))
        place["after"], place["since"], _ = rows[-1]


def _repriced(id_: int, detail: str, price: Callable[[Call], Cost]) -> Repriced | None:
    try:
        call = call_of(detail)
    except msgspec.DecodeError:
        return None
    return Repriced(id=id_, detail=detail, call=call, now=price(call))


def apply(db: Connection, repricing: Repricing, calls: Sequence[Repriced]) -> Repricing:
    """Write the new costs of the calls that changed, and keep the old ones; the repricing as it stands then."""
    changed = [each for each in calls if each.is_changed]
    if not changed:
        return repricing
    with transaction(db):
        id_ = repricing.id or _begin(db, repricing)
        kept = [(each, _give(db, each.id, each.detail, _text(each.now))) for each in changed]
        done = [(each, was) for each, was in kept if was is not None]
        db.executemany("INSERT INTO repriced_calls VALUES (?, ?, ?)", ((id_, each.id, was) for each, was in done))
        before = sum(_nano(each.call.cost) or 0 for each, _ in done)
        after = sum(_nano(each.now) or 0 for each, _ in done)
        _add(db, id_, before, after)
    return msgspec.structs.replace(
        repricing,
        id=id_,
        before=repricing.before + before,
        after=repricing.after + after,
        calls=repricing.calls + len(done),
    )


def _begin(db: Connection, repricing: Repricing) -> int:
    sql = "INSERT INTO repricings (at, book, since, until, before, after) VALUES (?, ?, ?, ?, 0, 0)"
    made = db.execute(sql, (repricing.at, repricing.book, repricing.since, repricing.until)).lastrowid
    return int(made or 0)


def _add(db: Connection, id_: int, before: int, after: int) -> None:
    db.execute("UPDATE repricings SET before = before + ?, after = after + ? WHERE id = ?", (before, after, id_))


def _give(db: Connection, call: int, detail: str, cost: str) -> str | None:
    """Give a call another cost; the one that it had, or None where its detail is no longer ``detail``.

    Costs are JSON. All else in the detail stays to the byte, also what a newer keeptabs put there.
    """
    members = msgspec.json.decode(detail, type=dict[str, msgspec.Raw])
    was = bytes(members["cost"]).decode()
    members["cost"] = msgspec.Raw(cost.encode())
    new = _cost(cost)
    sql = "UPDATE calls SET cost = ?, saved = ?, cost_status = ?, detail = ? WHERE id = ? AND detail = ?"
    values = (_nano(new), fitting(new.saved_nano_usd), new.status.value, _text(members), call, detail)
    return was if db.execute(sql, values).rowcount else None


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _cost(text: str) -> Cost:
    return msgspec.json.decode(text, type=Cost)


def _nano(cost: Cost) -> int | None:
    """An amount as its column can hold it."""
    return fitting(cost.nano_usd)


def undo(db: Connection, repricing: Repricing) -> Iterator[int]:
    """Give the calls of a repricing the costs back that they had, batch by batch; yields how many at a time.

    Raises UserError when a later repricing holds one of them changed: that is to be undone first.
    """
    later = _later(db, repricing.id)
    if later is not None:
        raise UserError(f"repricing {later} changed calls of repricing {repricing.id} again: undo {later} first")
    sql = f"""
        SELECT call, was, detail FROM repriced_calls JOIN calls ON calls.id = call
        WHERE repricing = ? LIMIT {BATCH}"""
    while rows := db.execute(sql, (repricing.id,)).fetchall():
        with transaction(db):
            restored = _restore(db, repricing.id, rows)
        yield restored


def _later(db: Connection, id_: int) -> int | None:
    sql = """
        SELECT max(later.id) FROM repricings later WHERE later.id > :id AND EXISTS (
            SELECT 1 FROM repriced_calls own JOIN repriced_calls again
                ON again.repricing = later.id AND again.call = own.call
            WHERE own.repricing = :id)"""
    found = db.execute(sql, {"id": id_}).fetchone()[0]
    return None if found is None else int(found)


def _restore(db: Connection, id_: int, rows: Sequence[tuple[int, str, str]]) -> int:
    tried = [(call, was, _give(db, call, detail, was)) for call, was, detail in rows]
    done = [(call, was, changed) for call, was, changed in tried if changed is not None]
    sql = "DELETE FROM repriced_calls WHERE repricing = ? AND call = ?"
    db.executemany(sql, ((id_, call) for call, _, _ in done))
    before = sum(_nano(_cost(was)) or 0 for _, was, _ in done)
    after = sum(_nano(_cost(changed)) or 0 for _, _, changed in done)
    _add(db, id_, -before, -after)
    return len(done)


def repricings(db: Connection) -> list[Repricing]:
    """All repricings, the newest first; one without calls was undone. None in a ledger that is older than they are."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'repricings'").fetchone() is None:
        return []
    names = Repricing.__struct_fields__
    sql = f"""
        WITH counted AS (SELECT *, (SELECT count(*) FROM repriced_calls WHERE repricing = id) AS calls FROM repricings)
        SELECT {", ".join(names)} FROM counted ORDER BY id DESC"""
    return [Repricing(**dict(zip(names, row, strict=True))) for row in db.execute(sql)]
