import re
import tomllib
from pathlib import Path

import pytest

from keeptabs.cli import keeptabs
from keeptabs.core.cost import CostStatus
from keeptabs.pricing import written
from keeptabs.runtime.config import Config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

COMMANDS: list[str] = keeptabs.list_commands(None)  # type: ignore[arg-type, attr-defined]


def names(requirements: list[str]) -> list[str]:
    """The bare names of requirements."""
    return [re.split(r"[<>=\[ ;]", requirement)[0] for requirement in requirements]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    """The table of commands has a row for each, and the command's own help a first line."""
    assert re.search(rf"^\| `keeptabs {name}` \| \w", README, re.MULTILINE)


def test_the_readme_has_no_command_that_is_not_there() -> None:
    """Nothing is promised in the table that cannot be typed."""
    assert set(re.findall(r"^\| `keeptabs (\w+)`", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", Config.__struct_fields__)
def test_every_setting_is_in_the_readme(name: str) -> None:
    """The table of settings has a row for each."""
    assert re.search(rf"^\| `{name}` \| ", README, re.MULTILINE)


@pytest.mark.parametrize("name", names(PROJECT["project"]["dependencies"]))
def test_every_dependency_has_its_reason(name: str) -> None:
    """CONTRIBUTING.md says in a sentence what each package is for."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert re.search(rf"^\| `{name}` \| [A-Z].+\. \|$", text, re.MULTILINE)


@pytest.mark.parametrize("name", names(PROJECT["dependency-groups"]["dev"]))
def test_every_development_dependency_is_named(name: str) -> None:
    """What is installed to work on the project is listed with what it is for."""
    assert f"`{name}`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize(
    "document",
    ["README.md", "CONTRIBUTING.md", "docs/design.md", "docs/prices.md", "docs/secrets.md", "benchmarks/README.md"],
)
def test_links_lead_somewhere(document: str) -> None:
    """A link to a file of the project has that file."""
    path = ROOT / document
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_version_is_in_the_changelog() -> None:
    """What is released, or will be next, has its section."""
    from keeptabs import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


PRICES = (ROOT / "docs" / "prices.md").read_text("utf-8")


@pytest.mark.parametrize("status", CostStatus)
def test_every_status_of_a_cost_is_explained(status: CostStatus) -> None:
    """The table of statuses has a row for each."""
    assert re.search(rf"^\| `{status.value}` \| \w", PRICES, re.MULTILINE)


def test_the_example_of_a_price_file_can_be_read() -> None:
    """Whoever copies it has a file that works, with a row of each kind."""
    example = re.search(r"```toml\n(.+?)```", PRICES, re.DOTALL)
    assert example is not None
    said = written.read(example[1], file="prices.md", layer="user")
    assert [len(said.prices), len(said.multipliers), len(said.aliases), len(said.free_hosts)] == [1, 1, 1, 1]
