"""How firm a version is that is written as PEP 440, Poetry or npm have it, or as the address of a repository."""

import re
from collections.abc import Iterable

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from keeptabs.pins.dependency import Grade, Judged

PINNED = Judged(Grade.PINNED)
NO_VERSION = Judged(Grade.LOOSE, "no version")
_ANY = Judged(Grade.LOOSE, "any version")
_NO_UPPER = Judged(Grade.LOOSE, "no upper bound")
_RANGE = Judged(Grade.BOUNDED, "a range")
_ORDER = list(Grade)  # from firm to loose

_VERSION = r"[v=]*\d+(?:\.\d+){%s}(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?"
_EXACT_NPM = re.compile(_VERSION % "2")
_EXACT_POETRY = re.compile(r"={0,3}\s*v?\d+(?:\.\d+)*(?:[-_.+]?[a-z][0-9a-z.+-]*)?", re.IGNORECASE)
_WILD = re.compile(r"[v=]*\d+(?:\.\d+)*(?:\.[xX*])+|[v=]*\d+(?:\.\d+)?")
_BOUNDED = re.compile(r"(?:\^|~>?=?|<=?)\s*v?\d[\w.*+-]*|\S+ - \S+")
_LOWER = re.compile(r">=?\s*v?\d[\w.+-]*")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_TAG = re.compile(r"(?:[\w./@-]*[-_/@=])?v?\d+(?:\.\d+)+[\w.+-]*")
_IN_ADDRESS = re.compile(r"[-_/@]v?\d+(?:\.\d+)+|/[0-9a-f]{40}\b|#sha\d+=")


def rank(judged: Judged) -> int:
    """How loose something is: 0 where it is pinned."""
    return _ORDER.index(judged.grade)


def worst(judged: Iterable[Judged]) -> Judged:
    """The loosest of several; of none, what has no version."""
    return max(judged, key=rank, default=NO_VERSION)


def pep440(specifiers: SpecifierSet) -> Judged:
    """What all the specifiers together hold; that one of them names one version is enough."""
    if not len(specifiers):
        return NO_VERSION
    if any(each.operator in {"==", "==="} and not each.version.endswith(".*") for each in specifiers):
        return PINNED
    is_bounded = any(each.operator in {"<", "<=", "~=", "=="} for each in specifiers)
    return _RANGE if is_bounded else _NO_UPPER


def poetry(text: str) -> Judged:
    """A constraint of Poetry or Pipenv: ``^1.2``, ``~1.2``, ``1.*``, ``*``, ``1.2.3``, PEP 440, several with ``||``.

    Raises:
        InvalidSpecifier: it is none of these.
    """
    return worst(_poetry(part.strip()) for part in re.split(r"\|\|?", text))


def _poetry(text: str) -> Judged:
    if text in {"", "*"}:
        return _ANY
    if _EXACT_POETRY.fullmatch(text):
        return PINNED
    parts = [part for part in re.split(r"\s*,\s*|\s+(?=[\^~<>=!])", text) if part]
    if any(part[0] == "^" or (part[0] == "~" and part[:2] != "~=") or part[0].isdigit() for part in parts):
        if all(re.fullmatch(r"[\^~<>=!]*\s*v?\d[\w.*+-]*", part) for part in parts):
            return _RANGE
        raise InvalidSpecifier(f"Invalid specifier: {text!r}")
    return pep440(SpecifierSet(",".join(parts)))


def npm(text: str) -> Judged:
    """A range of npm: ``^1.2.3``, ``1.x``, ``>=1 <2``, ``1 - 2``, ``*``, several with ``||``; or the tag of a release.

    As ``node-semver`` reads it (https://github.com/npm/node-semver, checked 2026-11-24).
    """
    return worst(_npm(part.strip()) for part in text.split("||"))


def _npm(text: str) -> Judged:
    if text in {"", "*", "x", "X"}:
        return _ANY
    if _EXACT_NPM.fullmatch(text) and not re.search(r"\.[xX*]", text):
        return PINNED
    if _WILD.fullmatch(text) or _BOUNDED.search(text):
        return _RANGE
    if _LOWER.match(text):
        return _NO_UPPER
    return Judged(Grade.LOOSE, f"the tag {text}")


def repository(revision: str) -> Judged:
    """A repository at a revision: a commit or the tag of a version holds, a branch does not."""
    if not revision:
        return Judged(Grade.LOOSE, "a repository at no revision")
    if _COMMIT.fullmatch(revision) or _TAG.fullmatch(revision):
        return PINNED
    return Judged(Grade.LOOSE, f"the branch {revision}")


def address(url: str) -> Judged:
    """The address of an archive, which holds where it has a version, a commit or a hash in it."""
    return PINNED if _IN_ADDRESS.search(url) else Judged(Grade.LOOSE, "an address without a version")
