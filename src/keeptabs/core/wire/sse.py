"""Server-sent events, incrementally (WHATWG HTML, "Server-sent events" §9.2.6)."""

from collections.abc import Iterator

import msgspec

from keeptabs.core.wire import MAX_EVENT


class Event(msgspec.Struct, frozen=True):
    """One event: its ``event:`` name ("" when unnamed) and its ``data:`` lines joined by newlines."""

    name: str
    data: bytes


class Splitter:
    """Cuts a byte stream into raw event blocks, whole and without their blank line. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""
        self._after_cr = False
        self._is_passing = False  # the event that is open is too large, and the rest of it is passed over
        self.oversized = 0  # events that were dropped for their size

    def feed(self, data: bytes) -> list[bytes]:
        """The event blocks that ``data`` completes."""
        *blocks, self._rest = (self._rest + self._newlines(data)).split(b"\n\n")
        if self._is_passing and blocks:
            del blocks[0]
            self._is_passing = False
        small = [block for block in blocks if len(block) <= MAX_EVENT]
        self.oversized += len(blocks) - len(small)
        self._pass_over()
        return [block for block in small if block.strip(b"\n")]

    def _pass_over(self) -> None:
        if len(self._rest) > MAX_EVENT and not self._is_passing:
            self._is_passing = True
            self.oversized += 1
        if self._is_passing:
            self._rest = b"\n" if self._rest.endswith(b"\n") else b""  # half of the blank line that ends it

    def flush(self) -> list[bytes]:
        """What is left after the last byte: a final event that has no blank line behind it, if any."""
        block, self._rest, self._is_passing = self._rest.strip(b"\n"), b"", False
        return [block] if block else []

    def _newlines(self, data: bytes) -> bytes:
        """The same bytes with CR LF and CR as LF, also where a pair is cut between two calls."""
        if not data:
            return data
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
        self._after_cr = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return data


def parse(block: bytes) -> Event | None:
    """The event in one raw block, or None when it has no data (a comment, a lone id)."""
    name, data = "", []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
    return Event(name, b"\n".join(data)) if data else None


def events(body: bytes) -> Iterator[Event]:
    """All events of a whole body."""
    splitter = Splitter()
    for block in (*splitter.feed(body.removeprefix(b"\xef\xbb\xbf")), *splitter.flush()):
        event = parse(block)
        if event is not None:
            yield event


def looks_like(body: bytes) -> bool:
    """True when a body is an event stream by its first bytes, whatever its content-type said."""
    return body.lstrip(b"\xef\xbb\xbf\r\n").startswith((b"data:", b"event:", b"id:", b": ", b":\n"))
