"""``keeptabs prices pull``."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keeptabs.cli._prices_options import folder
from keeptabs.pricing import load

Cli = Callable[..., tuple[int, str, str]]


def model(name: str, usd: float = 2.5) -> dict[str, Any]:
    """A model as it stands in the data of genai-prices."""
    return {"id": name, "match": {"equals": name}, "prices": {"input_mtok": usd}}


@pytest.fixture
def data(tmp_path: Path) -> Callable[..., Path]:
    """A data.json of a provider that nobody sells for, with some models."""

    def write(*models: dict[str, Any], provider: str = "acme") -> Path:
        file = tmp_path / "data.json"
        file.write_text(json.dumps([{"id": provider, "name": "Acme", "api_pattern": "x", "models": models}]))
        return file

    return write


def test_what_is_pulled_is_checked_kept_and_compared(cli: Cli, data: Callable[..., Path]) -> None:
    """The whole of what a person sees, for the second of two sets."""
    assert cli("prices", "pull", str(data(model("a", 1), model("b"), model("c"))))[0] == 0
    file = data(model("a", 2.5), model("b"), model("d"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    code, out, err = cli("prices", "pull", str(file), "--sha256", digest.upper())
    assert (code, err) == (0, "")
    assert (
        out
        == f"""
  3 models of 1 provider        1 model added, 1 model gone, 1 rate changed
  in {load.pulled(folder())}
  sha256 {digest}

  model    rate        old         new   change
  acme/a   input   $1 / 1M   $2.5 / 1M   +150 %

  new: acme/d

  gone: acme/c

  keeptabs prices show MODEL     the rows of a model
  keeptabs prices pull --reset   back to the prices that came with keeptabs
"""
    )
    assert "input $2.5 / 1M" in cli("prices", "show", "a", "--provider", "acme")[1]


def test_after_a_reset_the_shipped_prices_hold(cli: Cli, data: Callable[..., Path]) -> None:
    """Where nothing was pulled, that is said."""
    cli("prices", "pull", str(data(model("a"))))
    assert cli("prices", "show", "a")[0] == 0
    assert cli("prices", "pull", "--reset")[1] == "  The prices that came with keeptabs hold again.\n"
    assert cli("prices", "show", "a")[0] == 2
    assert "There are no pulled prices in" in cli("prices", "pull", "--reset")[1]
    assert json.loads(cli("prices", "pull", "--reset", "--json")[1])["removed"] is False


def test_json_has_the_same_facts(cli: Cli, data: Callable[..., Path], tmp_path: Path) -> None:
    """With all differences."""
    into = tmp_path / "here"
    _, out, _ = cli("prices", "pull", str(data(model("a"))), "--into", str(into), "--json")
    found = json.loads(out)
    assert found["directory"] == str(load.pulled(into))
    assert (found["providers"], found["models"], found["older"], found["unknown"]) == (["acme"], 1, [], [])
    assert found["difference"]["added"] == [["acme", "a"]]
    assert load.pulled(folder()) is None


def test_a_file_with_another_digest_is_refused(cli: Cli, data: Callable[..., Path]) -> None:
    """And nothing is written."""
    code, _, err = cli("prices", "pull", str(data(model("a"))), "--sha256", "0" * 64)
    assert code == 2
    assert "which is not the one that is wanted" in err
    assert not folder().exists()


def test_a_file_that_would_lose_most_models_is_refused_unless_forced(cli: Cli, data: Callable[..., Path]) -> None:
    """A truncated file must not take prices away."""
    cli("prices", "pull", str(data(*map(model, "abcd"))))
    before = load.pulled(folder())
    code, _, err = cli("prices", "pull", str(data(model("a"))))
    assert code == 2
    assert err.endswith("more than half of the models of acme would be gone (--force)\n")
    assert load.pulled(folder()) == before
    assert cli("prices", "pull", str(data(model("a"))), "--force")[0] == 0
    assert load.pulled(folder()) != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a FILE or URL to pull, or --reset"),
        (["x.json", "--reset"], "give a FILE or URL to pull, or --reset"),
        (["nowhere.json"], "nowhere.json: No such file or directory"),
        (["http://prices.example/data.json"], "prices come over https alone"),
    ],
)
def test_what_cannot_be_pulled_is_one_line(cli: Cli, arguments: list[str], said: str) -> None:
    """It is a mistake that a person can mend."""
    code, out, err = cli("prices", "pull", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_directory_of_base_files_can_be_pulled(cli: Cli, tmp_path: Path) -> None:
    """The shipped ones, of which nothing is different; a digest would be that of one file."""
    code, out, _ = cli("prices", "pull", str(load.SHIPPED))
    assert code == 0
    assert "nothing is different" in out
    assert "sha256" not in out
    code, _, err = cli("prices", "pull", str(load.SHIPPED), "--sha256", "0" * 64)
    assert (code, "--sha256 is of one file" in err) == (2, True)


def test_prices_that_are_all_older_than_the_shipped_ones_are_refused(cli: Cli, tmp_path: Path) -> None:
    """They would lie there and never be used."""
    head = (load.SHIPPED / "openai.json").read_text("utf-8").replace('"converted": "2026', '"converted": "2020')
    (tmp_path / "openai.json").write_text(head)
    code, _, err = cli("prices", "pull", str(tmp_path / "openai.json"))
    assert code == 2
    assert "older than those that came with keeptabs" in err
    assert not folder().exists()


def test_a_new_rate_that_a_row_of_ours_hides_is_told(cli: Cli, data: Callable[..., Path], tmp_path: Path) -> None:
    """It is kept, and not what calls are priced by; a model without a row of ours is another case."""
    shipped = json.loads((load.SHIPPED / "openai.json").read_text("utf-8"))["models"]
    ids = [each["id"] for each in shipped]
    assert {"gpt-4o-audio-preview", "gpt-4o"} <= set(ids)
    changed = [model(name, 77 if name in {"gpt-4o-audio-preview", "gpt-4o"} else 1) for name in ids]
    code, out, _ = cli("prices", "pull", str(data(*changed, provider="openai")))
    assert code == 0
    line = next(line for line in out.splitlines() if "rows of ours hold above" in line)
    assert "openai/gpt-4o-audio-preview" in line
    assert "openai/gpt-4o," not in f"{line},"
    found = json.loads(cli("prices", "pull", str(data(*map(model, ids), provider="openai")), "--json")[1])
    assert "openai/gpt-4o-audio-preview" in found["hidden"]
    assert "openai/gpt-4o" not in found["hidden"]
