import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import CallSite
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store import queries
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
PRICED, PARTIAL = CostStatus.PRICED, CostStatus.PARTIAL
STALE, DISPUTED = CostStatus.STALE, CostStatus.DISPUTED
UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine at openai")


def test_the_answer_comes_first(cli: Cli, fill: Fill, record: Make) -> None:
    """Spend, calls, share that went well and share from cache, then models and places, aligned."""
    fill(record(), record())
    code, out, _ = cli("report")
    lines = [line for line in out.splitlines() if line]
    assert code == 0
    assert lines[0].split("   ")[0] == "  $0.0006 in the last 24 h"
    assert "2 calls · 100 % ok" in lines[0]
    assert "40 % of input came from cache" in lines[0]
    assert lines[2].split() == ["gpt-4o-2024-08-06", "2", "200", "20", "80", "$0.0006", "1.0", "s"]
    assert lines[4].split() == ["/app/answer.py:88", "Answerer.reply", "2", "$0.0006"]


def test_what_is_not_known_is_never_a_zero(cli: Cli, fill: Fill, record: Make) -> None:
    """A model without a price says so, and the headline counts its calls."""
    fill(record(response_model="mine", cost=UNPRICED, usage=None))
    _, out, _ = cli("report")
    assert "1 unpriced" in out
    assert "mine" in out
    assert "not known" in out


def test_every_sum_says_how_many_calls_it_lacks(cli: Cli, fill: Fill, record: Make) -> None:
    """That of all, of a model and of a place; a line that lacks none has no number."""
    part = Cost(usd=Decimal(1), status=CostStatus.PARTIAL, why="no flex rates")
    elsewhere = CallSite("/app/jobs.py", 17, "nightly")
    fill(record(cost=part), record(cost=UNPRICED), record(response_model="o3", site=elsewhere))
    lines = [" ".join(line.split()) for line in cli("report")[1].splitlines() if line.strip()]
    assert "3 calls · 100 % ok · 2 unpriced" in lines[0]
    assert lines[1] == "model calls input output cached cost unpriced p95"
    assert lines[2].endswith("$1.0000 2 1.0 s")
    assert lines[3].endswith("$0.0003 1.0 s")
    assert lines[5].endswith("$1.0000 2")
    assert lines[6].endswith("$0.0003")


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([(STALE, "200 days")], "! 1 call has a stale price (200 days): keeptabs prices pull."),
        (
            [(STALE, "9 days"), (STALE, "8 days")],
            "! 2 calls have a stale price (the newest: 8 days): keeptabs prices pull.",
        ),
        ([(DISPUTED, "$2 or $3")], "! 1 call has a disputed price ($2 or $3)."),
        ([(DISPUTED, "")], "! 1 call has a disputed price."),
        ([(PRICED, ""), (PARTIAL, "no flex rates")], None),
    ],
    ids=["stale", "stale, many", "disputed", "disputed, no reason", "neither"],
)
def test_prices_in_doubt_are_told_once(
    cli: Cli, fill: Fill, record: Make, calls: list[tuple[CostStatus, str]], said: str | None
) -> None:
    """One line for each kind of doubt, with how many calls and why; a doubt is no gap in a sum."""
    fill(*(record(cost=Cost(usd=Decimal(1), status=status, why=why)) for status, why in calls))
    out = cli("report")[1]
    notes = [line.strip() for line in out.splitlines() if line.startswith("  !")]
    assert notes == ([said] if said else [])
    assert ("unpriced" in out) is (said is None)
    assert len(json.loads(cli("report", "--json")[1])["doubts"]) == (said is not None)


def test_retries_that_came_too_early_are_told(cli: Cli, fill: Fill, record: Make) -> None:
    """The note says how long was waited and how long was asked for."""
    ids = {"trace_id": "a" * 32, "operation_id": "op"}
    fill(
        record(identity=ids, outcome=LIMITED, rate_limit=RateLimit(retry_after=40.0)),
        record(identity={**ids, "attempt": 2}),
    )
    _, out, _ = cli("report")
    assert "! 1 call was rate-limited; 1 retried, 1 of them after 4.0 s although the provider asked for 40.0 s." in out


def test_no_calls_say_what_to_type(cli: Cli, fill: Fill) -> None:
    """An empty time is not an error, and the next step is named."""
    fill(faults={("wire", "gap"): 1})
    code, out, _ = cli("report", "--since", "1h")
    assert code == 0
    assert "No calls in the last 1 h." in out
    assert "keeptabs run python app.py" in out


def test_json_has_the_same_facts(cli: Cli, fill: Fill, record: Make) -> None:
    """One object with totals, models, sites and retries; costs in nano-dollars and in dollars."""
    fill(record(), record(cost=UNPRICED, response_model="mine"))
    found = json.loads(cli("report", "--json")[1])
    assert (found["totals"]["calls"], found["totals"]["cost"], found["totals"]["usd"]) == (2, 300_000, 0.0003)
    assert [(line["model"], line["usd"]) for line in found["models"]] == [("gpt-4o-2024-08-06", 0.0003), ("mine", None)]
    assert found["sites"][0]["line"] == 88
    assert found["retries"]["retried"] == 0


def test_a_pipe_gets_plain_text(cli: Cli, fill: Fill, record: Make) -> None:
    """Without a terminal there is no colour, no box and no space at the end of a line."""
    fill(record(), record(cost=UNPRICED, response_model="a-rather-long-model-name-" * 4))
    _, out, _ = cli("report")
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())
    assert "a-rather-long-model-name-" * 4 in out


def test_a_percentile_of_many_calls_is_shown_as_about(
    cli: Cli, fill: Fill, record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes from a histogram then; of few calls it is exact."""
    fill(record(), record())
    assert "≈" not in cli("report")[1]
    monkeypatch.setattr(queries, "MOST_RANKED", 1)
    assert "≈ 1.0 s" in cli("report")[1]
