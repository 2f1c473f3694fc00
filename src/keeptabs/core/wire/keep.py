"""What is kept of a response body while it flows: bounded, and only what a dialect can read facts from."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from itertools import accumulate
from typing import Protocol

from keeptabs.core.exchange import Response
from keeptabs.core.wire.flow import Flow, Gauge
from keeptabs.core.wire.frames import ARRAY, SSE, Framing, framing, is_array, media_type

MAX_BODY = 16 * 1024 * 1024  # bytes of a JSON body that are kept
MAX_EVENTS = 1024 * 1024  # bytes of kept events; the first is always kept, then the newest


_DATA = b"data"
_NAMELESS = (b'"model":""', b'"model": ""')
_MAX_HEAD = 8  # events


class Keeper(Protocol):
    """Takes decoded bytes as they flow and says at the end what is worth measuring."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What could not be kept, and why."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""

    def result(self) -> bytes:
        """The kept bytes: a body of the same format, perhaps abridged."""

    def flow(self) -> Flow | None:
        """How much text flowed, where the kept bytes do not tell."""


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

    def flow(self) -> None:
        """The body tells."""


class Nothing:
    """Keeps nothing: audio and other binary bodies carry no facts."""

    gaps: tuple[str, ...] = ()

    def feed(self, data: bytes) -> None:
        """Let the bytes pass."""

    def result(self) -> bytes:
        """Nothing."""
        return b""

    def flow(self) -> None:
        """Nothing flowed that is text."""


class Events:
    """Keeps the head of a stream and the events that hold a marker, the newest when they are too many.

    The head is the first event, and where that names no model (Azure's tells of the prompt's filter) the next ones up
    to the first that does.
    """

    def __init__(self, markers: tuple[bytes, ...], how: Framing = SSE) -> None:
        self.gaps: tuple[str, ...] = ()
        self._how, self._markers, self._splitter = how, how.needles(markers), how.splitter()
        self._gauge = Gauge()
        self._head: list[bytes] = []
        self._has_head = False
        self._kept: deque[bytes] = deque()
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Keep those of the events that ``data`` completes which carry facts."""
        self._take(self._splitter.feed(data))

    def _take(self, blocks: list[bytes]) -> None:
        self._gauge.feed(self._how.texts(blocks))
        while blocks and not self._has_head:
            block = blocks.pop(0)
            if self._how is not SSE or _DATA in block:  # a comment or a lone id says nothing
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
        wanted = {n for n, block in enumerate(blocks) if self._how.is_broken(block)}
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
        """The kept events, as a stream of the same framing."""
        cut = self._splitter.flush()
        if self._has_head:
            self._gauge.feed(self._how.texts(cut))
            self._add(cut)  # what the stream broke off in is worth reporting
        else:
            self._take(cut)
        if self._splitter.oversized:
            self.gaps = ("an event of the stream could not be read: it is too large, or none",)
        return self._how.join([*self._head, *self._kept])

    def flow(self) -> Flow:
        """How much text flowed, kept or not."""
        return self._gauge.result()


_ENOUGH = 64  # bytes that surely tell what a body is


class Chosen:
    """Keeps a body in the way that its first bytes ask for."""

    def __init__(self, choose: Callable[[bytes], Keeper]) -> None:
        self._by = choose
        self._start = b""
        self._keeper: Keeper | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        """Those of the keeper that the first bytes have chosen."""
        return self._keeper.gaps if self._keeper else ()

    def feed(self, data: bytes) -> None:
        """Take the next bytes; the first ones that are no space choose."""
        if self._keeper is None:
            self._start = data = self._start + data
            if len(b"".join(data[:_ENOUGH].split())) < len(b"[{") and len(data) < _ENOUGH:
                return
            self._choose(data)
            return
        self._keeper.feed(data)

    def _choose(self, data: bytes) -> Keeper:
        self._keeper = self._by(data)
        self._keeper.feed(data)
        return self._keeper

    def result(self) -> bytes:
        """The body, or what was kept of it."""
        return (self._keeper or self._choose(self._start)).result()

    def flow(self) -> Flow | None:
        """How much text flowed, where it was a stream."""
        return self._keeper.flow() if self._keeper else None


_BINARY = ("audio/", "image/", "video/")
_UNNAMED = "application/octet-stream"


def keeper(status: int, content_type: str | None, markers: tuple[bytes, ...]) -> Keeper:
    """The keeper for a response.

    An error is kept whatever its type: some hosts send theirs as binary. A dialect without markers needs every value,
    so a stream of them is kept whole. Files of results come without a type: those that begin like JSON are kept.
    """
    kind = media_type(content_type)
    how = framing(content_type, b"")
    if status >= 400:
        return Whole()
    if how is not None:
        return Events(markers, how) if markers else Whole()
    if kind == "application/json" and markers:  # Gemini sends a stream as an array of objects
        return Chosen(lambda start: Events(markers, ARRAY) if is_array(start) else Whole())
    if kind == _UNNAMED and not markers:
        return Chosen(lambda start: Whole() if start.lstrip().startswith(b"{") else Nothing())
    return Nothing() if kind.startswith((*_BINARY, _UNNAMED)) else Whole()


def flow_of(response: Response) -> Flow:
    """How much text flowed in a streamed body that is there as a whole."""
    how = framing(response.headers.get("content-type"), response.body)
    if how is None:
        return Flow()
    whole = Events((), how)
    whole.feed(response.body)
    whole.result()
    return whole.flow()
