"""Putting recorded calls into the ledger: those that it has already must not count twice."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from keeptabs.store import rollups, spans
from keeptabs.store.database import StoreError, reading
from keeptabs.store.record import Record
from keeptabs.store.spans import SpanLine
from keeptabs.store.writer import Process, Writer

_AT_ONCE = 500  # variables in one statement


Known = tuple[str, int, int]  # span id, attempt, start: attempts may share the span of an SDK-level instrumentation


def known_spans(path: Path, trace_ids: Sequence[str]) -> set[str]:
    """The spans of these traces that the ledger at ``path`` has; none when there is no ledger yet.

    Raises StoreError when the file is no ledger.
    """
    return {span_id for span_id, _, _ in known_calls(path, trace_ids)}


def known_calls(path: Path, trace_ids: Sequence[str]) -> set[Known]:
    """The calls of these traces that the ledger has, by what tells them apart. Raises as ``known_spans`` does."""
    found: set[Known] = set()
    if not path.exists():
        return found
    with reading(path) as db:
        for start in range(0, len(trace_ids), _AT_ONCE):
            some = trace_ids[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            sql = f"SELECT span_id, attempt, started_at FROM calls WHERE trace_id IN ({places})"
            found.update(db.execute(sql, some))
    return found


def whole_from(path: Path) -> int:
    """The time from which on the ledger has its calls themselves; 0 where none were pruned, or there is no ledger."""
    if not path.exists():
        return 0
    with reading(path) as db:
        return rollups.pruned_before(db) if rollups.exist(db) else 0


def own(record: Record) -> Known:
    """What tells a call from all others."""
    return record.identity.span_id, record.identity.attempt, record.call.timing.started_at


def traces_with_calls(path: Path, traces: Sequence[str]) -> set[str]:
    """Those of the traces that hold a call by now; none when there is no ledger yet. Raises as ``known_spans`` does."""
    if not traces or not path.exists():
        return set()
    with reading(path) as db:
        return spans.with_calls(db, traces)


def append(path: Path, records: Iterable[Record], process: Process, beside: Iterable[SpanLine] = ()) -> None:
    """Write the records, and spans beside them, at once; nothing where there are none.

    Raises StoreError, and keeps none of them, when the ledger does not take them.
    """
    with closing(Writer(path)) as writer:
        for span in beside:
            writer.add_span(span)
        for record in records:
            writer.add(record)
        try:
            writer.commit({}, process)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the ledger {path} cannot be written: {error}") from error
