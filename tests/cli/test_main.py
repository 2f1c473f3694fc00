import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keeptabs.cli import keeptabs

Cli = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["report", "--since", "soon"], "'soon' is no span such as 24h or 7d"),
        (["report", "--store", "/nowhere/ledger.db"], "there is no ledger at /nowhere/ledger.db yet"),
        (["report", "--store", __file__], "cannot be read as a ledger"),
        (["calls", "--limit", "0"], "--limit"),
        (["trace"], "Missing argument 'ID'"),
        (["run", "no-such-program"], "there is no command 'no-such-program'"),
        (["run", "--store"], "requires an argument"),
        (["mock", "--port", "99999"], "--port"),
        (["import", "/nowhere.har"], "/nowhere.har"),
        (["price", "gpt-4o", "--input", "-1"], "--input"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(cli: Cli, arguments: list[str], said: str) -> None:
    """A mistake is told in one clear line on stderr, with nothing on stdout and no traceback."""
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert err.startswith("keeptabs: ")


def test_a_bad_setting_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that cannot be used stops a command before it does anything."""
    monkeypatch.setenv("KEEPTABS_SEMCONV", "9")
    assert cli("report") == (2, "", "keeptabs: KEEPTABS_SEMCONV: semconv '9' is not one of 1.41, latest, both\n")


def test_a_ledger_that_is_off(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a ledger that is turned off says so and what to do."""
    monkeypatch.setenv("KEEPTABS_STORE", "off")
    code, _, err = cli("report")
    assert code == 2
    assert "--store FILE" in err


def test_every_command_is_listed_with_what_it_does(cli: Cli) -> None:
    """The help names every command, each with a line."""
    code, out, _ = cli("--help")
    assert code == 0
    for name in keeptabs.list_commands(None):  # type: ignore[arg-type, attr-defined]
        assert f"  {name} " in out


def test_the_version(cli: Cli) -> None:
    """``--version`` says the version that is installed."""
    from keeptabs import __version__

    assert cli("--version") == (0, f"keeptabs {__version__}\n", "")


def test_a_reader_that_goes_away_is_no_error(fill: Callable[..., Path], record: Callable[..., object]) -> None:
    """``keeptabs calls | head -1`` ends quietly."""
    store = fill(*[record() for _ in range(2000)])
    command = f"{sys.executable} -m keeptabs calls --json --limit 100000 --store {store} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["model"] == "gpt-4o-2024-08-06"
    assert done.stderr == ""
