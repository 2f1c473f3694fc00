"""The shipped price files: pinned, whole, and what the sources say."""

import hashlib
import json
import runpy
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from keeptabs.pricing import load, units
from keeptabs.pricing.match import Clause, exact, matches
from keeptabs.pricing.rows import Row

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


@pytest.mark.parametrize("path", OVERLAYS, ids=name)
def test_every_row_of_an_overlay_says_what_is_true_by_its_last_day(path: Path) -> None:
    """It ends after it begins, began by the day of the overlay, and says in what its sources disagree."""
    tables: dict[str, list[dict[str, Any]]] = tomllib.loads(path.read_text("utf-8"))
    for row in (row for rows in tables.values() for row in rows):
        begins, ends = row.get("from", date.min), row.get("to", date.max)
        assert begins < ends, row
        assert begins.isoformat() <= load.OVERLAY or begins == date.min, row
        assert row.get("note") or row["confidence"] != "disputed", row


@pytest.mark.parametrize("path", OVERLAYS, ids=name)
def test_no_row_of_an_overlay_hides_another_but_for_hours_of_the_day(path: Path) -> None:
    """Of two for the same models and kind of call one ends before the other begins, or the later is for some hours."""
    said = load.overlay(path.stem)
    assert said is not None
    for (clause, entry), (later_clause, later) in combinations(said.prices, 2):
        if set(leaves(clause)) & set(leaves(later_clause)) and _kind(entry.row) == _kind(later.row):
            assert not _meet(entry.row, later.row) or later.row.daily, (entry.id, later.id)
            assert entry.row != later.row, entry.id


def _kind(row: Row) -> tuple[object, ...]:
    return row.when, row.adds


def _meet(one: Row, other: Row) -> bool:
    latest_start = max(one.start or date.min, other.start or date.min)
    return latest_start < min(one.end or date.max, other.end or date.max)


def leaves(clause: Clause) -> Iterator[Clause]:
    """The conditions that ``clause`` is made of."""
    parts = (*clause.or_, *clause.and_)
    yield from (leaf for part in parts for leaf in leaves(part))
    if not parts:
        yield clause


# Names on the wire of models that the base lacks; where they are not OpenAI's, litellm 1.109.1 has them.
ON_THE_WIRE = {
    "anthropic": ("claude-mythos-5", "claude-mythos-5-1"),
    "aws": (
        "amazon.nova-2-lite-v1:0",
        "amazon.nova-2-pro-preview-20251202-v1:0",
        "eu.amazon.nova-2-pro-preview-20251202-v1:0",
        "anthropic.claude-haiku-4-5",
        "us.anthropic.claude-mythos-5-1",
        "minimax.minimax-m2.5",
        "stability.stable-image-core-v1:1",
        "stability.stable-image-ultra-v1:0",
        "stability.stable-image-inpaint-v1:0",
        "global.xai.grok-4.7",
        "us.xai.grok-4.6",
    ),
    "google": (
        "deep-research-max-preview-04-2026",
        "codestral-2@001",
        "codestral@2405",
        "mistral-medium-3@001",
        "mistral-large@2411-001",
        "mistral-nemo@2407",
        "mistral-small-2503@001",
        "jamba-1.5-large@001",
        "jamba-1.5-mini",
    ),
    "openai": (
        "ft:babbage-002:acme::x",
        "ft:davinci-002:acme::x",
        "ft:gpt-4.1-2025-04-14:acme::x",
        "ft:gpt-4.1-mini-2025-04-14:acme::x",
        "ft:gpt-4.1-nano-2025-04-14:acme::x",
        "ft:o4-mini-2025-04-16:acme::x",
    ),
    "x-ai": ("grok-4.20-reasoning-latest",),
}


@pytest.mark.parametrize("path", OVERLAYS, ids=name)
def test_every_pattern_of_an_overlay_stands_for_something(path: Path) -> None:
    """A slip in a regular expression would leave a model at the price that the row was to mend."""
    said, base = load.overlay(path.stem), load.base(path.stem)
    assert said is not None
    names = {*ON_THE_WIRE.get(path.stem, ()), *(name for clause, _ in said.prices for name in exact(clause))}
    for seller in (path.stem, *(base.head.fallback if base else ())):
        names.update(_names_in_the_base(seller))
    clauses = [*(clause for clause, _ in said.prices)]
    clauses += [each.match for each in (*said.multipliers, *said.covers, *said.ratios)]
    patterns = [leaf for clause in clauses for leaf in leaves(clause) if leaf.regex]
    assert [leaf.regex for leaf in patterns if not any(matches(leaf, name) for name in names)] == []


def _names_in_the_base(provider: str) -> Iterator[str]:
    base = load.base(provider)
    for model in base.models if base else ():
        yield model.id.lower()
        for leaf in leaves(model.match):
            yield (leaf.equals or leaf.prefix or leaf.suffix or leaf.contains or "").lower()


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


def test_what_is_read_of_the_overlay_is_what_was_written() -> None:
    """Compiling the rows again gives the same bytes."""
    script = runpy.run_path(str(SCRIPT.parent / "compile_overlay.py"))
    wanted = dict(script["outputs"]())
    assert {path: path.read_bytes() for path in load.COMPILED.glob("*.json")} == wanted
    assert {path.stem for path in wanted} == {path.stem for path in OVERLAYS}
