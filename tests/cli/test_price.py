import io
import json
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from keeptabs.cli import main

GPT_4O = ["gpt-4o", "--input", "10000", "--output", "10000"]


class Result(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Result:
    """The command with some arguments, piped."""
    out, err = io.StringIO(), io.StringIO()
    typed = patch("sys.argv", ["keeptabs", "price", *arguments])
    with redirect_stdout(out), redirect_stderr(err), typed, pytest.raises(SystemExit) as done:
        main()
    return Result(int(done.value.code or 0), out.getvalue(), err.getvalue())


def facts(*arguments: str) -> dict[str, object]:
    """What ``--json`` says, with its numbers as written."""
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, object] = json.loads(result.stdout, parse_float=Decimal)
    return found


def test_the_answer_comes_first_and_the_rows_and_sources_after_it() -> None:
    """The whole output for a known call, as it is piped: no colour, no box."""
    expected = """
  $0.2000   gpt-4o at OpenAI on 2024-06-01

  unit     quantity       rate       USD
  input      10,000    $5 / 1M   $0.0500
  output     10,000   $15 / 1M   $0.1500

  openai/gpt-4o@2024-05-13   https://openai.com/index/hello-gpt-4o/   checked 2026-11-24
"""
    result = run(*GPT_4O, "--at", "2024-06-01")
    assert result.exit_code == 0
    assert expected.split("\n") == [line.rstrip() for line in result.stdout.rstrip("\n").split("\n")] + [""]


@pytest.mark.parametrize(
    ("arguments", "usd"),
    [
        ([*GPT_4O, "--at", "2024-06-01"], "0.2"),
        ([*GPT_4O, "--at", "2024-10-01T23:59:59+00:00"], "0.2"),
        ([*GPT_4O, "--at", "2024-10-02T01:00:00+02:00"], "0.2"),
        (GPT_4O, "0.125"),
        ([*GPT_4O, "--batch"], "0.0625"),
        ([*GPT_4O, "--tier", "priority"], "0.2125"),
        ([*GPT_4O, "--cached", "10000"], "0.1125"),
        (["o1", "--input", "1000", "--output", "1000", "--reasoning", "800"], "0.075"),
        (["gpt-4o-audio-preview", "--audio-in", "1000", "--audio-out", "1000"], "0.12"),
        (["whisper-1", "--seconds", "0.5"], "0.00005"),
        (["tts-1", "--characters", "1000"], "0.015"),
        (["dall-e-3", "--images", "2", "--size", "1024x1792", "--quality", "hd"], "0.24"),
        (["text-embedding-3-small", "--input", "1"], "0.00000002"),
        (["gpt-4o-2024-08-06", "--provider", "azure", "--input", "1000000"], "2.5"),
        (["gpt-4o", "--input", "0"], "0"),
        (["claude-sonnet-4-5", "--provider", "anthropic", "--use", "cache_write.1h=1000"], "0.006"),
        (["claude-opus-4-6", "--provider", "anthropic", "--input", "1000", "--when", "speed=fast"], "0.03"),
    ],
)
def test_json_has_the_exact_amount_as_a_number(arguments: list[str], usd: str) -> None:
    """One object with the amount, its status and its rows, and no reason where there is nothing to explain."""
    said = facts(*arguments)
    assert Decimal(usd) == said["usd"]
    assert said["status"] == "priced"
    assert list(said) == ["usd", "status", "rows"]


def test_json_rows_can_be_followed_to_their_source() -> None:
    """Each row has all that it takes to do the sum again."""
    [row] = facts("gpt-4o", "--input", "1000")["rows"]  # type: ignore[misc]
    assert {
        "unit": "input.text",
        "quantity": 1_000,
        "rate": Decimal("2.5"),
        "per": 1_000_000,
        "amount": Decimal("0.0025"),
        "row": "openai/gpt-4o",
        "source": "https://developers.openai.com/api/docs/pricing",
        "checked": "2026-11-24",
        "confidence": "source",
    } == row


def test_json_of_an_unknown_model_has_no_amount() -> None:
    """Null and a reason, with exit status 0: that there is no price is an answer."""
    assert facts("gpt-99", "--input", "1") == {
        "usd": None,
        "status": "unpriced",
        "rows": [],
        "why": "no price for gpt-99 at openai",
    }


@pytest.mark.parametrize(
    ("arguments", "first", "also"),
    [
        (["gpt-99", "--input", "1"], "no price   gpt-99 at OpenAI on ", 'unit.input_mtok = "…"'),
        (["dall-e-3", "--images", "1", "--size", "9x9"], "no price   dall-e-3 at OpenAI on ", 'unit.images = "…"'),
        (["gpt-4o", "--provider", "acme", "--input", "1"], "no price   gpt-4o at acme on ", 'provider = "acme"'),
        (["omni-moderation-latest", "--input", "9"], "free   omni-moderation-latest at OpenAI on ", "$0 each"),
        ([*GPT_4O, "--tier", "flex"], "in part $0.1250   gpt-4o at OpenAI on ", "! no flex rates for gpt-4o"),
        (
            ["gpt-4o", "--input", "1", "--audio-in", "1"],
            "in part $0.0000025   gpt-4o at ",
            "! no price for input.audio",
        ),
        (["[red]x", "--input", "1"], "no price   [red]x at OpenAI on ", 'model = "[red]x"'),
    ],
)
def test_what_is_not_known_is_said_and_the_next_step_comes_last(arguments: list[str], first: str, also: str) -> None:
    """A person sees at once what the answer is worth."""
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stdout.strip().startswith(first)
    assert also in result.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["gpt-4o"], "keeptabs: say what was used: --input, --output, --seconds, --characters, --images or --use"),
        (["gpt-4o", "--input", "-1"], "-1 is not in the range x>=0."),
        (["gpt-4o", "--input", "many"], "'many' is not a valid integer"),
        (["whisper-1", "--seconds", "-0.5"], "-0.5 is not in the range x>=0."),
        (["whisper-1", "--seconds", "nan"], "nan is not in the range x>=0."),
        (["whisper-1", "--seconds", "long"], "'long' is no number"),
        (["gpt-4o", "--input", "1", "--cached", "2"], "--cached is a part of --input: 2 of 1 cannot be"),
        (["gpt-4o", "--cached", "2"], "--cached is a part of --input: 2 of 0 cannot be"),
        (["o1", "--output", "1", "--reasoning", "2"], "--reasoning is a part of --output: 2 of 1 cannot be"),
        ([*GPT_4O, "--at", "yesterday"], "'yesterday' is no date: write 2024-06-01 or 2024-06-01T12:00"),
        ([*GPT_4O, "--prices", "nowhere.toml"], "keeptabs: nowhere.toml: No such file or directory"),
        ([*GPT_4O, "--speed", "fast"], "No such option"),
        ([*GPT_4O, "--when", "fast"], "'fast' is no kind of call: write it as in speed=fast"),
        ([*GPT_4O, "--use", "sand=3"], "'sand' is neither a bucket nor a unit: input.text, "),
        ([*GPT_4O, "--use", "seconds=-3"], "-3 is not in the range x>=0."),
        ([], "Missing argument 'MODEL'"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_bad_input_is_answered_in_one_line_on_stderr(arguments: list[str], complaint: str, form: str) -> None:
    """Exit status 2, nothing on stdout, and no traceback."""
    result = run(*arguments, *(["--json"] if form == "json" else []))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sum(complaint in line for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_your_own_prices_come_first(tmp_path: Path) -> None:
    """A file with ``--prices`` overrides ours, and the answer names it."""
    file = tmp_path / "mine.toml"
    file.write_text('[[price]]\nprovider = "openai"\nmodel = "gpt-4o"\nunit.input_mtok = "1.25"\n')
    said = facts("gpt-4o", "--input", "1000000", "--prices", str(file))
    assert Decimal("1.25") == said["usd"]
    assert str(file) in json.dumps(said, default=str)


def test_a_mistake_in_your_prices_is_answered_with_its_line(tmp_path: Path) -> None:
    """The complaint can be clicked on in a terminal: file, colon, line."""
    file = tmp_path / "mine.toml"
    file.write_text('\n[[price]]\nprovider = "openai"\nmodel = "gpt-4o"\nunit.input_mtok = 1.25\n')
    result = run(*GPT_4O, "--prices", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"keeptabs: {file}:2: Expected `str`, got `float`")
