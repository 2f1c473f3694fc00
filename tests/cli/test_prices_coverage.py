"""``keeptabs prices coverage``."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for gpt-99 at openai")
MANY = Usage(tokens={Bucket.INPUT_TEXT: 40_000, Bucket.OUTPUT_TEXT: 1_400})


@pytest.fixture
def ledger(fill: Fill, record: Make) -> Path:
    """Seven calls: four priced, one of them at a stale price, two of a model without a price, one told nothing."""
    unpriced = [record(cost=UNPRICED, response_model="gpt-99", usage=MANY) for _ in range(2)]
    silent = record(cost=Cost(status=CostStatus.NO_USAGE, why="the answer reported no usage"), usage=None)
    stale = record(cost=Cost(usd=Decimal(1), status=CostStatus.STALE, why="last checked 200 days before the call"))
    return fill(record(), record(), record(), stale, *unpriced, silent)


def test_the_share_comes_first_and_then_where_and_why(cli: Cli, ledger: Path) -> None:
    """The whole of what a person sees."""
    code, out, _ = cli("prices", "coverage")
    assert code == 0
    assert (
        out
        == """
  57.1 % of calls priced · 3 unpriced (83k tokens) · 1 at disputed or stale prices        7 calls in the last 30 d

  model               at       status     calls   tokens
  gpt-99              openai   unpriced       2   82,800
  gpt-4o-2024-08-06   openai   no usage       1        0
  gpt-4o-2024-08-06   openai   stale          1      110

  ! no price for gpt-99 at openai
  ! the answer reported no usage
  ! last checked 200 days before the call

  Give these rates in a TOML file, which keeptabs prices check FILE reads:

    [[price]]
    provider = "openai"
    model = "gpt-99"
    unit.input_mtok = "…"   # USD / 1M
    unit.output_mtok = "…"   # USD / 1M

  keeptabs reprice            what the calls would have cost by them
  keeptabs prices pull FILE   newer prices
"""
    )


def test_json_has_the_same_facts(cli: Cli, ledger: Path) -> None:
    """With the row for each line that lacks a price."""
    _, out, _ = cli("prices", "coverage", "--json")
    found = json.loads(out)
    assert (found["calls"], found["unpriced"], found["share"]) == (7, 3, pytest.approx(4 / 7))
    first, silent, stale = found["lines"]
    assert first.pop("row").startswith('[[price]]\nprovider = "openai"\nmodel = "gpt-99"\n')
    assert first == {
        "provider": "openai",
        "model": "gpt-99",
        "status": "unpriced",
        "calls": 2,
        "tokens": 82_800,
        "why": "no price for gpt-99 at openai",
    }
    assert (silent["status"], silent["row"], stale["status"], stale["row"]) == ("no_usage", None, "stale", None)


@pytest.mark.parametrize(("share", "code"), [("57", 0), ("57.2", 1), ("0", 0), ("100", 1)])
def test_a_build_can_be_made_to_fail(cli: Cli, ledger: Path, share: str, code: int) -> None:
    """Below the share that is wanted, the exit code is 1; the answer is the same."""
    assert cli("prices", "coverage", "--fail-under", share)[0] == code


def test_a_ledger_in_which_everything_is_priced_says_so(cli: Cli, fill: Fill, record: Make) -> None:
    """There is no table of nothing."""
    fill(record(), record())
    code, out, _ = cli("prices", "coverage", "--fail-under", "100")
    assert (code, out) == (0, "\n  100 % of calls priced        2 calls in the last 30 d\n\n")


def test_a_share_that_is_not_all_is_never_rounded_up_to_all(cli: Cli, fill: Fill, record: Make) -> None:
    """One call of two thousand shows."""
    fill(*(record() for _ in range(1_999)), record(cost=UNPRICED, response_model="gpt-99", usage=MANY))
    assert "99.9 % of calls priced · 1 unpriced" in cli("prices", "coverage")[1]


def test_a_time_without_calls_is_no_failure(cli: Cli, ledger: Path) -> None:
    """Whatever share is wanted."""
    code, out, _ = cli("prices", "coverage", "--fail-under", "100", "--since", "2099-01-01")
    assert (code, out) == (0, "\n  No calls since 2099-01-01.\n")


@pytest.mark.parametrize("arguments", [["--fail-under", "101"], ["--fail-under", "x"], ["--since", "soon"]])
def test_what_cannot_be_used_is_answered_in_one_line(cli: Cli, ledger: Path, arguments: list[str]) -> None:
    """With the option that is wrong."""
    code, out, err = cli("prices", "coverage", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert arguments[0] in err
