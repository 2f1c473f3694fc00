"""``Pipfile`` of Pipenv: every table of packages is a category."""

from collections.abc import Iterator
from pathlib import Path

from keeptabs.pins.dependency import Dependency, Lines, Manifest, text_of
from keeptabs.pins.python_table import dependencies, parsed

_OTHER = {"source", "requires", "scripts", "pipenv"}


def read(path: Path) -> Iterator[Dependency]:
    """What a project wants, in every category."""
    text = text_of(path)
    lines = Lines(text)
    for name, table in parsed(text, path).items():
        if name not in _OTHER and isinstance(table, dict):
            yield from dependencies(table, path, lines)


MANIFEST = Manifest(names=("Pipfile",), read=read)
