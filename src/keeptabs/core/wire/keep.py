"""What is kept of a response body while it flows: bounded, and only what a dialect can read facts from."""

from bisect import bisect_right
from collections import deque
from itertools import accumulate
from typing import Protocol

from keeptabs.core.wire.sse import Splitter

MAX_BODY = 16 * 1024 * 1024  # bytes of a JSON body that are kept
MAX_EVENTS = 1024 * 1024  # bytes of kept events; the first is always kept, then the newest


_DATA = b"data"
_NAMELESS = (b'"model":""', b'"model": ""')
_MAX_HEAD = 8  # events
_JSON_ENDS = (b"}", b"]", b'"')


class Keeper(Protocol):
    """Takes decoded bytes as they flow and says at the end what is worth measuring."""

    gaps: tuple[str, ...]

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""

    def result(self) -> bytes:
        """The kept bytes: a body of the same format, perhaps abridged."""


class Whole:
    """Keeps a body as it is, up to MAX_BODY."""

    def __init__(self) -> None:
        self.gaps: tuple[str, ...] = ()
        self._parts: list[bytes] = []
        self._left = MAX_BODY

    def feed(self, data: bytes) -> None:
        """Keep the bytes, or none of them once there are too many."""
        self._left -= len(data)
        if self._left >= 0:
            self._parts.append(data)
        elif not self.gaps:
            self._parts.clear()
            self.gaps = (f"the response body is over {MAX_BODY >> 20} MiB",)

    def result(self) -> bytes:
        """The whole body, or nothing of it."""
        return b"".join(self._parts)


class Nothing:
    """Keeps nothing: audio and other binary bodies carry no facts."""

    gaps: tuple[str, ...] = ()

    def feed(self, data: bytes) -> None:
        """Let the bytes pass."""

    def result(self) -> bytes:
        """Nothing."""
        return b""


class Events:
    """Keeps the head of a stream and the events that hold a marker, the newest when they are too many.

    The head is the first event, and where that names no model (Azure's tells of the prompt's filter) the next ones up
    to the first that does.
    """

    def __init__(self, markers: tuple[bytes, ...]) -> None:
        self.gaps: tuple[str, ...] = ()
        self._markers, self._splitter = markers, Splitter()
        self._head: list[bytes] = []
        self._has_head = False
        self._kept: deque[bytes] = deque()
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Keep those of the events that ``data`` completes which carry facts."""
        self._take(self._splitter.feed(data))

    def _take(self, blocks: list[bytes]) -> None:
        while blocks and not self._has_head:
            block = blocks.pop(0)
            if _DATA in block:  # a comment or a lone id says nothing
                self._head.append(block)
                self._has_head = len(self._head) == _MAX_HEAD or not any(empty in block for empty in _NAMELESS)
        self._add(self._telling(blocks))

    def _add(self, blocks: list[bytes]) -> None:
        for block in blocks:
            self._kept.append(block)
            self._size += len(block)
        while self._size > MAX_EVENTS and len(self._kept) > 1:
            self._size -= len(self._kept.popleft())

    def _telling(self, blocks: list[bytes]) -> list[bytes]:
        """The events that hold a marker or are broken; found over all of them at once, since most hold none."""
        wanted = {n for n, block in enumerate(blocks) if not block.endswith(_JSON_ENDS) and _DATA in block}
        together = b"\n\n".join(blocks)
        starts = list(accumulate((len(block) + 2 for block in blocks), initial=0))
        for marker in self._markers:
            at = together.find(marker)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                wanted.add(number)
                at = together.find(marker, starts[number + 1])
        return [blocks[n] for n in sorted(wanted)]

    def result(self) -> bytes:
        """The kept events, as an event stream."""
        cut = self._splitter.flush()
        if self._has_head:
            self._add(cut)  # what the stream broke off in is worth reporting
        else:
            self._take(cut)
        if self._splitter.oversized:
            self.gaps = ("an event of the stream was too large to read",)
        return b"".join(block + b"\n\n" for block in (*self._head, *self._kept))


_BINARY = ("audio/", "image/", "video/", "application/octet-stream")


def keeper(status: int, content_type: str | None, markers: tuple[bytes, ...]) -> Keeper:
    """The keeper for a response. An error is kept whatever its type: some hosts send theirs as binary."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if status < 400 and kind == "text/event-stream":
        return Events(markers)
    return Nothing() if status < 400 and kind.startswith(_BINARY) else Whole()
