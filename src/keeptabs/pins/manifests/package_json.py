"""``package.json`` of npm, pnpm, Yarn and Bun.

What may stand for a version: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies, checked
2026-11-24. JSON has no comments, so nothing in it can be allowed to be loose.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keeptabs.pins import grades
from keeptabs.pins.dependency import Dependency, Ecosystem, Grade, Judged, Lines, Manifest, ManifestError, text_of

# Peers are installed by whoever depends on the package, and are ranges by intent.
_GROUPS = ("dependencies", "devDependencies", "optionalDependencies")
_LOCAL = ("file:", "link:", "portal:", "workspace:", "./", "../", "~/", "/")
_OTHER_NAME = re.compile(r"npm:(@?[^@]+)(?:@(.*))?")  # another package, under a name of the project's own
_REPOSITORY = re.compile(r"(?:git[+:@]|github:|gitlab:|bitbucket:|gist:|[\w.-]+/[\w.-]+(?:#|$)|\S+\.git(?:#|$))")


def read(path: Path) -> Iterator[Dependency]:
    """What a package wants, its development included."""
    text = text_of(path)
    lines = Lines(text)
    try:
        document: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise ManifestError(f"{path}:{error.lineno}: {error.msg}") from error
    for group in _GROUPS:
        table = document.get(group) if isinstance(document, dict) else None
        for name, wants in (table if isinstance(table, dict) else {}).items():
            line = lines.of(rf"{re.escape(json.dumps(name))}\s*:\s*{re.escape(json.dumps(wants))}")
            yield _dependency(name, str(wants), path, line)


def _dependency(name: str, wants: str, path: Path, line: int) -> Dependency:
    other = _OTHER_NAME.fullmatch(wants)
    if other:
        name = other[1]
    judged = _held(other[2] or "" if other else wants)
    return Dependency(name=name, ecosystem=Ecosystem.NPM, path=path, line=line, wants=wants, judged=judged)


def _held(wants: str) -> Judged:
    if wants.startswith(_LOCAL):
        return grades.PINNED
    if wants.startswith("catalog:"):
        return Judged(Grade.BOUNDED, "a catalog of the workspace, which is not read")
    if _REPOSITORY.match(wants):
        revision = wants.partition("#")[2]
        is_range = revision.startswith("semver:")
        return grades.npm(revision.removeprefix("semver:")) if is_range else grades.repository(revision)
    if "://" in wants:
        return grades.address(wants)
    return grades.npm(wants)


MANIFEST = Manifest(names=("package.json",), read=read)
