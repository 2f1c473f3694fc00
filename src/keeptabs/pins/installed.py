"""The version of a package that is installed for a project."""

import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from keeptabs.pins.dependency import Ecosystem
from keeptabs.pins.find import upwards


def version(name: str, ecosystem: Ecosystem, folder: Path) -> str | None:
    """What the environment of a folder has: its ``.venv`` or the one that is active; for npm its ``node_modules``."""
    return _of_npm(name, folder) if ecosystem is Ecosystem.NPM else _of_python(name, folder)


def _of_python(name: str, folder: Path) -> str | None:
    for site in _sites(folder):
        found = next(iter(distributions(name=name, path=[site])), None)
        if found is not None:
            return found.version
    return None


def _sites(folder: Path) -> Iterator[str]:
    """Where packages may be, the project's own environment first and that of this process last."""
    environments = [each / name for each in upwards(folder) for name in (".venv", "venv")]
    if os.environ.get("VIRTUAL_ENV"):
        environments.append(Path(os.environ["VIRTUAL_ENV"]))
    for environment in environments:
        for pattern in ("lib/python3*/site-packages", "Lib/site-packages"):
            yield from (str(site) for site in sorted(environment.glob(pattern)))
    yield from sys.path


def _of_npm(name: str, folder: Path) -> str | None:
    for each in upwards(folder):
        file = each / "node_modules" / name / "package.json"
        try:
            found = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):  # it is not there, or not one that says its version
            continue
        if isinstance(found, dict) and found.get("version"):
            return str(found["version"])
    return None
