"""The page of what works has the rows of the tests, and is written from nothing else."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "conformance.py"
CONFORMANCE: dict[str, Any] = runpy.run_path(str(SCRIPT))
ALL = {case.name: [] for case in CONFORMANCE["TABLE"].cases()}


def test_the_page_has_the_rows_of_the_tests() -> None:
    """A case that is added or taken away changes the page."""
    assert CONFORMANCE["check"]() == 0


def test_a_row_that_is_missing_is_seen() -> None:
    """The comparison above has eyes."""
    whole = CONFORMANCE["page"]("today", ALL, {})
    lines = whole.splitlines(keepends=True)
    row = next(line for line in lines if line.startswith("| openai |"))
    listed = CONFORMANCE["listed"]
    assert listed(whole) != listed(whole.replace(row, ""))
    assert listed(whole) != listed(whole.replace(row, row.replace("✓", "—", 1)))
    assert listed(whole) == listed(whole.replace(row, row.replace("✓", "✗ (async)", 1)))


def test_a_cell_holds_only_if_it_holds_in_every_flavour() -> None:
    """One flavour that fails makes a cross that names it, and its reason stands below."""
    name = "groq/chat.completions/stream/async"
    page = CONFORMANCE["page"]("today", {**ALL, name: ["1 attempts made 0 calls"]}, {"groq": "1"})
    assert "| groq | 1 | httpx | `chat.completions` | sync, async | ✓ | ✗ (async) | ✓ |" in page
    assert f"- `{name}`: 1 attempts made 0 calls" in page


def test_a_case_that_was_not_played_is_no_success() -> None:
    """What nobody saw has a question mark."""
    assert "| sync, async | ? | ? | ? |" in CONFORMANCE["page"]("today", {}, {})
