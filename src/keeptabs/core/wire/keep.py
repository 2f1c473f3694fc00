"""What is kept of a response body while it flows: bounded, and only what a dialect can read facts from."""

import re
from collections import deque
from typing import Protocol

from keeptabs.core.wire.sse import Splitter

MAX_BODY = 16 * 1024 * 1024  # bytes of a JSON body that are kept
MAX_EVENTS = 1024 * 1024  # bytes of kept events; the first is always kept, then the newest


_JSON_ENDS = (b"}", b"]", b'"')  # an event that ends otherwise is broken, and worth reporting


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
    """Keeps the first event of a stream and those that match ``keeps``, newest first when there are too many."""

    def __init__(self, keeps: re.Pattern[bytes]) -> None:
        self.gaps: tuple[str, ...] = ()
        self._keeps, self._splitter = keeps, Splitter()
        self._first: bytes | None = None
        self._kept: deque[bytes] = deque()
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Keep those of the events that ``data`` completes which carry facts."""
        self._take(self._splitter.feed(data))

    def _take(self, blocks: list[bytes]) -> None:
        for block in blocks:
            if self._first is None:
                self._first = block
            elif self._keeps.search(block) or not block.endswith(_JSON_ENDS):
                self._kept.append(block)
                self._size += len(block)
        while self._size > MAX_EVENTS and len(self._kept) > 1:
            self._size -= len(self._kept.popleft())

    def result(self) -> bytes:
        """The kept events, as an event stream."""
        self._take(self._splitter.flush())
        if self._splitter.oversized:
            self.gaps = ("an event of the stream was too large to read",)
        blocks = self._kept if self._first is None else (self._first, *self._kept)
        return b"".join(block + b"\n\n" for block in blocks)


_BINARY = ("audio/", "image/", "video/", "application/octet-stream")


def keeper(status: int, content_type: str | None, keeps: re.Pattern[bytes]) -> Keeper:
    """The keeper for a response. An error is kept whatever its type: some hosts send theirs as binary."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if status < 400 and kind == "text/event-stream":
        return Events(keeps)
    return Nothing() if status < 400 and kind.startswith(_BINARY) else Whole()
