"""What a hook scans: each name of a hook, and what git or pre-commit told it, as runs of ``keeptabs scan``."""

import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from keeptabs.scan.git import Git
from keeptabs.scan.pushed import ranges

# What `git commit --verbose` puts below a message, and cuts off again (wt-status.c of git 2.39).
_SCISSORS = re.compile(rb"^\S+ -{24} >8 -{24}\r?\n\S+ Do not modify or remove the line above\.", re.MULTILINE)

Runs = list[tuple[str, ...]]


def runs(name: str, arguments: Sequence[str], told: str, environment: Mapping[str, str]) -> Runs:
    """The arguments of each scan. ``told`` is what git says on standard input.

    Raises:
        GitError: there is no repository.
    """
    if name == "pre-push":
        return [("--range", each) for each in ranges(told, arguments[0] if arguments else "", Git())]
    if name == "commit-msg":
        return [("--stdin",)]
    return [_of_pre_commit(environment) if environment.get("PRE_COMMIT") else ("--staged",)]


def stopped(name: str, environment: Mapping[str, str]) -> str | None:
    """What a hook that fails stops, ``commit`` or ``push``; None where pre-commit was called by hand."""
    if name == "pre-push" or environment.get("PRE_COMMIT_LOCAL_BRANCH"):
        return "push"
    is_by_hand = environment.get("PRE_COMMIT") and not environment.get("GIT_INDEX_FILE")
    return None if is_by_hand and name == "pre-commit" else "commit"


def _of_pre_commit(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What pre-commit wants, which does not say it outright: for a push it names commits, for a commit git does.

    By hand and in CI (``pre-commit run --all-files``) git names no index; then all files are meant. Of a branch that
    the other side has nothing of, pre-commit names the branch only (4.7, commands/run.py, 2026-11-24).
    """
    first, last = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    if first and last:
        return ("--range", f"{first}..{last}")
    if environment.get("PRE_COMMIT_LOCAL_BRANCH"):
        return ("--range", environment["PRE_COMMIT_LOCAL_BRANCH"])
    return ("--staged",) if environment.get("GIT_INDEX_FILE") else ()


def scan(arguments: Sequence[str]) -> int:
    """Scan as ``keeptabs scan`` does; its exit code."""
    from keeptabs.cli.scan import COMMAND

    code = COMMAND.main([*arguments], prog_name="keeptabs scan", standalone_mode=False)
    return code if isinstance(code, int) else 0


def message(file: str) -> bytes:
    """A commit's message as it will be, without the diff that git shows below it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return _SCISSORS.split(Path(file).read_bytes(), maxsplit=1)[0]
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from error


@contextmanager
def standard_input(data: bytes) -> Iterator[None]:
    """Some bytes as standard input."""
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(data), "utf-8")
    try:
        yield
    finally:
        sys.stdin = before


def told(name: str) -> str:
    """What git tells a hook of a name on standard input."""
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if name == "pre-push" else ""
