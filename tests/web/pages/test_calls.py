from collections.abc import Callable, Sequence
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import HOUR, NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import call_pages, wanted
from keeptabs.store.database import Connection
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask, ask
from keeptabs.web.pages.calls import CallsView, view

# A filter of the URL, and what it says in SQL over the calls themselves.
FILTERS = {
    "model": ("gpt-4o", "model = 'gpt-4o'"),
    "service": ("jobs", "service = 'jobs'"),
    "feature": ("mail", "json_extract(tags, '$.feature') = 'mail'"),
    "site": ("/app/a.py:2", "site_file = '/app/a.py' AND site_line = 2"),
    "outcome": ("rate_limited", "outcome = 'rate_limited'"),
    "user": ("u1", "user = 'u1'"),
    "failed": ("1", "(error_type IS NOT NULL OR outcome = 'cancelled')"),
    "unpriced": (
        "1",
        """(cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND error_type IS NULL
            AND outcome <> 'cancelled'))""",
    ),
    "least": ("$40.5", "cost >= 40500000000"),
}


def asked(**query: str) -> Ask:
    return ask("/calls", query, NOW)


def ids(found: CallsView) -> list[int]:
    return [int(row.href.split("?")[0].removeprefix("/calls/")) for row in found.rows]


def walked(db: Connection, query: dict[str, str]) -> list[int]:
    """The calls of all pages, by following the links."""
    found, here = [], asked(**query)
    while True:
        page = view(db, here)
        found += ids(page)
        if page.older is None:
            return found
        here = asked(**query, before=page.older.partition("before=")[2])


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.sets(st.sampled_from(sorted(FILTERS)), max_size=2), st.sampled_from(["28d", "all"]))
def test_pages_hold_every_call_once_in_order(records: list[Record], chosen: set[str], period: str) -> None:
    """Following the links visits each call that is asked for once, the newest first, as one statement would."""
    conditions = " AND ".join(["started_at >= ?", *(FILTERS[name][1] for name in chosen)])
    query = {"period": period, **{name: FILTERS[name][0] for name in chosen}}
    sql = f"SELECT id FROM calls WHERE {conditions} ORDER BY started_at DESC, id DESC"
    small = patch.multiple(call_pages, PAGE=3, BUSY_HOURS=2)
    with memory(records) as db, small, patch.object(wanted, "BUSY_HOURS", 2):
        assert walked(db, query) == [number for (number,) in db.execute(sql, (asked(**query).part.since,))]


def test_calls_of_one_moment_are_told_apart() -> None:
    """Where a page ends between calls that began at once, the next one goes on with the others of them."""
    at = Timing(started_at=NOW - HOUR)
    with memory([made(n, timing=at) for n in range(7)]) as db, patch.object(call_pages, "PAGE", 3):
        assert walked(db, {}) == [7, 6, 5, 4, 3, 2, 1]


@settings(max_examples=40, deadline=None)
@given(ledgers(), st.sets(st.sampled_from(sorted(FILTERS)), max_size=1))
def test_dearest_calls_come_first(records: list[Record], chosen: set[str]) -> None:
    """Sorted by cost the calls are those of one statement."""
    conditions = " AND ".join(["cost IS NOT NULL", *(FILTERS[name][1] for name in chosen)])
    query = {"period": "all", "sort": "cost", **{name: FILTERS[name][0] for name in chosen}}
    sql = f"SELECT id FROM calls WHERE {conditions} ORDER BY cost DESC, started_at DESC, id DESC LIMIT 50"
    with memory(records) as db:
        assert ids(view(db, asked(**query))) == [number for (number,) in db.execute(sql)]


def test_dearest_of_many_calls_says_how_many_were_sorted() -> None:
    """Where there are more calls than are sorted, the page says from when on they are."""
    records = [made(n, timing=Timing(started_at=NOW - (n + 1) * HOUR)) for n in range(4)]
    with memory(records) as db, patch.object(call_pages, "MOST_SORTED", 2):
        found = view(db, asked(sort="cost"))
    assert len(found.rows) == 2
    assert "newest calls, since" in found.note


def test_retried_call_tells_of_the_attempts_before() -> None:
    """The last attempt of an operation says how those before it ended; another operation does not."""
    limited = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")
    trace = {"trace": 1, "operation": 1}
    records = [
        made(n, {**trace, "attempt": n}, outcome=outcome, timing=Timing(started_at=NOW - HOUR + n * SECOND))
        for n, outcome in enumerate((limited, limited, Outcome(kind=OutcomeKind.OK, status=200)), 1)
    ]
    other = made(9, {"trace": 1, "operation": 2, "attempt": 2}, timing=Timing(started_at=NOW - 2 * HOUR))
    with memory([*records, other]) as db:
        assert [row.outcome.text for row in view(db, asked()).rows] == ["429 ×2, then ok", "429, then 429", "429", "ok"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("0" * 30 + "01", 1), (f"{101:016x}", 1), ("req_123", 2), ("resp_2", 1), ("REQ_123", 0), ("req_12", 0), ("%", 0)],
    ids=["trace", "span", "request", "start of a response id", "other case", "start of a request id", "nothing"],
)
def test_search_finds_calls_by_their_ids(text: str, count: int) -> None:
    """A trace, span or response is found by the beginning of its id, a request by the whole of it."""
    with memory([made(n, request_id="req_123", response_id=f"resp_{n}{n}") for n in (1, 2)]) as db:
        assert len(view(db, asked(q=text)).rows) == count


def test_search_offers_what_contains_the_text() -> None:
    """A part of a model's or file's name leads to its calls."""
    with memory([made(1)]) as db:
        found = view(db, asked(q="ANSWER"))
    assert [(each.title, each.badge) for each in found.named] == [
        ("site app/answer.py:88", "1"),
        ("feature answers", "1"),
    ]
    assert found.named[0].href == "/calls?site=%2Fapp%2Fanswer.py%3A88"
    assert found.rows == ()


@pytest.mark.parametrize(
    "query",
    ["before=1", "before=x.y", "least=much", "least=-1", "failed=yes", "sort=age", "day=today", "day=9999-12-31"],
)
def test_what_makes_no_sense_is_refused(query: str, visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """A value that is none is answered with 400 and its name, not with an empty list."""
    answer = visit([made(1)]).get(f"/calls?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


def test_unknown_cost_is_no_zero(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """A call without a price says so, and shows no amount."""
    page = visit([made(1, cost=Cost(status=CostStatus.UNPRICED), timing=Timing(started_at=NOW))]).get(
        "/calls?period=all"
    )
    assert "no price" in page.text
    assert "$0" not in page.text.replace("$0.01", "")
