"""``keeptabs prices check``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]
GOOD = "[[price]]\nprovider = 'openai'\nmodel = 'gpt-4o'\nunit.input_mtok = '2'\n"
BAD = "[[price]]\nprovider = 'openai'\nmodel = 'gpt-4o'\nunit.input_mtok = 2\n"
ALIASES = "[[alias]]\nprovider = 'azure'\nname = 'a'\nmodel = 'gpt-4o'\n" * 2


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """A file of one's own prices."""

    def write(text: str) -> str:
        (tmp_path / "mine.toml").write_text(text)
        return str(tmp_path / "mine.toml")

    return write


def test_a_good_file_is_told_with_what_it_holds(cli: Cli, file: Callable[[str], str]) -> None:
    """The whole of what a person sees, and exit code 0."""
    path = file(GOOD + ALIASES)
    code, out, err = cli("prices", "check", path)
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines == [
        "",
        f"1 price, 2 aliases (of openai) in {path} no mistakes",
        "",
        f"KEEPTABS_PRICES={path} in the environment of an app: its calls are priced by it",
        f"keeptabs prices show gpt-4o --provider openai --prices {path} what holds then",
    ]


def test_a_warning_is_no_mistake(cli: Cli, file: Callable[[str], str]) -> None:
    """It stands below the answer, with its line, and the exit code is 0."""
    path = file(GOOD + GOOD)
    code, out, _ = cli("prices", "check", path)
    assert code == 0
    assert f"  2 prices (of openai) in {path}        1 warning\n" in out
    assert f"  ! {path}:1: it never holds, since the row on line 5 comes after it\n" in out


def test_all_mistakes_are_told_and_the_exit_code_is_2(cli: Cli, file: Callable[[str], str]) -> None:
    """Each on a line of its own, on stderr, then how many there are."""
    path = file(BAD + GOOD + BAD)
    code, out, err = cli("prices", "check", path)
    assert (code, out) == (2, "")
    assert [line.partition(" Expected")[0] for line in err.splitlines()] == [
        f"keeptabs: {path}:1:",
        f"keeptabs: {path}:9:",
        f"keeptabs: 2 mistakes in {path}",
    ]


@pytest.mark.parametrize(
    ("text", "code", "mistakes", "warnings", "prices"),
    [(GOOD, 0, 0, 0, 1), (GOOD + GOOD, 0, 0, 1, 2), (BAD, 2, 1, 0, 0), ("", 0, 0, 0, 0), ("[[x", 2, 1, 0, 0)],
    ids=["good", "warned", "bad", "empty", "no TOML"],
)
def test_json_has_the_same_facts(
    cli: Cli, file: Callable[[str], str], text: str, code: int, mistakes: int, warnings: int, prices: int
) -> None:
    """On standard output, whatever the exit code."""
    path = file(text)
    returned, out, err = cli("prices", "check", path, "--json")
    found = json.loads(out)
    assert (returned, err, found["file"]) == (code, "", path)
    assert (len(found["mistakes"]), len(found["warnings"]), found["holds"]["price"]) == (mistakes, warnings, prices)


def test_a_row_for_a_provider_under_the_name_that_calls_have_is_looked_up_elsewhere(
    cli: Cli, file: Callable[[str], str]
) -> None:
    """What stands in a ledger and what stands in a price file are two names."""
    path = file(GOOD.replace("'openai'", "'azure.ai.openai'"))
    assert "are looked up under provider = 'azure'" in cli("prices", "check", path)[1]


def test_a_file_that_is_not_there_is_one_line(cli: Cli) -> None:
    """As everywhere."""
    code, out, err = cli("prices", "check", "nowhere.toml")
    assert (code, out, err) == (2, "", "keeptabs: nowhere.toml: No such file or directory\n")
