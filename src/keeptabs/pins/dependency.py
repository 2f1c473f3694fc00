"""What a manifest wants of one package, where it says so, and how firmly."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path, PurePath

import msgspec

from keeptabs.core.errors import UserError

ALLOWED = "keeptabs: unpinned ok"


class ManifestError(UserError):
    """A manifest or lock file that cannot be read. The message names the file and what is wrong."""


class Ecosystem(StrEnum):
    """Whose names and versions."""

    PYPI = "pypi"
    NPM = "npm"


class Grade(StrEnum):
    """How firmly a version is held, from firm to loose."""

    PINNED = "pinned"  # one version
    BOUNDED = "bounded"  # versions up to some other one
    LOOSE = "loose"  # whatever comes


class Judged(msgspec.Struct, frozen=True):
    """A grade, and why it is no better."""

    grade: Grade
    why: str = ""


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """A direct dependency. ``name`` is as its registry normalises it, ``wants`` is what the manifest says of it."""

    name: str
    ecosystem: Ecosystem
    path: Path
    line: int  # from 1
    wants: str
    judged: Judged
    allowed: bool = False  # its line says that it may be loose


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A format of manifests: ``names`` are patterns of the end of a path, ``read`` gives what a file wants.

    ``read`` raises ManifestError.
    """

    names: tuple[str, ...]
    read: Callable[[Path], Iterator[Dependency]]


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """A format of lock files: ``read`` gives versions by normalised name; it holds for manifests named as in ``of``.

    ``read`` raises ManifestError.
    """

    names: tuple[str, ...]
    of: tuple[str, ...]
    read: Callable[[Path], dict[str, str]]


def is_named(path: PurePath, patterns: tuple[str, ...]) -> bool:
    """True where a path ends as one of the patterns says."""
    return any(path.match(pattern) for pattern in patterns)


def normalised(name: str) -> str:
    """A Python package's name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        ManifestError: it cannot be read, or is no UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: byte {error.start} is no UTF-8") from error


class Lines:
    """Finds the line of something that a parser gave without one; the same thing again is found further down."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._used: set[tuple[str, int]] = set()

    def of(self, *patterns: str) -> int:
        """The first line, from 1, that one of the regular expressions is found in; comments are passed over."""
        for pattern in patterns:
            for number, line in enumerate(self._lines, 1):
                is_new = (pattern, number) not in self._used
                if is_new and not line.lstrip().startswith("#") and re.search(pattern, line):
                    self._used.add((pattern, number))
                    return number
        return 1

    def allows(self, number: int) -> bool:
        """True where the line says that a dependency may be loose."""
        return 0 < number <= len(self._lines) and ALLOWED in self._lines[number - 1]
