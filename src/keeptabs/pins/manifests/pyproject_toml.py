"""``pyproject.toml``: PEP 621 and 735, and what Poetry, PDM, uv and Hatch keep in tables of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from keeptabs.pins import pep508
from keeptabs.pins.dependency import Dependency, Lines, Manifest, normalised, text_of
from keeptabs.pins.python_table import at, dependencies, held, parsed


def read(path: Path) -> Iterator[Dependency]:
    """What a project wants, its extras and groups included."""
    text = text_of(path)
    table, lines = parsed(text, path), Lines(text)
    sources = {normalised(name): source for name, source in at(table, "tool", "uv", "sources").items()}
    for requirement in _listed(table):
        found = pep508.listed(requirement, path, lines)
        yield _sourced(found, sources.get(found.name))
    for each in _tables(table):
        yield from dependencies(each, path, lines)


def _sourced(found: Dependency, source: Any) -> Dependency:
    """A dependency with what uv says of where it comes from, which comes before its version; an index does not."""
    places = source if isinstance(source, dict) else {}
    where = next((str(places[kind]) for kind in ("git", "url", "path") if kind in places), None)
    return msgspec.structs.replace(found, judged=held(source), wants=where) if where else found


def _listed(table: dict[str, Any]) -> Iterator[str]:
    """The requirements that stand in lists."""
    project, tool = at(table, "project"), at(table, "tool")
    uv, pdm = at(tool, "uv"), at(tool, "pdm")
    lists = [
        project.get("dependencies"),
        *at(project, "optional-dependencies").values(),
        *at(table, "dependency-groups").values(),
        uv.get("dev-dependencies"),
        *at(pdm, "dev-dependencies").values(),
    ]
    for environment in at(tool, "hatch", "envs").values():
        if isinstance(environment, dict):
            lists += [environment.get("dependencies"), environment.get("extra-dependencies")]
    for each in lists:
        # An included group is a table, and is in the list of its own.
        yield from (text for text in (each if isinstance(each, list) else ()) if isinstance(text, str))


def _tables(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tables of names that Poetry has."""
    own = at(table, "tool", "poetry")
    yield from (at(own, "dependencies"), at(own, "dev-dependencies"))
    for group in at(own, "group").values():
        yield at(group, "dependencies")


MANIFEST = Manifest(names=("pyproject.toml",), read=read)
