"""``keeptabs limits``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account
from keeptabs.core.limits import RateLimit
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]


@pytest.fixture
def told(record: Make) -> Callable[..., Record]:
    """A call whose answer told what was left of its limits. The ledger has five seconds between two of them."""

    def make(tokens: int, model: str = "gpt-4o", **more: Any) -> Record:
        state = RateLimit(limit_tokens=600, remaining_tokens=tokens, **more)
        return record(rate_limit=state, request=Asked(model=model), account=Account(key="k1"))

    return make


def test_the_emptiest_limit_comes_first(cli: Cli, fill: Fill, told: Callable[..., Record]) -> None:
    """Each is followed over all answers."""
    fill(told(600), told(599, "o3", limit_requests=100, remaining_requests=90), told(300))
    code, out, _ = cli("limits", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(line["model"], line["kind"], line["remaining"]) for line in lines] == [
        ("gpt-4o", "tokens", 300),
        ("o3", "requests", 90),
        ("o3", "tokens", 599),
    ]
    assert (lines[0]["headroom"], lines[0]["empty_in"], lines[0]["account"]) == (0.5, pytest.approx(15.0), "k1")
    assert lines[1]["empty_in"] is None


def test_a_person_sees_what_is_left_and_until_when(cli: Cli, fill: Fill, told: Callable[..., Record]) -> None:
    """One line a limit: how much of it there is, and when it is used up."""
    fill(told(600), told(300))
    _, out, _ = cli("limits")
    line = next(line for line in out.splitlines() if "gpt-4o" in line).split()
    assert line[:10] == ["gpt-4o", "openai", "k1", "tokens", "600", "300", "50", "%", "6.0", "s"]


def test_where_nobody_told_of_a_limit_it_says_so(cli: Cli, fill: Fill, record: Make) -> None:
    """A host without limits has nothing to show."""
    fill(record(rate_limit=None))
    code, out, _ = cli("limits")
    assert code == 0
    assert "No answer told of a rate limit" in out
