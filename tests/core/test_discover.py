"""The package walk that finds providers, clients and commands."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from keeptabs.core.discover import constants

PACKAGE = "parts_for_the_discovery_test"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package with two parts, a helper and a subpackage's worth of nothing."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "zebra.py").write_text("PART = 'last'\n")
    (folder / "ant.py").write_text("PART = 'first'\n")
    (folder / "_helper.py").write_text("raise RuntimeError('a helper is not imported')\n")
    (folder / "notes.txt").write_text("not a module")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_the_constants_come_sorted_by_module_without_helpers(package: ModuleType) -> None:
    """The order is that of the file names, and a leading underscore hides a file."""
    assert constants(package, "PART", str) == ["first", "last"]


@pytest.mark.parametrize("text", ["", "PART = 3\n", "PARTS = 'x'\n"], ids=["none", "another type", "another name"])
def test_a_module_without_the_constant_fails_loudly(package: ModuleType, tmp_path: Path, text: str) -> None:
    """The message names the module and what it must define."""
    (tmp_path / PACKAGE / "middle.py").write_text(text)
    with pytest.raises(TypeError, match=rf"^{PACKAGE}\.middle must define PART: str$"):
        constants(package, "PART", str)
