"""git, asked the way scripts ask it: no shell, NUL between names, and nothing that a configuration could change."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import msgspec

from keeptabs.core.errors import UserError

_CHUNK = 1 << 16
# What a hook is told about the repository that it runs in (`git rev-parse --local-env-vars`, git 2.39).
_OF_A_HOOK = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
_ALWAYS = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone lacks objects: they are told as unread, never fetched
    "GIT_NO_LAZY_FETCH": "1",  # the same, in gits that know it (2.39.5 does)
    "GIT_NO_REPLACE_OBJECTS": "1",  # what was pushed, not what it is shown as
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",  # its messages are told apart by their text
}


class GitError(UserError):
    """git is missing, or refused. The message is its own, in one line."""


class NoRepositoryError(GitError):
    """The directory is in no repository, or there is no git to read one."""


class Git(msgspec.Struct, frozen=True):
    """git in a directory. ``of_hook`` says whether GIT_DIR, GIT_INDEX_FILE and the like hold, as they do in a hook."""

    directory: str = "."
    of_hook: bool = True

    def run(self, *arguments: str) -> tuple[bytes, str]:
        """What a command printed on standard output, and on standard error.

        Raises:
            GitError: it failed; `NoRepositoryError` where that was for want of a repository.
        """
        process = self._start(arguments, stderr=subprocess.PIPE)
        printed, said = process.communicate()
        _check(arguments, process.returncode, said)
        return printed, said.decode("utf-8", "replace")

    def tokens(self, *arguments: str, separator: bytes = b"\0") -> Iterator[bytes]:
        """What a command prints, cut at each separator, as it comes.

        Raises:
            GitError: as in `run`, once what it did print has been given.
        """
        import tempfile

        with tempfile.TemporaryFile() as said:
            with self.open(*arguments, stderr=said) as process:
                yield from _cut(pipes(process)[1], separator)
                code = process.wait()
            said.seek(0)
            _check(arguments, code, said.read(_CHUNK))

    @contextmanager
    def open(self, *arguments: str, stderr: int | IO[bytes] = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
        """A command with pipes, which runs as long as the block does."""
        process = self._start(arguments, stderr=stderr)
        try:
            yield process
        finally:
            process.kill()
            for pipe in pipes(process):
                _close(pipe)
            process.wait()

    def _start(self, arguments: tuple[str, ...], *, stderr: int | IO[bytes]) -> subprocess.Popen[bytes]:
        command = ["git", "-C", self.directory, "-c", "core.fsmonitor=false", *arguments]
        try:
            return subprocess.Popen(  # noqa: S603 - no shell; values that a user gives stand behind --end-of-options
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=_CHUNK,
                env=self._environment(),
            )
        except FileNotFoundError:
            raise NoRepositoryError("git is not installed, or not on PATH") from None

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if self.of_hook or name not in _OF_A_HOOK}
        return kept | _ALWAYS


def _cut(pipe: IO[bytes], separator: bytes) -> Iterator[bytes]:
    rest = b""
    while chunk := pipe.read(_CHUNK):
        *whole, rest = (rest + chunk).split(separator)
        yield from whole
    if rest:
        yield rest


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """A process's standard input and output, where both are pipes."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("standard input and output are no pipes")
    return process.stdin, process.stdout


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # what was still to be written to a git that is gone
        return


def _check(arguments: tuple[str, ...], code: int, said: bytes) -> None:
    if code == 0:
        return
    lines = said.decode("utf-8", "replace").splitlines()
    fatal = next((line for line in lines if line.startswith("fatal: ")), lines[-1] if lines else f"exit {code}")
    kind = NoRepositoryError if "not a git repository" in fatal else GitError
    raise kind(f"git {arguments[0]}: {fatal.removeprefix('fatal: ')}")
