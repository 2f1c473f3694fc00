"""A file of any size in windows that overlap, so that what lies across an edge is seen whole by one of them."""

from collections.abc import Iterable, Iterator

import msgspec

SIZE = 8 << 20  # bytes of a window without its overlaps
_GOING_ON = bytes(range(0x80, 0xC0))


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a file. ``start`` and ``stop`` bound what is this window's own; around it is context."""

    data: bytes
    offset: int  # of the data in the file
    start: int
    stop: int
    line: int  # how many lines end before the data
    column: int  # how many characters of its first line stand before it


def windows(chunks: Iterable[bytes], reach: int, size: int = SIZE) -> Iterator[Window]:
    """A file's chunks, of any size, as windows that show ``reach`` bytes before and behind what is theirs.

    What is small enough is one window, and is not copied. An empty file is one empty window.
    """
    offset = start = line = column = 0
    held = b""
    for data in _gathered(chunks, size + reach):
        held = held + data if held else data
        if len(held) - start < size + reach:
            continue
        stop = len(held) - reach
        yield Window(data=held, offset=offset, start=start, stop=stop, line=line, column=column)
        cut = max(0, stop - reach)
        line, column = Cursor(held, line, column).to(cut)
        offset, start, held = offset + cut, stop - cut, held[cut:]
    if len(held) > start or not offset:
        yield Window(data=held, offset=offset, start=start, stop=len(held), line=line, column=column)


def characters(text: bytes) -> int:
    """How many characters UTF-8 text has: its bytes without those that go on with a character."""
    return len(text.translate(None, _GOING_ON))


class Cursor:
    """Counts the lines and characters before ever later offsets of ``data``, beginning with ``line`` and ``column``."""

    def __init__(self, data: bytes, line: int = 0, column: int = 0) -> None:
        self._data = data
        self._at = 0
        self._line = line
        self._column = column

    def to(self, offset: int) -> tuple[int, int]:
        """How many lines end before ``offset``, and how many characters of its own line stand before it."""
        step = self._data[self._at : offset]
        self._at = offset
        lines = step.count(b"\n")
        self._line += lines
        self._column = (0 if lines else self._column) + characters(step[step.rfind(b"\n") + 1 :])
        return self._line, self._column


def _gathered(chunks: Iterable[bytes], least: int) -> Iterator[bytes]:
    """Chunks joined to ``least`` bytes or more; the last may be shorter."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if length >= least:
            yield b"".join(parts) if len(parts) > 1 else chunk
            parts, length = [], 0
    if parts:
        yield b"".join(parts) if len(parts) > 1 else parts[0]
