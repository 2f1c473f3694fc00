"""The public names, and how little importing and installing loads."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import keeptabs

NAMES = [
    "Book",
    "Call",
    "ConfigError",
    "Cost",
    "CostStatus",
    "Exchange",
    "Headers",
    "Outcome",
    "OutcomeKind",
    "RateLimit",
    "Request",
    "Response",
    "Timing",
    "Usage",
    "__version__",
    "flush",
    "install",
    "measure",
    "redact",
    "tag",
    "uninstall",
]
CLIENTS = {"httpx", "httpx2", "requests", "urllib3", "aiohttp", "openai", "http.client", "urllib.request"}
SCREEN = {"click", "rich", "yaml"}


def loaded(code: str) -> set[str]:
    """The modules and packages that a fresh interpreter has after ``code``."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not ran.stderr
    return set(ran.stdout.split())


def test_the_public_names_are_these() -> None:
    """A name more or less is a decision, and there are at most 25."""
    assert sorted(keeptabs.__all__) == NAMES
    assert len(NAMES) <= 25


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_what_its_home_has(name: str) -> None:
    """Every name can be had, is listed, and says in its docstring what it is."""
    value = getattr(keeptabs, name)
    assert name in dir(keeptabs)
    if name == "__version__":
        assert value == import_module("keeptabs.version").__version__
    else:
        assert getattr(import_module(value.__module__), name) is value
        assert inspect.getdoc(value)


def test_a_type_checker_sees_the_same_names_in_the_same_homes() -> None:
    """What stands under TYPE_CHECKING is the table of names once more."""
    tree = ast.parse(Path(keeptabs.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    seen = {
        alias.name: node.module
        for node in imports
        for alias in node.names
        if alias.asname == alias.name and node.module
    }
    assert seen == keeptabs._HOMES


def test_all_public_names_can_be_imported_at_once() -> None:
    """A star import finds every name that it is told of."""
    ran = loaded("from keeptabs import *\nassert callable(install) and callable(measure) and Usage")
    assert "keeptabs.meter" in ran


@pytest.mark.parametrize("name", ["Nothing", "_nothing", "Install", "Asked"])
def test_a_name_that_is_not_public_is_an_attribute_error(name: str) -> None:
    """The message names the module and the name, as Python's own does."""
    with pytest.raises(AttributeError, match=f"^module 'keeptabs' has no attribute '{name}'$"):
        getattr(keeptabs, name)


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        pytest.param(
            "import keeptabs",
            CLIENTS | SCREEN | {"msgspec", "opentelemetry", "sqlite3", "wrapt", "asyncio", "logging"},
            id="import",
        ),
        pytest.param(
            "import keeptabs; keeptabs.install(store='off')", CLIENTS | SCREEN | {"opentelemetry"}, id="install"
        ),
        pytest.param(
            "from keeptabs import measure", CLIENTS | SCREEN | {"opentelemetry", "sqlite3", "wrapt"}, id="measure"
        ),
    ],
)
def test_what_is_not_needed_is_not_loaded(code: str, unwanted: set[str]) -> None:
    """No HTTP client is ever imported by us: an application may behave differently with one in sys.modules."""
    assert loaded(code) & unwanted == set()


def test_the_modules_are_looked_for_by_the_names_that_they_have() -> None:
    """The check above would see a client that was loaded."""
    assert {"httpx", "http.client"} <= loaded("import httpx, http.client")


def test_installing_twice_and_taking_it_back_is_quiet() -> None:
    """Neither says anything, and nothing is left to wait for."""
    code = "import keeptabs\nkeeptabs.install(store='off'); keeptabs.install(store='off'); keeptabs.uninstall()"
    assert "keeptabs.runtime" in loaded(f"{code}\nassert keeptabs.flush(); keeptabs.uninstall()")
