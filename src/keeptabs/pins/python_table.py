"""Dependencies as tables of TOML, as Poetry and Pipenv write them: a name, and a version or where it comes from."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier

from keeptabs.pins import grades
from keeptabs.pins.dependency import Dependency, Ecosystem, Grade, Judged, Lines, ManifestError, normalised

_REVISIONS = ("rev", "tag", "ref")


def parsed(text: str, path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ManifestError: it is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path}: {error}") from error


def at(table: Any, *keys: str) -> dict[str, Any]:
    """The table below some keys; an empty one where there is none."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def dependencies(table: Mapping[str, Any], path: Path, lines: Lines) -> Iterator[Dependency]:
    """Each name of a table; one that has several constraints is as loose as the loosest.

    Raises:
        ManifestError: a version is none.
    """
    for name, value in table.items():
        if name == "python":
            continue
        line = lines.of(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*[=.]", rf"[.\"']{re.escape(name)}[\"']?\s*\]")
        every = value if isinstance(value, list) else [value]
        try:
            judged = grades.worst(held(each) for each in every)
        except InvalidSpecifier as error:
            raise ManifestError(f"{path}:{line}: {name}: {error}") from error
        yield Dependency(
            name=normalised(name),
            ecosystem=Ecosystem.PYPI,
            path=path,
            line=line,
            wants=", ".join(_said(each) for each in every),
            judged=judged,
            allowed=lines.allows(line),
        )


def held(value: Any) -> Judged:
    """What one constraint holds: a version as text, or a table with ``version``, ``git``, ``url`` or ``path``.

    Raises:
        InvalidSpecifier: the version is none.
    """
    if isinstance(value, str):
        return grades.poetry(value)
    if not isinstance(value, dict) or "path" in value or "file" in value or "workspace" in value:
        return grades.PINNED
    if "git" in value:
        revision = next((str(value[key]) for key in _REVISIONS if key in value), "")
        branch = value.get("branch")
        return Judged(Grade.LOOSE, f"the branch {branch}") if branch else grades.repository(revision)
    if "url" in value:
        return grades.address(str(value["url"]))
    return grades.poetry(str(value.get("version", "")))


def _said(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    where = value.get("git") or value.get("url") or value.get("path")
    return str(where or value.get("version", ""))
