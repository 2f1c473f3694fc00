"""``keeptabs prices diff``."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keeptabs.cli._prices_options import folder
from keeptabs.pricing import load

Cli = Callable[..., tuple[int, str, str]]


def model(name: str, **prices: float) -> dict[str, Any]:
    """A model as it stands in the data of genai-prices."""
    return {"id": name, "match": {"equals": name}, "prices": prices}


@pytest.fixture
def data(tmp_path: Path) -> Callable[..., str]:
    """A data.json of some models of a provider."""

    def write(*models: dict[str, Any], provider: str = "acme") -> str:
        file = tmp_path / "data.json"
        file.write_text(json.dumps([{"id": provider, "models": models}]))
        return str(file)

    return write


def test_newer_prices_are_held_against_those_in_force(cli: Cli, data: Callable[..., str]) -> None:
    """The whole of what a person sees: the greatest change first, then what came and went; nothing is kept."""
    cli("prices", "pull", data(model("a", input_mtok=1, output_mtok=4), model("b", images=0.04)))
    before = load.pulled(folder())
    file = data(model("a", input_mtok=1.1, output_mtok=1), model("c", input_mtok=1))
    code, out, err = cli("prices", "diff", file)
    assert (code, err) == (0, "")
    assert (
        out
        == f"""
  1 model added, 1 model gone, 2 rates changed        in {file}

  model    rate         old         new   change
  acme/a   output   $4 / 1M     $1 / 1M    -75 %
  acme/a   input    $1 / 1M   $1.1 / 1M    +10 %

  new: acme/c

  gone: acme/b

  keeptabs prices pull {file}   use them
"""
    )
    assert load.pulled(folder()) == before


def test_rates_that_are_no_plain_ones_say_what_they_are_for(cli: Cli, data: Callable[..., str]) -> None:
    """Steps and kinds of call, and rates that one of the two does not have."""
    variants = {"price_variants": [{"when": {"service_tier": "flex"}, "prices": {"input_mtok": 0.5}}]}
    cli("prices", "pull", data(model("a", input_mtok=1)))
    steps: Any = {"base": 1, "tiers": [{"start": 200_000, "price": 2}]}
    out = cli("prices", "diff", data(model("a", input_mtok=steps) | variants))[1]
    lines = {" ".join(line.split()) for line in out.splitlines()}
    assert "acme/a input, over 200,000 tokens – $2 / 1M –" in lines
    assert "acme/a input, service_tier=flex – $0.5 / 1M –" in lines


def test_json_has_every_difference(cli: Cli, data: Callable[..., str]) -> None:
    """Amounts are text, and the ratio a number."""
    cli("prices", "pull", data(model("a", input_mtok=1)))
    found = json.loads(cli("prices", "diff", data(model("a", input_mtok=1.5)), "--json")[1])
    assert found == {
        "added": [],
        "removed": [],
        "changed": [
            {
                "provider": "acme",
                "model": "a",
                "kind": "",
                "key": "input_mtok",
                "beyond": 0,
                "old": "1",
                "new": "1.5",
                "ratio": 1.5,
            }
        ],
        "other": [],
    }


def test_a_long_list_is_cut_unless_all_of_it_is_wanted(cli: Cli, data: Callable[..., str]) -> None:
    """How much more there is stands below it."""
    cli("prices", "pull", data(*(model(f"m{number}", input_mtok=1) for number in range(50))))
    file = data(*(model(f"m{number}", input_mtok=2) for number in range(50)))
    assert "  and 10 more (--all)\n" in cli("prices", "diff", file)[1]
    every = cli("prices", "diff", file, "--all")[1]
    assert ("--all" in every, every.count("acme/m")) == (False, 50)
    new = data(*(model(f"n{number}", input_mtok=2) for number in range(50)))
    assert ", acme/n13 and 44 more\n" in cli("prices", "diff", new)[1]


def test_the_shipped_files_differ_in_nothing_from_themselves(cli: Cli) -> None:
    """A directory, a file, and one provider of a directory."""
    for arguments in ([str(load.SHIPPED)], [str(load.SHIPPED / "openai.json")], [str(load.SHIPPED), "--provider", "x"]):
        assert "  nothing is different " in cli("prices", "diff", *arguments)[1]


def test_our_own_rows_are_held_against_the_base(cli: Cli) -> None:
    """On whose word, and what the base says."""
    out = cli("prices", "diff", "--provider", "openai", "--all")[1]
    row = out.partition("openai/o3   since 2025-04-16 until 2025-06-10\n")[2].split("\n\n")[0]
    assert "cache read $0.5 / 1M → $2.5 / 1M" in row
    assert "\n    https://community.openai.com/t/1284925   " in row
    assert "anthropic/" not in out


def test_rows_that_correct_the_base_come_before_those_that_add_to_it(cli: Cli) -> None:
    """Of all providers: the first are what a reader should know of."""
    rows = [block for block in cli("prices", "diff", "--all")[1].split("\n\n") if " → " in block]
    corrects = [re.search(r"(?<!no price) → ", row) is not None for row in rows]
    assert set(corrects) == {True, False}
    assert corrects == sorted(corrects, reverse=True)


def test_json_of_our_own_rows_is_one_object_a_rate(cli: Cli) -> None:
    """Each with its source."""
    lines = [json.loads(line) for line in cli("prices", "diff", "--json")[1].splitlines()]
    assert all(line["source"].startswith("https://") and line["base"] != line["ours"] for line in lines)
    assert {line["provider"] for line in lines} > {"openai", "anthropic"}
    own = [json.loads(line) for line in cli("prices", "diff", "--json", "--provider", "openai")[1].splitlines()]
    assert own == [line for line in lines if line["provider"] == "openai"]


def test_a_file_that_is_none_is_one_line(cli: Cli, tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "x.json").write_text("[1]")
    code, out, err = cli("prices", "diff", str(tmp_path / "x.json"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "x.json: no data of genai-prices: " in err
