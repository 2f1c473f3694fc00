from typing import Any

import pytest

from keeptabs.store.call_pages import Failed, ListedCall
from keeptabs.web.outcomes import amount, tag, times


def call(**fields: Any) -> ListedCall:
    given: dict[str, Any] = dict.fromkeys(ListedCall.__struct_fields__)
    return ListedCall(**{**given, "outcome": "ok", "status": 200, "cost_status": "priced", **fields})


def failed(*outcomes: tuple[str, int | None]) -> list[Failed]:
    return [Failed("op", n, 0, status, outcome) for n, (outcome, status) in enumerate(outcomes, 1)]


@pytest.mark.parametrize(
    ("fields", "before", "said"),
    [
        ({}, [], ("ok", "")),
        ({}, [("rate_limited", 429)] * 2, ("429 ×2, then ok", "warn")),
        ({}, [("rate_limited", 429), ("timeout", None)], ("429, timeout, then ok", "warn")),
        ({"outcome": "rate_limited", "status": 429}, [], ("429", "bad")),
        ({"outcome": "bad_request", "status": 400}, [], ("400 bad request", "bad")),
        ({"outcome": "timeout", "status": None}, [], ("timeout", "bad")),
        ({"outcome": "truncated"}, [], ("broken off", "bad")),
        ({"outcome": "cancelled"}, [], ("left", "soft")),
        ({"outcome": "length"}, [], ("cut at its limit", "warn")),
    ],
    ids=["ok", "after two", "after different ones", "429", "400", "timeout", "broken", "left", "length"],
)
def test_outcome_is_said_in_a_word(
    fields: dict[str, Any], before: list[tuple[str, int | None]], said: tuple[str, str]
) -> None:
    """What went wrong is said as the wire told it, and what was tried before."""
    found = tag(call(**fields), failed(*before))
    assert (found.text, found.kind) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cost": 47_700_000}, ("$0.0477", "", False)),
        ({"cost": 0, "cost_status": "free"}, ("$0.0000", "", False)),
        ({"cost": 47_700_000, "cost_status": "partial"}, ("$0.0477", "in part", True)),
        ({"cost": 47_700_000, "cost_status": "estimated"}, ("$0.0477", "about", False)),
        ({"cost_status": "unpriced"}, ("no price", "", True)),
        ({"cost_status": "no_usage"}, ("no usage", "", True)),
        ({"cost_status": "no_usage", "error_type": "429"}, ("–", "", False)),
        ({"cost_status": "no_usage", "outcome": "cancelled"}, ("–", "", False)),
    ],
    ids=["priced", "free", "partial", "estimated", "unpriced", "no usage", "failed", "left"],
)
def test_amount_is_never_a_zero_that_is_none(fields: dict[str, Any], said: tuple[str, str, bool]) -> None:
    """What is not known is said so, and only what should have a price is a gap."""
    found = amount(call(**fields))
    assert (found.text, found.mark, found.is_gap) == said


def test_words_are_counted_in_the_order_they_came() -> None:
    """The same word stands once."""
    assert times(["429", "timeout", "429"]) == "429 ×2, timeout"
