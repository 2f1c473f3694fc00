import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

import keeptabs
from keeptabs.audit.run import rules
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer
from keeptabs.testing import month
from keeptabs.testing.month.made import DAY

Cli = Callable[..., tuple[int, str, str]]
Make = Callable[..., Record]
Fill = Callable[..., Path]
Filled = Callable[..., Path]


@pytest.fixture
def filled(tmp_path: Path, process: Process, monkeypatch: pytest.MonkeyPatch) -> Filled:
    """A configured ledger with a month that ends now, and planted cases in it."""

    def fill(count: int, *planted: str) -> Path:
        path = tmp_path / "ledger.db"
        monkeypatch.setenv("KEEPTABS_STORE", str(path))
        with closing(Writer(path)) as writer:
            for record in month.calls(1, count, planted, time.time_ns() - 30 * DAY):
                writer.add(record)
            writer.commit({}, process)
        return path

    return fill


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines() if line.strip()]


def test_the_answer_comes_first_and_the_most_dollars_before_the_others(cli: Cli, filled: Filled) -> None:
    """What was spent, that findings overlap, and for each its dollars, evidence and change."""
    filled(400, "duplicates", "sibling", "shared_keys")
    code, out, _ = cli("audit", "--since", "all")
    said = lines(out)
    assert code == 0
    assert (
        said[0]
        == "3 findings: the largest would have saved $3.03 (49 %), the largest that is more than a guess $3.00 (49 %)."
    )
    assert said[1].startswith("$6.1")
    assert said[1].endswith("Findings overlap, so they are not added up.")
    assert said[2] == "$3.03 gpt-6.1-terra does it for less than gpt-6.1-sol"
    assert "$3.00 gpt-6.1-sol at /srv/faq/app.py:40 asks again what it was told within 1 day" in said
    assert "1,000 of 1,020 calls (98 %) are repeats. Confidence: medium." in said
    assert "– 2 services use one key of openai" in said
    assert "→ Give each service a key of its own, with a limit of its own." in said
    assert "17 rules found nothing." in said
    assert said[-1] == "keeptabs audit --rule sibling one rule in full, with its evidence"


def test_a_clean_month_has_nothing_to_change(cli: Cli, filled: Filled) -> None:
    """And no hint to look at a rule."""
    filled(500)
    said = lines(cli("audit", "--since", "all", "--fail-on", "0")[1])
    assert said[0] == "Nothing to change."
    assert said[-1] == "20 rules found nothing."


def test_an_empty_ledger_says_what_to_do(cli: Cli, fill: Fill) -> None:
    """There is nothing to look at."""
    fill(faults={("a stage", "a cause"): 1})
    said = lines(cli("audit")[1])
    assert said[0] == "No calls in the last 7 d."
    assert said[1].startswith("keeptabs run")


def test_one_rule_is_shown_in_full(cli: Cli, filled: Filled) -> None:
    """What it looks at, how sure it is and why, an example, and the evidence as a table."""
    filled(400, "duplicates", "sibling")
    said = lines(cli("audit", "--since", "all", "--rule", "duplicates")[1])
    assert said[0] == "The same request again duplicates"
    assert any(line.startswith("confidence medium: asked word for word") for line in said)
    assert any(line.startswith("for example keeptabs trace ") for line in said)
    assert said[-6] == "TTL repeats saved"
    assert said[-2] == "1 day 1,000 $3.00"
    assert not any("gpt-6.1-terra" in line for line in said)


def test_a_rule_that_found_nothing_says_so(cli: Cli, filled: Filled) -> None:
    """Among how many calls."""
    filled(100, "duplicates")
    said = lines(cli("audit", "--only", "duplicates", "--rule", "spikes", "--since", "all")[1])
    assert said[-1] == "Found nothing among 1,120 calls in all."


def test_only_some_rules_are_asked(cli: Cli, filled: Filled) -> None:
    """The others are not silent: they were not there."""
    filled(100, "duplicates", "sibling")
    code, out, _ = cli("audit", "--since", "all", "--only", "duplicates", "--only", "spikes", "--json")
    found = json.loads(out)
    assert code == 0
    assert [each["rule"] for each in found["findings"]] == ["duplicates"]
    assert found["silent"] == ["spikes"]


def test_the_same_facts_as_json(cli: Cli, filled: Filled) -> None:
    """Amounts as numbers, what is not known as null."""
    filled(200, "duplicates", "shutdown")
    found = json.loads(cli("audit", "--since", "all", "--json")[1])
    by_rule = {each["rule"]: each for each in found["findings"]}
    assert by_rule["duplicates"]["usd"] == pytest.approx(3)
    assert by_rule["duplicates"]["rows"][3] == ["1 day", 1_000, pytest.approx(3)]
    assert by_rule["shutdown"]["usd"] is None
    assert found["calls"] == found["hashed"] > 1_000
    assert found["since"] == 0


@pytest.mark.parametrize(
    ("limit", "code"), [("3.00", 1), ("$3", 1), ("3.01", 0), ("0", 1)], ids=["as much", "with a sign", "less", "any"]
)
def test_it_fails_where_one_finding_would_have_saved_so_much(limit: str, code: int, cli: Cli, filled: Filled) -> None:
    """One alone: amounts are never added up."""
    filled(50, "duplicates", "abandoned")
    assert cli("audit", "--since", "all", "--only", "duplicates", "--only", "abandoned", "--fail-on", limit)[0] == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rule", "nonsense"), "there is no rule 'nonsense'; there are abandoned, audio_size,"),
        (("--only", "Duplicates"), "there is no rule 'Duplicates'"),
        (("--fail-on", "much"), "'much' is no amount in USD"),
        (("--fail-on", "nan"), "'nan' is no amount in USD"),
        (("--fail-on", "-1"), "'-1' is no amount in USD"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], said: str, cli: Cli, filled: Filled) -> None:
    """One line that says what would do."""
    filled(0)
    code, out, err = cli("audit", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_calls_without_hashes_are_told_of(cli: Cli, fill: Fill, record: Make) -> None:
    """Silence about repeats means nothing then."""
    fill(record(), record())
    said = lines(cli("audit")[1])
    assert "2 calls have no hashes: repeats among them are not seen (setting: hashes)." in said


def test_no_more_than_two_findings_of_a_rule_are_listed(cli: Cli, filled: Filled) -> None:
    """The others are counted."""
    filled(50, "retries")
    out = cli("audit", "--since", "all")[1]
    assert "More: 2 of retries (--rule RULE)." in out
    assert out.count("/srv/writer/post.py") == 2


def test_every_rule_says_what_it_looks_at() -> None:
    """In a line that can stand behind "Looks at"."""
    for rule in rules():
        assert rule.looks_at[0].islower()
        assert not rule.looks_at.endswith(".")


def test_what_was_recorded_is_audited(
    cli: Cli, mock_url: str, api_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight equal requests are seven repeats, in whatever order their members stand; another temperature is none."""
    monkeypatch.setenv("KEEPTABS_STORE", str(tmp_path / "ledger.db"))
    keeptabs.install()
    messages = [{"role": "user", "content": "How do I return a parcel?"}]
    bodies = [{"model": "gpt-4o", "messages": messages}, {"messages": messages, "model": "gpt-4o"}]
    with httpx.Client(headers={"authorization": f"Bearer {api_key}"}) as client:
        for number in range(8):
            client.post(f"{mock_url}/chat/completions", json=bodies[number % 2])
        client.post(f"{mock_url}/chat/completions", json={**bodies[0], "temperature": 1})
    keeptabs.uninstall()
    (finding,) = json.loads(cli("audit", "--only", "duplicates", "--json")[1])["findings"]
    assert finding["evidence"] == "7 of 8 calls (88 %) are repeats"
    assert "test_audit.py" in finding["sites"][0]
