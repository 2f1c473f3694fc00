"""``requirements.txt``, with what it includes and the constraints it is under.

The format is pip's (https://pip.pypa.io/en/stable/reference/requirements-file-format/, checked 2026-11-24).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from packaging.specifiers import SpecifierSet

from keeptabs.pins import grades, pep508
from keeptabs.pins.dependency import ALLOWED, Dependency, Ecosystem, Manifest, normalised, text_of

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTION = re.compile(r"(-r|-c|-e|--requirement|--constraint|--editable)(?:\s*=\s*|\s+|(?=[^\s-]))(\S.*)")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|\.{0,2}/|\.{1,2}$|[^@;]*\.(?:whl|zip|tar\.gz)$", re.IGNORECASE)
# Where an address says the name: a fragment, an archive's name, or else the repository's.
_NAMES = (
    re.compile(r"[#&]egg=([\w.-]+)"),
    re.compile(r"/([A-Za-z][\w.]*?)-\d[^/]*\.(?:whl|zip|tar\.gz)"),
    re.compile(r"/([\w.-]+?)(?:\.git)?(?:@[^#]*)?(?:#.*)?$"),
)


class _Line(msgspec.Struct, frozen=True):
    """A logical line: options, comments and continuations are gone."""

    number: int  # of the line it begins on
    text: str
    allowed: bool


class _Reading:
    """What a file and those that it includes want, and the constraints that hold for all of it."""

    def __init__(self) -> None:
        self.wanted: list[Dependency] = []
        self.constraints: dict[str, SpecifierSet] = {}
        self._seen: set[Path] = set()

    def file(self, path: Path) -> None:
        """Read a file, once."""
        if path.resolve() in self._seen:
            return
        self._seen.add(path.resolve())
        for line in _lines(text_of(path)):
            option = _OPTION.match(line.text)
            if option:
                self._option(option[1].lstrip("-")[0], option[2], path, line)
            elif not line.text.startswith("-"):
                self.wanted += _wanted(line, path)

    def _option(self, kind: str, value: str, path: Path, line: _Line) -> None:
        if kind == "e":
            self.wanted += _at_address(value, path, line)
        elif "://" in value:  # it would have to be fetched
            return
        elif kind == "r":
            self.file(path.parent / value)
        else:
            limits = _Reading()
            limits.file(path.parent / value)
            for each in limits.wanted:
                if "://" not in each.wants:
                    known = self.constraints.get(each.name, SpecifierSet())
                    self.constraints[each.name] = known & SpecifierSet(each.wants)


def read(path: Path) -> Iterator[Dependency]:
    """What a file and those that it includes want; a constraint counts as if it stood beside the requirement."""
    reading = _Reading()
    reading.file(path)
    for each in reading.wanted:
        constraint = reading.constraints.get(each.name)
        if constraint is None or "://" in each.wants:
            yield each
            continue
        both = SpecifierSet(each.wants) & constraint
        yield msgspec.structs.replace(each, wants=str(both), judged=grades.pep440(both))


def _lines(text: str) -> Iterator[_Line]:
    begun, parts = 0, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        begun = begun if parts else number
        bare = _COMMENT.sub("", line)
        if bare.endswith("\\"):
            parts.append(bare[:-1])
            continue
        whole = _VARIABLE.sub(lambda found: os.environ.get(found[1], found[0]), " ".join([*parts, bare]).strip())
        parts = []
        if whole and not whole.startswith("-"):
            whole = re.split(r"\s+--", whole)[0]  # --hash and the like
        if whole:
            yield _Line(begun, whole, ALLOWED in line)


def _wanted(line: _Line, path: Path) -> Iterator[Dependency]:
    if _ADDRESS.match(line.text):
        yield from _at_address(line.text, path, line)
        return
    found = pep508.parsed(line.text, f"{path}:{line.number}")
    yield pep508.dependency(found, path, line.number, allowed=line.allowed)


def _at_address(text: str, path: Path, line: _Line) -> Iterator[Dependency]:
    """What is at an address; a path is this project's own, and no dependency."""
    path_there = f"/{text.partition('://')[2].partition('/')[2]}"  # without the host, and who logs in there
    name = next((found[1] for pattern in _NAMES if (found := pattern.search(path_there))), None)
    if name:
        yield Dependency(
            name=normalised(name),
            ecosystem=Ecosystem.PYPI,
            path=path,
            line=line.number,
            wants=text,
            judged=pep508.url(text),
            allowed=line.allowed,
        )


MANIFEST = Manifest(
    names=("requirements*.txt", "*requirements.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in"),
    read=read,
)
