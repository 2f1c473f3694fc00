import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]


def outcome(kind: str, status: int | None, error: str | None) -> Outcome:
    return Outcome(kind=OutcomeKind(kind), status=status, error_type=error)


@pytest.mark.parametrize(
    ("kind", "status", "error", "said"),
    [
        ("ok", 200, None, "ok"),
        ("rate_limited", 429, "rate_limit_exceeded", "429 rate_limit_exceeded"),
        ("rate_limited", 429, "429", "429 rate_limited"),
        ("cancelled", 200, None, "cancelled"),
        ("timeout", None, "ReadTimeout", "ReadTimeout"),
    ],
)
def test_the_outcome_is_in_the_providers_word(
    cli: Cli, fill: Fill, record: Make, kind: str, status: int | None, error: str | None, said: str
) -> None:
    """What went wrong is told by status and code, or by what we call it where there is no code."""
    fill(record(outcome=outcome(kind, status, error)))
    line = cli("calls")[1].splitlines()[2]
    assert f" {said}  " in line


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(usd=Decimal("1.5"), status=CostStatus.PRICED), "$1.5000"),
        (Cost(usd=Decimal("0.00000022"), status=CostStatus.PRICED), "<$0.0001"),
        (Cost(usd=Decimal(0), status=CostStatus.FREE), "$0.0000"),
        (Cost(usd=Decimal("1.5"), status=CostStatus.PARTIAL), "in part $1.5000"),
        (Cost(usd=Decimal("1.5"), status=CostStatus.ESTIMATED), "about $1.5000"),
        (Cost(usd=Decimal("1.5"), status=CostStatus.DISPUTED), "disputed $1.5000"),
        (Cost(usd=Decimal("1.5"), status=CostStatus.STALE), "stale $1.5000"),
        (Cost(usd=Decimal("1.5"), status=CostStatus.PROVIDER_REPORTED), "$1.5000"),
        (Cost(status=CostStatus.UNPRICED), "no price"),
        (Cost(status=CostStatus.NO_USAGE), "no usage"),
    ],
)
def test_the_cost_says_how_it_is_known(cli: Cli, fill: Fill, record: Make, cost: Cost, said: str) -> None:
    """An exact amount, one with a mark where it is not certain, or why there is none."""
    fill(record(cost=cost))
    assert f"   {said}  " in cli("calls")[1].splitlines()[2]


def test_newest_first_and_narrowed(cli: Cli, fill: Fill, record: Make) -> None:
    """The last call is the first line; options narrow the list."""
    failed = outcome("server_error", 500, "500")
    fill(
        record(response_model="first"), record(response_model="second", outcome=failed), record(response_model="third")
    )

    def models(*options: str) -> list[str]:
        return [json.loads(line)["model"] for line in cli("calls", "--json", *options)[1].splitlines()]

    assert models() == ["third", "second", "first"]
    assert models("--limit", "1") == ["third"]
    assert models("--failed") == ["second"]
    assert models("--model", "first") == ["first"]


def test_json_is_an_object_a_line_with_the_whole_call(cli: Cli, fill: Fill, record: Make) -> None:
    """Tags and detail are objects, the cost is there in dollars too."""
    fill(record())
    found = json.loads(cli("calls", "--json")[1])
    assert (found["usd"], found["tags"], found["detail"]["service_tier"]) == (0.0003, {"feature": "answers"}, "default")
    assert found["detail"]["usage"]["tokens"] == {"input.text": 60, "cache_read.text": 40, "output.text": 10}


def test_none_is_said(cli: Cli, fill: Fill, record: Make) -> None:
    """A list that is empty says of what and of when."""
    fill(record())
    assert "No such calls in the last 7 d." in cli("calls", "--model", "other")[1]
