"""``keeptabs prices`` as a whole."""

from collections.abc import Callable

import pytest

Cli = Callable[..., tuple[int, str, str]]
NAMES = ("show", "check", "diff", "pull", "coverage")


def test_the_commands_are_listed_each_with_a_sentence(cli: Cli) -> None:
    """None of them is cut off on a narrow terminal."""
    code, out, _ = cli("prices", "--help")
    listed = out.partition("Commands:\n")[2].splitlines()
    assert code == 0
    assert {line.split()[0] for line in listed} == set(NAMES)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_does_and_has_json(cli: Cli, name: str) -> None:
    """Machines are readers too."""
    code, out, _ = cli("prices", name, "--help")
    assert code == 0
    assert "--json" in out


def test_the_two_commands_for_prices_say_which_is_which(cli: Cli) -> None:
    """Their names are alike: one is about rows, the other about a usage."""
    assert (
        "keeptabs price" in " ".join(cli("prices", "--help")[1].split()).partition("Options:")[0].partition("[ARGS]")[2]
    )
    assert "keeptabs prices show MODEL" in cli("price", "--help")[1]
