from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from ledgers import NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import traces
from keeptabs.store.database import Connection
from keeptabs.store.record import Record
from keeptabs.web.ask import AskError, ask
from keeptabs.web.pages.trace import TraceView, view
from keeptabs.web.said import UNKNOWN, count, usd

TRACE = f"{7:032x}"
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")
NO_USAGE = Cost(status=CostStatus.NO_USAGE)
_SPANS = """CREATE TABLE IF NOT EXISTS spans (trace_id TEXT, span_id TEXT, parent_id TEXT, name TEXT, kind TEXT,
    started_at INTEGER, duration INTEGER, status TEXT, service TEXT, scope TEXT, attributes TEXT, source TEXT)"""


def shown(db: Connection, trace: str = TRACE, **query: str) -> TraceView:
    return view(db, ask(f"/traces/{trace}", {"trace_id": trace, **query}, NOW))


def retried() -> list[Record]:
    """Three attempts of one operation, the last of which streams."""
    trace = {"trace": 7, "operation": 1}

    def at(begins: float, took: float, first_chunk: float | None = None) -> Timing:
        first = None if first_chunk is None else int(first_chunk * SECOND)
        return Timing(started_at=NOW + int(begins * SECOND), duration=int(took * SECOND), first_chunk=first, chunks=82)

    told = RateLimit(retry_after=4.0)
    return [
        made(1, trace, outcome=LIMITED, timing=at(0, 0.3), rate_limit=told, usage=None, cost=NO_USAGE),
        made(2, {**trace, "attempt": 2}, outcome=LIMITED, timing=at(0.5, 0.3), usage=None, cost=NO_USAGE),
        made(3, {**trace, "attempt": 3}, timing=at(4.8, 4, 2), streamed=True),
    ]


def span(db: Connection, number: int, parent: int | None, name: str, kind: str, attributes: str = "{}") -> None:
    db.execute(_SPANS)
    values = (
        TRACE,
        f"{number:016x}",
        parent and f"{parent:016x}",
        name,
        kind,
        NOW,
        SECOND,
        "unset",
        "",
        "",
        attributes,
    )
    names = "trace_id, span_id, parent_id, name, kind, started_at, duration, status, service, scope, attributes, source"
    db.execute(f"INSERT INTO spans ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'app')", values)


@settings(max_examples=60, deadline=None)
@given(ledgers())
def test_figures_and_roots_are_sums_of_calls(records: list[Record]) -> None:
    """Cost and tokens of a trace are those of plain SQL, and every call has a row."""
    sql = """SELECT trace_id, count(*), sum(cost), sum(coalesce(input, 0) + coalesce(output, 0)), count(input),
        count(output) FROM calls GROUP BY trace_id"""
    with memory(records) as db:
        for trace_id, calls, cost, used, *told in db.execute(sql).fetchall():
            found = shown(db, trace_id)
            rows = [line for fold in found.folds for line in fold.lines]
            assert sum(line.kind in {"call", "failed"} for line in rows) == calls
            assert found.figures.tokens == (count(used) if any(told) else UNKNOWN)
            assert found.figures.cost.text in ({usd(cost)} if cost is not None else {"no price", UNKNOWN})


def test_retries_are_told_as_they_were() -> None:
    """Attempts have numbers, the waits between them what was asked for, and the figures what it came to."""
    with memory(retried()) as db:
        found = shown(db)
    assert [(line.name, line.kind, line.tag and line.tag.text) for line in found.folds[0].lines] == [
        ("chat gpt-4o · attempt 1", "failed", "429"),
        ("told to wait 4 s, waited 0.2 s", "idle", None),
        ("chat gpt-4o · attempt 2", "failed", "429"),
        ("backing off", "idle", None),
        ("chat gpt-4o · attempt 3", "call", None),
    ]
    figures = found.figures
    assert (figures.took_said, figures.outcome.text, figures.outcome_said) == (
        "4.2 s of it waiting to retry",
        "ok",
        "after 429 ×2",
    )
    assert (figures.first_chunk, figures.flow) == ("2.0 s", "41 chunks a second after")


def test_waiting_and_streaming_are_drawn_apart() -> None:
    """The bar of a stream is cut where its first chunk came."""
    with memory(retried()) as db:
        last = shown(db).folds[0].lines[-1]
    assert (last.start, last.waiting, last.flowing_from, last.flowing) == ("54.55%", "22.73%", "77.27%", "22.73%")


@pytest.mark.parametrize(
    ("query", "title"),
    [({}, "chat gpt-4o · attempt 3"), ({"span": f"{101:016x}"}, "chat gpt-4o"), ({"span": "ffff"}, None)],
    ids=["the dearest", "by its span", "no such span"],
)
def test_one_call_stands_beside_the_waterfall(query: dict[str, str], title: str | None) -> None:
    """The dearest call is shown, or the one of the span that the URL names."""
    with memory(retried()) as db:
        chosen = shown(db, **query).chosen
    assert (chosen and chosen.title) == title


def test_spans_of_the_application_are_a_part_of_the_trace() -> None:
    """Kept spans give the root its name and are folded where nothing is under them; a call is not there twice."""
    with memory(retried()) as db:
        span(db, 1, None, "POST /answer", "server")
        span(db, 2, 1, "middleware", "internal")
        span(db, 3, 1, "query docs", "client", '{"db.system": "pinecone"}')
        span(db, 101, 1, "the call as its SDK tells it", "client")
        found = shown(db, span=f"{3:016x}")
    rows = [line.name for fold in found.folds for line in fold.lines]
    assert "the call as its SDK tells it" not in rows
    assert "middleware" in [line.name for fold in found.folds if fold.is_plumbing for line in fold.lines]
    assert ([fact.value for fact in found.span if fact.name == "db.system"], found.chosen) == (["pinecone"], None)


def test_long_trace_says_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """More calls than are drawn are not counted, and the page says so."""
    monkeypatch.setattr(traces, "MOST", 2)
    monkeypatch.setattr("keeptabs.web.pages.trace.MOST", 2)
    with memory(retried()) as db:
        found = shown(db)
    assert (found.note, found.figures.cost.text) == ("Only the first 2 calls are shown and summed.", UNKNOWN)


def test_unknown_trace_is_no_empty_page() -> None:
    """A trace that is not there is refused with its id."""
    with memory([]) as db, pytest.raises(AskError, match="no trace abc"):
        shown(db, "abc")


def test_names_from_the_wire_are_escaped(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """A model with a script in its name is text on the page, in every attribute too."""
    evil = '"><script>alert(1)</script>'
    page = visit([made(7, response_model=evil, cost=Cost(usd=Decimal(1), status=CostStatus.PRICED))])
    for path in (f"/traces/{TRACE}", "/calls/1", "/calls?period=all", "/traces?period=all", "/explore?period=all"):
        text = page.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
