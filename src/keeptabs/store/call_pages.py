"""Lists of calls, a page at a time, and one call whole. A list is walked by its index, from a place on: no offsets."""

from collections.abc import Sequence

import msgspec

from keeptabs.store.database import Connection
from keeptabs.store.queries import CallLine
from keeptabs.store.rollups import HOUR, exist, pruned_before
from keeptabs.store.wanted import BUSY_HOURS, NEWEST, Place, Wanted, busy_hours, marks, recent

PAGE = 50
MOST_SORTED = 50_000  # calls among which the dearest are looked for
_MOST_ATTEMPTS = 1_000


class ListedCall(msgspec.Struct, frozen=True):
    """One call of a list."""

    id: int
    started_at: int
    duration: int
    operation: str
    model: str
    outcome: str
    status: int | None
    error_type: str | None
    input: int | None
    output: int | None
    cost: int | None
    cost_status: str
    site_file: str | None
    site_line: int | None
    service: str
    trace_id: str
    operation_id: str
    attempt: int

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.started_at, self.id)


class CallPage(msgspec.Struct, frozen=True, kw_only=True):
    """Calls in the order of the list. ``older``: before which place the next page begins; None at the end.

    ``looked_back`` is the time up to which was looked when that is why there are not more.
    """

    calls: tuple[ListedCall, ...]
    older: Place | None = None
    looked_back: int | None = None


class Dearest(msgspec.Struct, frozen=True, kw_only=True):
    """The dearest calls since a time, and whether all that are wanted are since then."""

    calls: tuple[ListedCall, ...]
    since: int
    is_all: bool


class Failed(msgspec.Struct, frozen=True):
    """An attempt of an operation that failed."""

    operation_id: str
    attempt: int
    started_at: int
    status: int | None
    outcome: str


COLUMNS = ", ".join(f"calls.{name}" for name in ListedCall.__struct_fields__)
_FAILED = "(error_type IS NOT NULL OR outcome = 'cancelled')"


def newest(db: Connection, wanted: Wanted, before: Place = NEWEST, also: str = "true") -> CallPage:
    """The newest wanted calls before a place. ``also`` is one more condition of the list, in SQL."""
    hours, calls = busy_hours(db, wanted, before), list[ListedCall]()
    values = {**wanted.values, "before": before.started_at, "id": before.id}
    for hour in hours:
        values |= {"hour": hour, "end": hour + HOUR, "most": PAGE + 1 - len(calls)}
        calls += _within(db, f"{wanted.condition()} AND {also}", values)
        if len(calls) > PAGE:
            return CallPage(calls=tuple(calls[:PAGE]), older=calls[PAGE - 1].place)
    if len(hours) < BUSY_HOURS:
        return CallPage(calls=tuple(calls))
    return CallPage(calls=tuple(calls), older=Place(hours[-1], 0), looked_back=hours[-1])


def _within(db: Connection, condition: str, values: dict[str, int | str | None]) -> list[ListedCall]:
    """The newest calls of one hour."""
    sql = f"""SELECT {COLUMNS} FROM calls
        WHERE started_at >= :hour AND started_at < :end AND (started_at, id) < (:before, :id) AND {condition}
        ORDER BY started_at DESC, id DESC LIMIT :most"""
    return [ListedCall(*row) for row in db.execute(sql, values)]


def dearest(db: Connection, wanted: Wanted) -> Dearest:
    """The dearest wanted calls of the last hours that hold ``MOST_SORTED`` calls, dearest first."""
    since, is_all = recent(db, wanted.part, MOST_SORTED)
    sql = f"""SELECT {COLUMNS} FROM calls WHERE id IN (
            SELECT id FROM calls WHERE started_at >= :from AND {wanted.condition()} AND cost IS NOT NULL
            ORDER BY cost DESC, started_at DESC, id DESC LIMIT {PAGE})
        ORDER BY cost DESC, started_at DESC, id DESC"""
    rows = db.execute(sql, {**wanted.values, "from": since})
    return Dearest(calls=tuple(ListedCall(*row) for row in rows), since=since, is_all=is_all)


def failed_attempts(db: Connection, calls: Sequence[ListedCall]) -> list[Failed]:
    """The failed attempts of the operations of which these calls are a part, in order."""
    traces = sorted({call.trace_id for call in calls if call.attempt > 1})
    sql = f"""SELECT {", ".join(Failed.__struct_fields__)} FROM calls
        WHERE trace_id IN ({marks(traces)}) AND {_FAILED} ORDER BY attempt, started_at LIMIT {_MOST_ATTEMPTS}"""
    return [Failed(*row) for row in db.execute(sql, traces)]


def call(db: Connection, number: int) -> CallLine | None:
    """One call by its id."""
    found = db.execute(f"SELECT {', '.join(CallLine.__struct_fields__)} FROM calls WHERE id = ?", (number,)).fetchone()
    return CallLine(*found) if found else None


def attempts(db: Connection, one: CallLine) -> list[ListedCall]:
    """All attempts of the operation that a call is a part of, itself among them."""
    sql = f"""SELECT {COLUMNS} FROM calls WHERE trace_id = ? AND operation_id = ?
        ORDER BY attempt, started_at, id LIMIT {_MOST_ATTEMPTS}"""
    return [ListedCall(*row) for row in db.execute(sql, (one.trace_id, one.operation_id))]


def whole_since(db: Connection) -> int:
    """The time before which calls may be gone, of which only the sums are left; 0 where none are."""
    return pruned_before(db) if exist(db) else 0
