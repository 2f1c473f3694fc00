import json
from collections.abc import Callable
from pathlib import Path

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
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
