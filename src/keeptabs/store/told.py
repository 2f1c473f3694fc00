"""Calls that are told of more than once, by a tap and by spans of SDKs: they count once, whichever comes first.

Two are the same call where their answers have the same id, in whatever traces: not all instrumentations make their
spans current. Within a trace also where they have the same span, where one is the other's parent, or where one lies
within the other's time and has the same model and usage. Of two, what was seen on the wire prevails, then a span of
keeptabs', then the inner one of two spans, then the first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from keeptabs.core.usage import Usage
from keeptabs.store.database import Connection
from keeptabs.store.record import TAP, Columns, Record, fitting, row
from keeptabs.store.span_schema import WITHDRAWN

OWN_SPAN = "keeptabs"  # the source of a call that a span of keeptabs' told of
_RANKS = {TAP: 0, OWN_SPAN: 1}
_SLACK = 5_000_000  # nanoseconds by which clocks of one machine may be apart

_NAMES = Columns.__struct_fields__
_INSERT = f"""
    INSERT INTO calls ({", ".join(_NAMES)}) VALUES ({", ".join("?" * len(_NAMES))})
    ON CONFLICT (settles) WHERE settles IS NOT NULL DO NOTHING
"""
_STORED = """
    SELECT id, source, trace_id, span_id, parent_id, attempt, started_at, duration, input, output,
        json_extract(detail, '$.response_id'), model, json_extract(detail, '$.request.model') FROM calls"""
_ANSWERS = "json_extract(detail, '$.response_id') IN (SELECT value FROM json_each(?))"
_TRACES = "trace_id IN (SELECT value FROM json_each(?))"


class Seen(msgspec.Struct, frozen=True):
    """A call as far as it tells whether another is the same; ``id`` is its row, or of a new one its negative place."""

    id: int
    source: str
    trace_id: str
    span_id: str
    parent_id: str | None
    attempt: int
    started_at: int
    duration: int
    input: int | None
    output: int | None
    response_id: str | None
    models: frozenset[str]

    @property
    def rank(self) -> int:
        """How much its source knows; 0 is the most."""
        return _RANKS.get(self.source, len(_RANKS))


Batch = Sequence[tuple[Record, tuple[Any, ...]]]


def made(records: Sequence[Record]) -> Batch:
    """Records with their rows, which are made before the ledger is locked."""
    return [(record, row(record)) for record in records]


def put(db: Connection, batch: Batch) -> None:
    """Keep calls, but for those that are known better already. The transaction is the caller's."""
    if all(record.source == TAP for record, _ in batch) and not _any_told(db):
        db.executemany(_INSERT, (values for _, values in batch))
        return
    kept, withdrawn = settle([seen(record, -1 - place) for place, (record, _) in enumerate(batch)], _stored(db, batch))
    ids = [(id_,) for id_ in withdrawn]
    db.executemany(f"UPDATE calls SET source = '{WITHDRAWN}' WHERE id = ?", ids)
    db.executemany("DELETE FROM repriced_calls WHERE call = ?", ids)
    db.executemany("DELETE FROM calls WHERE id = ?", ids)
    db.executemany(_INSERT, (batch[-1 - id_][1] for id_ in kept))


class _Known:
    """Calls by what others may share with them."""

    def __init__(self, calls: Iterable[Seen]) -> None:
        self.calls: dict[int, Seen] = {}
        self._alike: defaultdict[str, dict[int, Seen]] = defaultdict(dict)
        for call in calls:
            self.add(call)

    def add(self, call: Seen) -> None:
        """Know one more call."""
        self.calls[call.id] = self._alike[call.trace_id][call.id] = call
        if call.response_id:
            self._alike[call.response_id][call.id] = call

    def remove(self, call: Seen) -> None:
        """Forget a call."""
        for held in (self.calls, self._alike[call.trace_id], self._alike[call.response_id or ""]):
            held.pop(call.id, None)

    def same(self, call: Seen) -> list[Seen]:
        """The calls that are the same as this one."""
        found = {**self._alike[call.trace_id], **self._alike[call.response_id or ""]}
        return [other for other in found.values() if is_same(call, other)]


def settle(new: Sequence[Seen], stored: Sequence[Seen]) -> tuple[list[int], list[int]]:
    """Of new calls, those that are to be kept; and those stored ones that they stand for from now on."""
    known = _Known(stored)
    for each in new:
        same = known.same(each)
        if all(prevails(each, other) for other in same):
            for other in same:
                known.remove(other)
            known.add(each)
    left = known.calls
    return [each.id for each in new if each.id in left], [each.id for each in stored if each.id not in left]


def is_same(one: Seen, other: Seen) -> bool:
    """True where two calls are one that was told of twice."""
    in_trace = one.trace_id == other.trace_id
    if in_trace and one.span_id == other.span_id:
        # Attempts of one call share the span of an SDK; of these a tap knows each.
        return one.source != other.source or (one.source != TAP and one.attempt == other.attempt)
    if max(one.rank, other.rank) < len(_RANKS):
        return False  # keeptabs sees each attempt once, in each process
    if in_trace and (one.parent_id == other.span_id or other.parent_id == one.span_id):
        return True
    if one.response_id and other.response_id:
        return one.response_id == other.response_id
    if not in_trace or one.rank == other.rank or (one.input, one.output) != (other.input, other.output):
        return False
    return bool(one.models & other.models) and (_within(one, other) or _within(other, one))


def _within(inner: Seen, outer: Seen) -> bool:
    begins = outer.started_at - _SLACK <= inner.started_at
    return begins and inner.started_at + inner.duration <= outer.started_at + outer.duration + _SLACK


def prevails(new: Seen, old: Seen) -> bool:
    """True where the new one of the same call is to stand for it."""
    if new.rank != old.rank:
        return new.rank < old.rank
    return new.parent_id == old.span_id and (new.output is not None or old.output is None)


def seen(record: Record, id_: int) -> Seen:
    """What a record's call is known by."""
    call, identity, usage = record.call, record.identity, record.call.usage or Usage()
    return Seen(
        id_,
        record.source,
        identity.trace_id,
        identity.span_id,
        identity.parent_id,
        identity.attempt,
        call.timing.started_at,
        call.timing.duration,
        fitting(usage.input),
        fitting(usage.output),
        call.response_id,
        frozenset(filter(None, (call.model, call.request.model))),
    )


def _any_told(db: Connection) -> bool:
    return db.execute("SELECT 1 FROM calls WHERE source <> 'tap' LIMIT 1").fetchone() is not None


def _stored(db: Connection, batch: Batch) -> list[Seen]:
    """The calls of the ledger that one of the batch may be: for a call on the wire these are only those told of."""
    told = [record for record, _ in batch if record.source != TAP]
    taps = [record for record, _ in batch if record.source == TAP]
    found = db.execute(f"{_STORED} WHERE {_TRACES}", (_traces(told),)).fetchall()
    found += db.execute(f"{_STORED} WHERE source <> 'tap' AND {_TRACES}", (_traces(taps),)).fetchall()
    found += db.execute(f"{_STORED} WHERE source <> 'tap' AND {_ANSWERS}", (_answers([*told, *taps]),)).fetchall()
    if told:  # what was seen on the wire has no index of answers, but lies within the time of what was told
        begins = min(record.call.timing.started_at for record in told)
        ends = max(record.call.timing.started_at + record.call.timing.duration for record in told)
        about = (begins - _SLACK, ends + _SLACK, _answers(told))
        found += db.execute(f"{_STORED} WHERE source = 'tap' AND started_at BETWEEN ? AND ? AND {_ANSWERS}", about)
    return list({line[0]: _seen(line) for line in found}.values())


def _traces(records: Iterable[Record]) -> str:
    return msgspec.json.encode({record.identity.trace_id for record in records}).decode()


def _answers(records: Iterable[Record]) -> str:
    return msgspec.json.encode({record.call.response_id for record in records if record.call.response_id}).decode()


def _seen(line: tuple[Any, ...]) -> Seen:
    *values, answered, asked = line
    named = dict(zip(Seen.__struct_fields__, values, strict=False))
    return Seen(**named, models=frozenset(filter(None, (answered, asked))))


def _answer(record: Record) -> tuple[int, int, str | None]:
    """What a call on the wire has whose answer a span told of: it lies within that span's time."""
    started_at = record.call.timing.started_at
    return started_at - _SLACK, started_at + record.call.timing.duration + _SLACK, record.call.response_id
