"""What a scan is given: bytes with a name, or why there are none."""

from collections.abc import Iterable, Iterator, Sequence
from io import FileIO
from typing import IO

import msgspec

from keeptabs.secrets.finding import Finding

CHUNK = 1 << 20  # bytes that are read at once of what is not held in memory whole
WHOLE = 8 << 20  # bytes up to which something is held in memory whole


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes with a name: a file of the tree, an object of git, a commit's message, standard input.

    ``chunks`` are read once, before the next blob is asked for. ``path`` is as the system has it: bytes that are no
    UTF-8 are surrogates in it, and it may hold newlines (see `shown`).
    """

    path: str
    chunks: Iterable[bytes]
    id: str = ""  # of the object; empty outside of git
    before: tuple[str, ...] = ()  # ids of what it was made from: one, or one for each parent of a merge
    commit: str = ""
    author: str = ""
    date: str = ""  # of the author, ISO 8601


class Skipped(msgspec.Struct, frozen=True):
    """What is not looked into by rule: told, and no fault."""

    path: str
    reason: str


class Unread(msgspec.Struct, frozen=True):
    """What should have been looked into and could not be: it makes a scan partial."""

    path: str
    reason: str


Item = Blob | Skipped | Unread


class BrokenError(OSError):
    """Bytes stopped coming before their end."""


class Source:
    """Where blobs come from."""

    def items(self) -> Iterator[Item]:
        """All there is, in an order that is always the same.

        Raises:
            UserError: there is no such place.
        """
        raise NotImplementedError

    def settled(self, blob: Blob, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those of a blob's findings that count, with what is only looked up where something was found."""
        return findings


class Stream(Source):
    """One stream, such as standard input."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name

    def items(self) -> Iterator[Item]:
        """The stream as one blob."""
        yield Blob(path=self._name, chunks=chunks(self._stream))


def chunks(stream: IO[bytes] | FileIO) -> Iterator[bytes]:
    """What is left in a stream."""
    while chunk := stream.read(CHUNK):
        yield chunk


def shown(path: str) -> str:
    r"""A path for people and reports: ``\n`` stands for a newline, ``\xff`` for a byte that is no UTF-8."""
    return path if path.isprintable() else "".join(map(_shown, path))


def _shown(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that could not be decoded (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
