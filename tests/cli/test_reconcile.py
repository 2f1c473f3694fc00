"""``keeptabs reconcile``."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.reconcile import anthropic, openai, openrouter
from keeptabs.store.record import Record

sys.path.insert(0, str(Path(__file__).parents[1] / "reconcile"))
try:
    from billing_server import BillingServer, anthropic_day
finally:
    sys.path.pop(0)

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]
COSTS, COMPLETIONS = "/v1/organization/costs", "/v1/organization/usage/completions"
KEY = "none-is-needed"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the person who runs the tests are nobody's concern."""
    for name in [name for source in (openai, anthropic, openrouter) for name in source.KEY_VARIABLES]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def today() -> date:
    """The UTC day on which the ledger is filled, unless midnight is near."""
    return datetime.fromtimestamp(time.time(), tz=UTC).date()


def bill(
    day: date, usd: float, item: str = "gpt-4o-2024-08-06, input", **more: Any
) -> dict[date, list[dict[str, Any]]]:
    """A cost report of one row."""
    row = {
        "object": "organization.costs.result",
        "amount": {"value": usd, "currency": "usd"},
        "line_item": item,
        **more,
    }
    return {day: [row]}


def usage(day: date, requests: int, tokens: int) -> dict[date, list[dict[str, Any]]]:
    """A usage report of one model."""
    row = {"object": "organization.usage.completions.result", "model": "gpt-4o-2024-08-06", "input_tokens": tokens}
    return {day: [{**row, "output_tokens": 0, "num_model_requests": requests}]}


@pytest.fixture
def server(today: date) -> Iterator[BillingServer]:
    """A provider that bills three requests, and storage."""
    costs = bill(today, 0.0009)
    costs[today] += bill(today, 0.5, "Vector storage")[today]
    reports = {COSTS: costs, COMPLETIONS: usage(today, 3, 330)}
    with BillingServer(reports, key=("authorization", f"Bearer {KEY}")) as running:
        yield running


@pytest.fixture
def ask(cli: Cli, server: BillingServer, today: date, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Asks OpenAI for the bill of yesterday and today."""
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    span = ("--from", str(today - timedelta(days=1)), "--to", str(today), "--base-url", f"{server.url}/v1")
    return lambda *more: cli("reconcile", "openai", *span, *more)


def test_the_bill_is_set_beside_the_ledger(ask: Cli, fill: Fill, record: Make) -> None:
    """Two of three requests were seen: what is missing is coverage, and storage has no call."""
    fill(record(), record())
    code, out, err = ask("--json")
    said = json.loads(out, parse_float=Decimal)
    assert (code, err) == (0, "")
    assert (said["billed"], said["ledger"]) == (Decimal("0.5009"), Decimal("0.0006"))
    assert said["parts"]["fixed"] == Decimal("0.5")
    assert said["steps"]["fixed"] == "no call causes it: Vector storage"
    assert sum(said["parts"].values()) == said["gap"]
    assert said["provider"] == "openai"
    assert any("not final" in note for note in said["notes"])


ACTIVITY = {"model": "openai/gpt-4o", "usage": 0.25, "requests": 2, "prompt_tokens": 10, "completion_tokens": 5}
CENTS = {"amount": "25.0", "currency": "USD", "cost_type": "tokens", "token_type": "output_tokens", "model": "claude"}


@pytest.mark.parametrize("source", ["anthropic", "openrouter"])
def test_every_provider_is_asked_in_its_own_way(
    cli: Cli, fill: Fill, record: Make, today: date, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """With its own key, at its own reports, for the days that are named."""
    fill(record())
    header, value = ("x-api-key", KEY) if source == "anthropic" else ("authorization", f"Bearer {KEY}")
    for each in (anthropic, openrouter):
        monkeypatch.setenv(each.KEY_VARIABLES[0], KEY if each.__name__.endswith(source) else "of somebody else")
    reports = {
        "/v1/organizations/cost_report": {today: [CENTS]},
        "/v1/organizations/usage_report/messages": {today: []},
        "/activity": json.dumps({"data": [{"date": str(today), **ACTIVITY}]}).encode(),
    }
    with BillingServer(reports, key=(header, value), bucket=anthropic_day) as server:
        span = ("--from", str(today), "--to", str(today), "--base-url", server.url)
        code, out, err = cli("reconcile", source, *span, "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert (said["provider"], said["billed"], said["parts"]["coverage"]) == (source, 0.25, 0.25)


def test_a_person_sees_the_answer_the_causes_and_the_models(ask: Cli, fill: Fill, record: Make) -> None:
    """In this order, and never the key."""
    fill(record(), record())
    code, out, err = ask()
    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[1].startswith("$0.50 billed · $0.00060 in the ledger · gap $0.50 (99.9 %)")
    assert [line.split()[0] for line in lines[4:] if line][1] == "fixed"
    assert any(line.startswith("gpt-4o-2024-08-06") for line in lines)
    assert KEY not in out


def test_what_is_unexplained_can_fail_a_pipeline(ask: Cli, fill: Fill, record: Make, server: BillingServer) -> None:
    """Above the amount that is named, not at it; what has a cause never does."""
    fill(record())
    assert ask("--fail-on", "0")[0] == 0
    server.reports = {COSTS: bill(date.fromisoformat(json.loads(ask("--json")[1])["to"]), 0.25, "a new thing")}
    assert ask("--fail-on", "0.24")[0] == 1
    assert ask("--fail-on", "$0.25")[0] == 0


def test_a_table_needs_no_key(cli: Cli, fill: Fill, record: Make, tmp_path: Path, today: date) -> None:
    """It is read as it was exported, from the columns that are named."""
    fill(record(provider="acme", cost=Cost(usd=Decimal("0.25"), status=CostStatus.PROVIDER_REPORTED)))
    table = tmp_path / "bill.csv"
    table.write_text(f"Booked,Amount,Team\n{today},0.25,desk\n{today},9,other\n")
    named = ("--columns", "date=Booked,usd=Amount", "--only", "Team=desk", "--provider", "acme", "--by", "day")
    span = ("--from", str(today - timedelta(days=1)), "--to", str(today))
    code, out, err = cli("reconcile", "csv", "--file", str(table), *named, *span)
    assert (code, err) == (0, "")
    assert "$0.25 billed · $0.25 in the ledger · no gap" in out
    assert "acme, csv (bill.csv)" in out


def test_your_own_prices_are_used(ask: Cli, fill: Fill, record: Make, tmp_path: Path, server: BillingServer) -> None:
    """A file that is broken is named with its line."""
    fill(record())
    prices = tmp_path / "mine.toml"
    prices.write_text('[[price]]\nprovider = "openai"\nmodel = "gpt-4o"\nunit.input_mtok = 1.25\n')
    code, _, err = ask("--prices", str(prices))
    assert code == 2
    assert err.startswith(f"keeptabs: {prices}:1: ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["openai"], "OPENAI_ADMIN_KEY"),
        (["anthropic"], "ANTHROPIC_ADMIN_KEY"),
        (["openrouter"], "OPENROUTER_MANAGEMENT_KEY"),
        (["csv"], "keeptabs: which table? --file EXPORT"),
        (["csv", "--file", "nowhere.csv"], "keeptabs: nowhere.csv: No such file or directory"),
        (["csv", "--file", "x", "--only", "Team"], "keeptabs: --only Team: write COLUMN=TEXT"),
        (["csv", "--file", "x", "--columns", "a=b"], "keeptabs: --columns: 'a' is none of date, usd, "),
        (["openai", "--from", "2026-11-02", "--to", "2026-11-01"], "keeptabs: --from 2026-11-02 comes after --to"),
        (["openai", "--from", "soon"], "'soon' is no day: write 2026-11-01"),
        (["openai", "--fail-on", "much"], "'much' is no number"),
        (["acme"], "'acme' is not one of 'openai', 'anthropic', 'openrouter', 'csv'"),
    ],
)
def test_a_mistake_is_answered_in_one_line(cli: Cli, arguments: list[str], complaint: str) -> None:
    """Exit status 2, and nothing on stdout."""
    code, out, err = cli("reconcile", *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert complaint in err


def test_a_table_of_nobody_asks_whose_it_is(cli: Cli, tmp_path: Path) -> None:
    """Its header does not tell."""
    table = tmp_path / "bill.csv"
    table.write_text("date,usd\n")
    code, _, err = cli("reconcile", "csv", "--file", str(table))
    assert code == 2
    assert "whose bill is it? --provider NAME" in err


def test_without_days_it_is_the_last_week_that_is_final(
    cli: Cli, fill: Fill, record: Make, tmp_path: Path, today: date
) -> None:
    """Seven days up to three days ago."""
    fill(record())
    table = tmp_path / "bill.csv"
    table.write_text("date,usd\n")
    _, out, _ = cli("reconcile", "csv", "--file", str(table), "--provider", "openai", "--json")
    said = json.loads(out)
    assert (said["from"], said["to"]) == (str(today - timedelta(days=9)), str(today - timedelta(days=3)))


def test_the_key_is_in_no_message(ask: Cli, fill: Fill, record: Make, server: BillingServer) -> None:
    """Whatever the provider answers."""
    fill(record())
    server.key = ("authorization", "another")
    code, out, err = ask()
    assert (code, out) == (2, "")
    assert KEY not in err
