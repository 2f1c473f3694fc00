"""``keeptabs prices show``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]

MINE = """
[[price]]
provider = "acme"
model = "acme-1"
unit.input_mtok = "9"
to = 2026-01-01
source = "https://acme.example/old"

[[price]]
provider = "acme"
model = "acme-1"
from = 2026-01-01
unit.input_mtok = "2.50"
unit.images = "0.04"
tier.input_mtok = [[200000, "5"], [400000, "7.5"]]
source = "https://acme.example/prices"
checked = 2026-11-01
confidence = "disputed"
note = "one page says 3"

[[price]]
provider = "acme"
model = "acme-1"
when = { service_tier = "flex" }
daily = [16:30:00, 00:30:00]
weekdays = ["sat", "sun"]
except = [2026-10-01]
unit.input_mtok = "1"

[[discount]]
provider = "acme"
factor = "0.850"
from = 2026-02-01
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A file with a model that nobody sells."""
    (tmp_path / "mine.toml").write_text(MINE)
    return str(tmp_path / "mine.toml")


def test_a_row_is_shown_with_all_that_it_says(cli: Cli, mine: str) -> None:
    """The whole of what a person sees: what holds is marked, and each row has its rates, times and source."""
    code, out, err = cli("prices", "show", "acme-1", "--prices", mine, "--at", "2026-06-01")
    assert (code, err) == (0, "")
    assert (
        out
        == f"""
  acme-1 at acme        3 rows, 1 in force on 2026-06-01

    standard   until 2026-01-01   user
    input $9 / 1M
    https://acme.example/old

  ● standard   since 2026-01-01   user
    input $2.5 / 1M; over 200,000 tokens $5; over 400,000 tokens $7.5   images $0.04 each
    https://acme.example/prices   checked 2026-11-01   disputed   one page says 3

    service_tier flex   always, daily 16:30–00:30 UTC, sat sun, not on 2026-10-01   user
    input $1 / 1M
    {mine}

    x 0.85   all rates for every call, since 2026-02-01 (your discount)

"""
    )


@pytest.mark.parametrize(
    ("at", "holding"),
    [
        ("2025-12-31", [True, False, False]),
        ("2026-01-01", [False, True, False]),
        ("2026-06-06T16:30", [False, True, True]),
        ("2026-06-05T16:30", [False, True, False]),
    ],
    ids=["before", "first day", "saturday night", "friday night"],
)
def test_what_holds_is_told_for_a_day(cli: Cli, mine: str, at: str, holding: list[bool]) -> None:
    """Rows for a kind of call hold beside the standard price."""
    found = json.loads(cli("prices", "show", "acme-1", "--prices", mine, "--at", at, "--json")[1])
    assert [row["holds"] for row in found["rows"]] == holding


def test_json_has_every_row_with_its_source(cli: Cli, mine: str) -> None:
    """Amounts are text, as they are written; one object a provider."""
    found = json.loads(cli("prices", "show", "acme-1", "--prices", mine, "--at", "2026-06-01", "--json")[1])
    assert (found["provider"], found["model"], found["at"]) == ("acme", "acme-1", "2026-06-01")
    expected = {
        "row": "acme/acme-1@2026-01-01",
        "holds": True,
        "unit": {"input_mtok": "2.50", "images": "0.04"},
        "tier": {"input_mtok": [[200_000, "5"], [400_000, "7.5"]]},
        "from": "2026-01-01",
        "provider": "acme",
        "model": "acme-1",
        "layer": "user",
        "source": "https://acme.example/prices",
        "checked": "2026-11-01",
        "confidence": "disputed",
        "note": "one page says 3",
    }
    assert {name: found["rows"][1].get(name) for name in expected} == expected
    assert found["multipliers"][0]["factor"] == "0.850"


def test_everyone_who_sells_a_model_is_shown(cli: Cli) -> None:
    """Also those who sell it at the prices of another."""
    out = cli("prices", "show", "gpt-4o")[1]
    assert "  gpt-4o at openai " in out
    assert "  gpt-4o at azure, at the prices of openai " in out
    only = cli("prices", "show", "GPT-4o", "--provider", "openai")[1]
    assert ("  GPT-4o at openai " in only, "azure" in only) == (True, False)
    providers = [json.loads(line)["provider"] for line in cli("prices", "show", "gpt-4o", "--json")[1].splitlines()]
    assert providers == sorted(providers)
    assert {"azure", "openai"} <= set(providers)


def test_rates_that_are_known_from_a_later_day_on_say_how_far_they_are_dated_back(cli: Cli) -> None:
    """A batch of last year is priced by them too."""
    out = cli("prices", "show", "gpt-4o", "--provider", "openai", "--at", "2026-11-24")[1]
    assert "from 2024-04-15 in the same proportion to the standard price" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gpt-4oo"], "no price for 'gpt-4oo': did you mean gpt-4o or "),
        (["gpt-4oo", "--provider", "openai"], "no price for 'gpt-4oo' at openai: did you mean gpt-4o or "),
        (["q" * 30], f"no price for '{'q' * 30}'\n"),
        (["gpt-4o", "--provider", "opnai"], "there are no prices of 'opnai'; there are those of "),
        (["gpt-4o", "--prices", "nowhere.toml"], "nowhere.toml: No such file or directory"),
        (["gpt-4o", "--at", "soon"], "'soon' is no date"),
    ],
)
def test_what_is_not_known_is_one_line(cli: Cli, arguments: list[str], said: str) -> None:
    """With names that look like it, where there are any."""
    code, out, err = cli("prices", "show", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
