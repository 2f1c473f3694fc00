"""What a push brings to the other side, as ranges of commits."""

import re
from collections.abc import Iterator

from keeptabs.scan.git import Git, GitError

_NONE = re.compile(r"0+")


def ranges(lines: str, remote: str, git: Git) -> list[str]:
    """The ranges to scan for the lines that git gives a pre-push hook; refs that are deleted bring nothing.

    Each line is ``<local ref> <local id> <remote ref> <remote id>``; ``remote`` is the name or address that is pushed
    to (https://git-scm.com/docs/githooks#_pre_push, checked 2026-11-24).
    """
    found = (line.rsplit(maxsplit=3) for line in lines.splitlines() if line.strip())
    return list(dict.fromkeys(each for parts in found for each in _range(parts[1], parts[3], remote, git)))


def _range(local: str, there: str, remote: str, git: Git) -> Iterator[str]:
    if _NONE.fullmatch(local):
        return
    if not _NONE.fullmatch(there) and _exists(there, git):
        yield f"{there}..{local}"
        return
    new, bounds = _unknown(local, remote, git)
    if new:
        base = _base(bounds, git)
        yield f"{base}..{local}" if base else local


def _exists(commit: str, git: Git) -> bool:
    """False for what the other side has and nobody has fetched."""
    try:
        git.run("cat-file", "-e", f"{commit}^{{commit}}")
    except GitError:
        return False
    return True


def _unknown(local: str, remote: str, git: Git) -> tuple[bool, list[str]]:
    """Whether there are commits that no branch of this one remote is known to have, and the commits they begin at.

    What another remote has is new to this one, which may be public where that is not.
    """
    printed, _ = git.run("rev-list", "--boundary", local, "--not", f"--remotes={remote}")
    names = printed.decode("ascii").split()
    return any(not name.startswith("-") for name in names), [name[1:] for name in names if name.startswith("-")]


def _base(bounds: list[str], git: Git) -> str | None:
    """A commit that all of them descend from, so that what lies above it leaves out nothing that is new."""
    if len(bounds) < 2:
        return bounds[0] if bounds else None
    try:
        printed, _ = git.run("merge-base", "--octopus", *bounds)
    except GitError:  # they have none in common
        return None
    return printed.decode("ascii").split()[0]
