"""The shipped price files: pinned, whole, and what the sources say."""

import hashlib
import json
import runpy
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.pricing import load, units

PRICING = Path(load.__file__).parent
BASES = sorted((PRICING / "base").glob("*.json"))
OVERLAYS = sorted((PRICING / "overlay").glob("*.toml"))
SCRIPT = Path(__file__).parents[2] / "scripts" / "convert_prices.py"


def name(path: Path) -> str:
    """The id of a test for a file."""
    return path.name


@pytest.mark.parametrize("path", BASES, ids=name)
def test_a_base_file_is_what_its_head_says(path: Path) -> None:
    """Nobody edited a converted file by hand: its rows have the hash in the head."""
    text = path.read_text("utf-8")
    head = json.loads(text)["head"]
    content = text.partition('"models": [\n')[2].removesuffix("\n]}\n")
    assert hashlib.sha256(content.encode()).hexdigest() == head["sha256"]
    assert ("genai-prices", "MIT", path.stem) == (head["source"], head["licence"], head["provider"])
    assert f"{head['source']} {head['version']}" == load.BASE


@pytest.mark.parametrize("path", BASES, ids=name)
def test_every_amount_is_a_string_under_a_known_key(path: Path) -> None:
    """No amount ever was a float, and none has a unit that the evaluator does not know."""
    for model in json.loads(path.read_text("utf-8"))["models"]:
        for row in model["rows"]:
            assert set() == row["unit"].keys() - units.KEYS, model["id"]
            amounts = [*row["unit"].values(), *(usd for steps in row.get("tier", {}).values() for _, usd in steps)]
            assert all(isinstance(usd, str) and Decimal(usd) >= 0 for usd in amounts), model["id"]


@pytest.mark.parametrize("path", OVERLAYS, ids=name)
def test_every_row_of_an_overlay_has_a_source(path: Path) -> None:
    """A row of ours says where it comes from, when that was compared, and how sure we are."""
    tables: dict[str, list[dict[str, Any]]] = tomllib.loads(path.read_text("utf-8"))
    for row in (row for rows in tables.values() for row in rows):
        assert row["source"].startswith("https://"), row
        assert row["confidence"] in {"official", "two-sets", "single", "recall", "disputed"}, row
        assert row["checked"].isoformat() <= load.OVERLAY, row


def test_the_version_of_the_overlay_is_its_latest_row() -> None:
    """The book's version changes whenever a row is added."""
    rows = (row for path in OVERLAYS for rows in tomllib.loads(path.read_text("utf-8")).values() for row in rows)
    assert max(row["checked"] for row in rows).isoformat() == load.OVERLAY


def test_the_licence_travels_with_the_data() -> None:
    """The MIT notice stands beside the converted files."""
    text = (PRICING / "base" / "LICENSE").read_text("utf-8")
    assert "Copyright (c) Pydantic Services Inc." in text
    assert "The above copyright notice and this permission notice shall be included" in text


def test_the_files_are_current(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Converting again writes the same bytes, wherever the source package is of the pinned version."""
    package = pytest.importorskip("importlib.metadata")
    pytest.importorskip("genai_prices")
    if f"genai-prices {package.version('genai-prices')}" != load.BASE:
        pytest.skip("another version of genai-prices is installed than the one that is pinned")
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--check", *(path.stem for path in BASES)])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert caught.value.code == 0, capsys.readouterr().out
