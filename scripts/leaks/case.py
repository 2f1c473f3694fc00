"""One file of the corpus."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """A file with one key in it, or with none.

    ``kind`` is the id of the key's rule, or what a file without a key is full of; ``place`` where the key stands in it.
    """

    kind: str
    path: str
    data: bytes
    place: str = ""
    key: str = ""


def write(cases: Iterable[Case], directory: Path) -> None:
    """Every case as a file in a directory of its own, named by its number."""
    for number, case in enumerate(cases):
        file = directory / f"{number:05}" / case.path
        file.parent.mkdir(parents=True)
        file.write_bytes(case.data)


def number(path: str) -> int:
    """The number of the case that a path, absolute or not, belongs to."""
    return next(int(part) for part in reversed(Path(path).parts[:-1]) if len(part) == 5 and part.isdecimal())
