"""How estimates are shown."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.cli import _estimates as shown
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.errors import UserError


@pytest.mark.parametrize(
    ("usd", "beside", "text"),
    [
        ("1234.5", None, "$1,234.50"),
        ("1", None, "$1.00"),
        ("0.99999", None, "$1.0000"),
        ("0.0123", None, "$0.0123"),
        ("0.00001", None, "<$0.0001"),
        ("0", None, "$0.00"),
        ("0.89", "1.12", "$0.89"),
        ("-3.25", None, "-$3.25"),
        ("-0.25", None, "-$0.2500"),
        (None, None, "–"),
    ],
)
def test_money_is_as_long_as_it_is_large(usd: str | None, beside: str | None, text: str) -> None:
    """Cents from a dollar on, or beside one; what is not known is a dash."""
    other = None if beside is None else Decimal(beside)
    assert shown.money(None if usd is None else Decimal(usd), beside=other) == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (CostStatus.PRICED, "$2.00"),
        (CostStatus.ESTIMATED, "$2.00"),
        (CostStatus.PARTIAL, "in part $2.00"),
        (CostStatus.DISPUTED, "disputed $2.00"),
        (CostStatus.STALE, "stale $2.00"),
        (CostStatus.FREE, "free"),
    ],
)
def test_an_amount_says_how_it_is_known(status: CostStatus, text: str) -> None:
    """Marked where it is not certain."""
    assert str(shown.priced(Cost(usd=Decimal(2), status=status), Decimal(2))) == text


def test_no_price_is_no_zero() -> None:
    """It is said in words."""
    assert str(shown.priced(Cost(status=CostStatus.UNPRICED), None)) == "no price"


@pytest.mark.parametrize(
    ("days", "text"), [("0.25", "6.0 hours"), ("1", "1 day"), ("2.5", "2.5 days"), ("12.4", "12 days")]
)
def test_a_time_is_in_days_or_hours(days: str, text: str) -> None:
    """Less than a day is hours."""
    assert shown.time(Decimal(days)) == text


def test_json_has_amounts_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """On one line."""
    shown.json_line({"usd": Decimal("0.20")})
    assert json.loads(capsys.readouterr().out) == {"usd": 0.2}


class _Words:
    """A tokeniser of the simplest kind."""

    def encode(self, text: str, **_: Any) -> list[str]:
        return text.split()


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("gpt-4o", "o200k_base"),
        ("openai/gpt-5", "o200k_base"),
        ("ft:gpt-4.1:acme", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("claude-opus-4-7", None),
        ("llama-3", None),
    ],
)
def test_a_tokeniser_counts_for_its_own_models(
    model: str, vocabulary: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the vocabulary of the model's generation; other makers have others."""
    asked = []
    monkeypatch.setattr("keeptabs.runtime.tokens._encoding", lambda name: asked.append(name) or _Words())
    assert shown.counted("one two three", model) == (3 if vocabulary else None)
    assert asked == ([vocabulary] if vocabulary else [])


def test_without_a_tokeniser_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are left to say."""
    monkeypatch.setattr("keeptabs.runtime.tokens._encoding", lambda _: None)
    assert shown.counted("one two three", "gpt-4o") is None


def test_texts_come_from_files_and_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a part with its own name."""
    monkeypatch.setattr("keeptabs.runtime.tokens._encoding", lambda _: None)
    monkeypatch.setattr("sys.stdin", io.StringIO("b" * 40))
    (tmp_path / "a.txt").write_text("a" * 400)
    found = shown.parts("gpt-4o", [str(tmp_path / "a.txt"), "-"], [], [])
    assert [(part.name, part.tokens) for part in found] == [(str(tmp_path / "a.txt"), 103), ("-", 13)]


def test_a_text_that_is_none_is_refused(tmp_path: Path) -> None:
    """With the name of the file."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="binary: not UTF-8 text"):
        shown.parts("gpt-4o", [str(tmp_path / "binary")], [], [])
    with pytest.raises(UserError, match="none: No such file"):
        shown.parts("gpt-4o", [str(tmp_path / "none")], [], [])
