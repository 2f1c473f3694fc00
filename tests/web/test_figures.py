from typing import Any

import pytest

from keeptabs.store.traces import TraceCall
from keeptabs.web.figures import Figures, of_trace
from keeptabs.web.waterfall import waterfall


def call(**fields: Any) -> TraceCall:
    given: dict[str, Any] = {**dict.fromkeys(TraceCall.__struct_fields__), "started_at": 0, "duration": 0}
    usual = {"outcome": "ok", "operation_id": "a", "attempt": 1, "cost_status": "no_usage", "streamed": False}
    return TraceCall(**{**given, **usual, **fields})


def figures(*calls: TraceCall) -> Figures:
    return of_trace(calls, waterfall([]), None, "")


LIMITED = {"outcome": "rate_limited", "status": 429, "error_type": "429"}


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([call(**LIMITED), call(attempt=2)], ("ok", "", "after 429")),
        ([call(attempt=2), call(**LIMITED)], ("ok", "", "after 429")),
        ([call(**LIMITED), call(**LIMITED, attempt=2)], ("429", "bad", "after 429")),
        ([call(**LIMITED), call(operation_id="b")], ("429", "bad", "2 calls")),
        ([call(outcome="cancelled")], ("left", "bad", "1 call")),
        ([call(outcome="length")], ("cut at its limit", "", "1 call")),
    ],
    ids=["tried again", "in another order", "in vain", "another operation", "left", "cut"],
)
def test_outcome_is_that_of_the_last_attempts(calls: list[TraceCall], said: tuple[str, str, str]) -> None:
    """A failure counts where its operation was not tried again with success."""
    found = figures(*calls)
    assert (found.outcome.text, found.outcome.kind, found.outcome_said) == said


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([call(cost=10**9, cost_status="priced")] * 2, ("$2.0000", "all priced")),
        (
            [call(cost=10**9, cost_status="priced"), call(cost_status="unpriced")],
            ("$1.0000", "1 of 2 calls not priced"),
        ),
        ([call(cost_status="unpriced")], ("no price", "1 of 1 call not priced")),
        ([call(**LIMITED)], ("–", "nothing was billed")),
    ],
    ids=["all", "some", "none", "failed"],
)
def test_cost_says_what_it_lacks(calls: list[TraceCall], said: tuple[str, str]) -> None:
    """A sum that lacks something says of how many calls, and an amount that is not known is no zero."""
    found = figures(*calls)
    assert (found.cost.text, found.cost_said) == said


def test_tokens_are_a_dash_where_the_wire_told_of_none() -> None:
    """What one side told of is summed; nothing told is not zero."""
    assert figures(call(input=5), call(output=0), call()).tokens == "5"
    assert figures(call()).tokens == "–"
