import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.exchange import Timing
from keeptabs.store import spans
from keeptabs.store.database import Connection, reading
from keeptabs.store.migrations import STEPS, migrate
from keeptabs.store.record import Record
from keeptabs.store.spans import SpanLine
from keeptabs.store.writer import MAX_SPANS, Process, Writer

Make = Callable[..., Record]
HOUR = 3_600_000_000_000
SPAN = SpanLine(
    trace_id="a" * 32,
    span_id="1" * 16,
    parent_id=None,
    name="GET /orders",
    kind="server",
    started_at=10 * HOUR,
    duration=7,
    status="unset",
    service="desk",
    scope="fastapi",
    attributes="{}",
    source="app",
)


def span(number: int, **fields: object) -> SpanLine:
    return msgspec.structs.replace(SPAN, span_id=f"{number:016x}", **fields)


@pytest.fixture
def db() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened)
        yield opened


def test_spans_come_back_in_the_order_of_time_without_calls(tmp_path: Path, record: Make, process: Process) -> None:
    """What is a call is told as one; a span that is sent again is kept once, and other traces are others."""
    two, one, call = span(2, started_at=10 * HOUR + 1), span(1), span(3)
    with closing(Writer(tmp_path / "ledger.db")) as writer:
        for each in (two, one, call, one, span(4, trace_id="b" * 32)):
            writer.add_span(each)
        writer.add(record({"trace_id": SPAN.trace_id, "span_id": call.span_id}))
        writer.commit({}, process)
    with reading(tmp_path / "ledger.db") as db:
        assert spans.of_trace(db, SPAN.trace_id) == [one, two]
        assert spans.dropped(db) == {}
        assert spans.with_calls(db, [SPAN.trace_id, "b" * 32]) == {SPAN.trace_id}


def test_a_trace_has_an_end(db: Connection) -> None:
    """What is past it is dropped and counted, in one batch or in two."""
    for start in (0, spans.MOST_OF_TRACE - 1):
        spans.put(db, [span(start + number) for number in range(spans.MOST_OF_TRACE - 1)])
    assert len(spans.of_trace(db, SPAN.trace_id)) == spans.MOST_OF_TRACE
    assert spans.dropped(db) == {"more than 200 in a trace": spans.MOST_OF_TRACE - 2}


def test_the_table_has_an_end(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest spans go first, and are counted."""
    monkeypatch.setattr(spans, "MOST", 2)
    spans.put(db, [span(number, started_at=number) for number in range(5)])
    spans.trim(db)
    assert [each.started_at for each in spans.of_trace(db, SPAN.trace_id)] == [3, 4]
    assert spans.dropped(db) == {"more than 2 in the ledger": 3}


def test_spans_go_with_the_calls(db: Connection, tmp_path: Path, record: Make, process: Process) -> None:
    """Those from before the oldest call are removed; one that began an hour before it may be its root."""
    with closing(Writer(tmp_path / "ledger.db")) as writer:
        writer.add(record(timing=Timing(started_at=10 * HOUR)))
        for number, started_at in enumerate((9 * HOUR - 1, 9 * HOUR, 11 * HOUR)):
            writer.add_span(span(number, started_at=started_at))
        writer.commit({}, process)
    with reading(tmp_path / "ledger.db") as found:
        assert [each.started_at for each in spans.of_trace(found, SPAN.trace_id)] == [9 * HOUR, 11 * HOUR]


def test_a_ledger_without_spans_has_none() -> None:
    """One of an older schema can be asked."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for step in STEPS[:4]:
            for statement in step:
                db.execute(statement)
        assert spans.of_trace(db, SPAN.trace_id) == []
        assert spans.dropped(db) == {}


def test_spans_that_wait_have_an_end(tmp_path: Path, process: Process) -> None:
    """While the ledger is out of reach the oldest are dropped, and none is spooled."""
    writer = Writer(tmp_path / "ledger.db")
    for number in range(MAX_SPANS + 1):
        writer.add_span(span(number, trace_id=f"{number:032x}"))
    writer.commit({}, process)
    writer.close()
    with reading(tmp_path / "ledger.db") as db:
        assert db.execute("SELECT count(*), min(trace_id) FROM spans").fetchone() == (MAX_SPANS, f"{1:032x}")
        assert spans.dropped(db) == {"more than 5000 waited": 1}
