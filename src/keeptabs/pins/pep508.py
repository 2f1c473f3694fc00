"""A requirement of Python as PEP 508 writes it, as a dependency."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from keeptabs.pins import grades
from keeptabs.pins.dependency import Dependency, Ecosystem, Judged, Lines, ManifestError, normalised

_VCS = re.compile(r"(?:git|hg|svn|bzr)\+")
_NAME = re.compile(r"[\w.-]*")


def parsed(text: str, where: str) -> Requirement:
    """A requirement.

    Raises:
        ManifestError: it is none; ``where`` names the place.
    """
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        why = str(error).splitlines()[0].partition(":")[0]
        raise ManifestError(f"{where}: {text!r} is no requirement: {why}") from error


def listed(text: object, path: Path, lines: Lines) -> Dependency:
    """A requirement of a list, in a manifest whose parser gives no lines.

    Raises:
        ManifestError: it is none.
    """
    bare = str(text).strip()
    whole, name = (rf"(?<![\w.-]){re.escape(part)}(?![\w.-])" for part in (bare, _NAME.match(bare)[0]))  # type: ignore[index]
    line = lines.of(whole, name)
    return dependency(parsed(bare, f"{path}:{line}"), path, line, allowed=lines.allows(line))


def dependency(found: Requirement, path: Path, line: int, *, allowed: bool) -> Dependency:
    """A requirement at a place as a dependency."""
    return Dependency(
        name=normalised(found.name),
        ecosystem=Ecosystem.PYPI,
        path=path,
        line=line,
        wants=found.url or str(found.specifier),
        judged=url(found.url) if found.url else grades.pep440(found.specifier),
        allowed=allowed,
    )


def url(text: str) -> Judged:
    """What a direct reference (PEP 440) holds: a repository, an archive, or a folder beside."""
    parts = urlsplit(text)
    if parts.scheme in {"", "file"}:
        return grades.PINNED
    if _VCS.match(text):
        return grades.repository(parts.path.partition("@")[2])
    return grades.address(text)
