"""Lock files in TOML, which are all lists of packages with a name and a version."""

from pathlib import Path
from typing import Any

from keeptabs.pins.dependency import normalised, text_of
from keeptabs.pins.python_table import parsed


def named(packages: Any) -> dict[str, str]:
    """The version of each package of a list of tables; one that says none is passed over."""
    tables = [each for each in packages if isinstance(each, dict)] if isinstance(packages, list) else []
    return {normalised(str(each["name"])): str(each["version"]) for each in tables if {"name", "version"} <= {*each}}


def versions(path: Path, table: str = "package") -> dict[str, str]:
    """The version of each package; where one has several, for several platforms, the last.

    Raises:
        ManifestError: the file is no TOML.
    """
    found = parsed(text_of(path), path).get(table)
    return named(found)
