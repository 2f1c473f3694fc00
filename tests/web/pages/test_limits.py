from collections.abc import Callable, Sequence
from typing import Any

import pytest
from asked import asks, direct
from hypothesis import given, settings
from ledgers import HOUR, NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask
from keeptabs.web.pages.limits import PAGE, view

LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")


def told(number: int, at: int, left: int, **fields: Any) -> Record:
    """A call whose answer said at a time what was left of 1,000 tokens."""
    return made(
        number,
        request=Asked(model="gpt-4o"),
        account=Account(key="aaaa1111"),
        timing=Timing(started_at=at, duration=0),
        rate_limit=RateLimit(limit_tokens=1_000, remaining_tokens=left),
        **fields,
    )


@settings(max_examples=60, deadline=None)
@given(ledgers(), asks("/limits"))
def test_numbers_are_those_of_the_calls(records: list[Record], ask: Ask) -> None:
    """Calls, refusals, their course and the worst hours equal sums over the calls themselves."""
    with memory(records) as db:
        found = view(db, ask)
        (calls, refused), *_ = direct(db, ask, "SELECT count(*), coalesce(sum(outcome = 'rate_limited'), 0) FROM calls")
        hours = direct(
            db,
            ask,
            f"SELECT started_at / {HOUR} * {HOUR}, provider, model, sum(outcome = 'rate_limited') AS refused, count(*)"
            " FROM calls GROUP BY 1, 2, 3 HAVING refused",
        )
        read = direct(db, ask, f"SELECT count(*) FROM calls GROUP BY started_at / {HOUR} ORDER BY started_at DESC")
    assert (found.calls, found.refused) == (calls, refused)
    assert sum(sum(each.values) for each in found.series) == refused
    assert {(each.refused.hour, each.refused.provider, each.refused.model) for each in found.worst} <= {
        hour[:3] for hour in hours
    }
    assert [each.refused.refused for each in found.worst] == sorted((hour[3] for hour in hours), reverse=True)[:6]
    assert found.read == sum(count for (count,) in read[:24])


@settings(max_examples=60, deadline=None)
@given(ledgers(), asks("/limits"))
def test_waits_are_those_of_the_attempts(records: list[Record], ask: Ask) -> None:
    """Who was told to wait, and how long was waited, by the attempts one after the other."""
    with memory(records) as db:
        found = view(db, ask)
        refused = direct(
            db,
            ask,
            "SELECT operation_id, trace_id, attempt, started_at + duration, json_extract(detail,"
            " '$.rate_limit.retry_after') FROM calls",
            "outcome = 'rate_limited'",
        )
        attempts = db.execute(
            "SELECT operation_id, trace_id, attempt, started_at FROM calls WHERE attempt > 1"
        ).fetchall()
    pairs = [
        (asked, (again[3] - one[3]) / 1e9)
        for *one, asked in refused
        for again in attempts
        if again[:3] == (one[0], one[1], one[2] + 1)
    ]
    was_told = [(asked, waited) for asked, waited in pairs if asked is not None]
    assert (found.retried, found.told) == (len(pairs), len(was_told))
    assert found.early == sum(waited < asked * 0.9 for asked, waited in was_told)
    assert sum(each.waited for each in found.waits) == pytest.approx(sum(waited for _, waited in was_told), abs=1e-3)


@pytest.mark.parametrize(
    ("at", "left", "state", "badge"),
    [
        pytest.param((60, 20), (900, 200), "runs out", "1", id="emptying"),
        pytest.param((60, 10), (90, 90), "low", "1", id="low"),
        pytest.param((60, 10), (900, 900), "", "", id="steady"),
        pytest.param((7_260, 7_220), (900, 200), "", "", id="long ago"),
    ],
)
def test_a_limit_that_runs_out_is_said(at: tuple[int, int], left: tuple[int, int], state: str, badge: str) -> None:
    """Only what was told in the last minutes says anything of now."""
    records = [told(n, NOW - before * SECOND, rest) for n, (before, rest) in enumerate(zip(at, left, strict=True))]
    ask = Ask(path="/limits", now=NOW)
    with memory(records) as db:
        found = view(db, ask)
        assert PAGE.badge is not None
        assert PAGE.badge(db, ask, None) == badge  # type: ignore[arg-type] - it asks nothing of the server
    assert [line.state for line in found.lines] == [state]
    assert (found.next_empty is not None) == (state == "runs out")


def test_the_page_says_what_is_left(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """A person reads the model, the key, what is left, and where nothing is known a word why."""
    page = visit([told(1, NOW - SECOND, 250, outcome=LIMITED)]).get("/limits?period=all").text
    for said in ("aaaa1111", "25 %", "250", "of 1,000", "100 % of 1 calls"):
        assert said in page


def test_an_empty_ledger_says_so(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """There is no number where there is nothing to count."""
    page = visit([]).get("/limits").text
    assert "No answer told of a rate limit" in page
    assert "no calls in this period" in page
