"""What ``keeptabs scan`` is told to look at, as a source."""

import os
import sys

import click
import msgspec

from keeptabs.scan.git import Git, GitError
from keeptabs.scan.sources import Source, Stream


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The options that say where to look."""

    paths: tuple[str, ...] = ()
    staged: bool = False
    range: str = ""
    history: bool = False
    stdin: bool = False
    whole_file: bool = False


def source(wanted: Wanted) -> tuple[Source, str]:
    """Where to look, and why there may be nothing: empty where there must be something.

    Raises:
        UsageError: more than one place is named.
    """
    named = [
        name
        for name, given in (
            ("PATHS", wanted.paths),
            ("--staged", wanted.staged),
            ("--range", wanted.range),
            ("--history", wanted.history),
            ("--stdin", wanted.stdin),
        )
        if given
    ]
    if len(named) > 1:
        raise click.UsageError(f"{' and '.join(named)} exclude each other: each says where to look")
    if wanted.stdin:
        return Stream(sys.stdin.buffer, "(standard input)"), ""
    return _committed(wanted) if named and not wanted.paths else _tree(wanted)


def base(wanted: Wanted) -> str:
    """Where the paths of a source begin: the top of the repository for what git gives, else the current directory."""
    if not (wanted.staged or wanted.range or wanted.history):
        return "."
    try:
        return os.fsdecode(Git().run("rev-parse", "--show-toplevel")[0].removesuffix(b"\n"))
    except GitError:  # a repository without files
        return "."


def _tree(wanted: Wanted) -> tuple[Source, str]:
    from keeptabs.scan.tree import Tree

    return Tree(wanted.paths or (".",)), ""


def _committed(wanted: Wanted) -> tuple[Source, str]:
    git = Git()
    if wanted.staged:
        from keeptabs.scan.index import Index

        return Index(git, whole_file=wanted.whole_file), "nothing is staged"
    from keeptabs.scan.history import History, Range

    if wanted.history:
        return History(git), ""
    return Range(git, wanted.range, whole_file=wanted.whole_file), f"no commit in {wanted.range}"
