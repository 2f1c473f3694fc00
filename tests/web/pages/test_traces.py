from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import HOUR, NOW, SECOND, ledgers, made, memory

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import call_pages, wanted
from keeptabs.store.database import Connection
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask, ask
from keeptabs.web.pages.traces import TraceRow, view
from keeptabs.web.said import count, usd

MODEL = {"": "true", "gpt-4o": "model = 'gpt-4o'", "o3": "model = 'o3'"}
FAILED = Outcome(kind=OutcomeKind.SERVER_ERROR, status=500, error_type="500")


def asked(**query: str) -> Ask:
    return ask("/traces", query, NOW)


def walked(db: Connection, **query: str) -> list[TraceRow]:
    """The traces of all pages, by following the links."""
    found, here = [], asked(**query)
    while True:
        page = view(db, here)
        found += page.rows
        if page.older is None:
            return found
        here = asked(**query, before=page.older.partition("before=")[2].partition("&")[0])


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.sampled_from(sorted(MODEL)))
def test_pages_hold_every_trace_once_with_its_sums(records: list[Record], model: str) -> None:
    """Each trace with a wanted call stands once, by its newest such call, with the sums of all its calls."""
    chosen = {"model": model} if model else {}
    sql = f"""SELECT trace_id FROM calls WHERE {MODEL[model]} GROUP BY trace_id
        ORDER BY max(started_at) DESC, max(id) DESC"""
    sums = "SELECT count(*), sum(cost) FROM calls WHERE trace_id = ?"
    small = patch.multiple(call_pages, PAGE=2, BUSY_HOURS=2)
    with memory(records) as db, small, patch.object(wanted, "BUSY_HOURS", 2):
        rows = walked(db, period="all", **chosen)
        ids = [row.href.partition("?")[0].removeprefix("/traces/") for row in rows]
        assert sorted(ids) == sorted(trace_id for (trace_id,) in db.execute(sql))
        assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
        for trace_id, row in zip(ids, rows, strict=True):
            calls, cost = db.execute(sums, (trace_id,)).fetchone()
            assert row.calls == count(calls)
            assert row.cost.text in ({usd(cost)} if cost is not None else {"no price", "–"})


def test_trace_is_named_by_the_span_that_its_first_call_is_under() -> None:
    """Without spans of the application the name of the first call's parent stands for the trace."""
    with memory([made(1, timing=Timing(started_at=NOW - HOUR))]) as db:
        db.execute("UPDATE calls SET parent_name = 'POST /answer'")
        (row,) = view(db, asked()).rows
    assert (row.name, row.service, row.models, row.outcome.text) == ("POST /answer", "desk", "gpt-4o", "ok")


def test_outcome_and_cost_say_what_is_wrong() -> None:
    """Failed attempts are counted, a trace of which all failed says so, and one without a price has no amount."""
    at = Timing(started_at=NOW - HOUR, duration=SECOND)
    records = [
        made(1, {"trace": 1}, outcome=FAILED, timing=at),
        made(2, {"trace": 1, "operation": 1, "attempt": 2}, timing=at),
        made(3, {"trace": 2}, outcome=FAILED, timing=at, cost=Cost(status=CostStatus.NO_USAGE)),
        made(4, {"trace": 3}, timing=at, cost=Cost(status=CostStatus.UNPRICED)),
        made(5, {"trace": 4}, outcome=FAILED, timing=at),
        made(6, {"trace": 4}, timing=at),
    ]
    with memory(records) as db:
        rows = {row.href[-1]: row for row in view(db, asked()).rows}
    said = {name: (row.outcome.text, row.outcome.kind, row.cost.text) for name, row in rows.items()}
    assert said == {
        "1": ("ok after 1 failed", "warn", "$0.0006"),
        "2": ("failed", "bad", "–"),
        "3": ("ok", "", "no price"),
        "4": ("1 failed", "bad", "$0.0006"),
    }
