"""Objects of git by the thousand: one ``git cat-file --batch``, asked ahead of what is read.

A damaged object can end that process. Then the one it ended at is told as unreadable, and another process takes over.
"""

import subprocess
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import IO, Protocol, TypeVar

import msgspec

from keeptabs.scan.git import Git, pipes
from keeptabs.scan.sources import CHUNK, WHOLE, BrokenError

# Ids that are asked for ahead. Unread they fit into the smallest of pipes, 4 KiB, at 65 bytes each in a SHA-256
# repository: so writing never blocks, and no thread is needed.
_AHEAD = 60


class Named(Protocol):
    """What has an object's id."""

    @property
    def id(self) -> str:
        """The id, in hexadecimal."""


T = TypeVar("T", bound=Named)


class Object(msgspec.Struct, frozen=True):
    """An object's kind ("blob", "commit", "tag" or "tree") and its content, to be read before the next object."""

    kind: str
    chunks: Iterable[bytes]


def read(git: Git, wanted: Iterable[T]) -> Iterator[tuple[T, Object | None]]:
    """Each of what is wanted, in order, with its object; none where git has none or cannot read it."""
    rest, waiting = iter(wanted), deque[T]()
    while waiting or _more(rest, waiting):
        with git.open("cat-file", "--batch") as process:
            ended = yield from _answers(process, rest, waiting)
        if ended:
            yield waiting.popleft(), None


def _more(rest: Iterator[T], waiting: deque[T]) -> list[T]:
    more = list(islice(rest, _AHEAD - len(waiting)))
    waiting.extend(more)
    return more


def _answers(
    process: subprocess.Popen[bytes], rest: Iterator[T], waiting: deque[T]
) -> Generator[tuple[T, Object | None], None, bool]:
    """The answers of one process; true in the end where it ended at the first of those that wait."""
    questions, answers = pipes(process)
    _ask(questions, waiting)
    while waiting:
        kind, size = _header(answers.readline())
        if size > WHOLE:
            large = _Large(answers, size)
            yield waiting.popleft(), Object(kind, large)
            if not large.finish():
                return False
        elif size >= 0:
            content = answers.read(size)
            if not answers.read(1):
                return True
            yield waiting.popleft(), Object(kind, (content,))
        elif kind:
            yield waiting.popleft(), None
        else:
            return True
        if len(waiting) <= _AHEAD // 2:
            more = _more(rest, waiting)
            _ask(questions, more)
    return False


def _header(line: bytes) -> tuple[str, int]:
    """Kind and size of the object that follows; "missing" and -1 where none does, "" and -1 at the end."""
    words = line.decode("ascii").split()
    return (words[1], int(words[2])) if len(words) == 3 else (" ".join(words[1:]), -1)


def _ask(pipe: IO[bytes], wanted: Iterable[Named]) -> None:
    try:
        pipe.write(b"".join(f"{each.id}\n".encode("ascii") for each in wanted))
        pipe.flush()
    except BrokenPipeError:  # what the process answered before it ended is still to be read
        return


class _Large:
    """The content of one object, chunk by chunk."""

    def __init__(self, pipe: IO[bytes], size: int) -> None:
        self._pipe, self._left = pipe, size

    def __iter__(self) -> Iterator[bytes]:
        while self._left:
            chunk = self._pipe.read(min(CHUNK, self._left))
            if not chunk:
                raise BrokenError("the object is damaged")
            self._left -= len(chunk)
            yield chunk

    def finish(self) -> bool:
        """Pass over what was not read; false where it never comes."""
        try:
            for _ in self:
                pass
        except BrokenError:
            return False
        return self._pipe.read(1) == b"\n"
