"""Where a body ends on the wire (RFC 9112 §6): after its last chunk, after so many bytes, or with the connection."""

from typing import Any, Protocol


class Framing(Protocol):
    """Tells the bytes of a body from what stands around them, and knows when they are all there."""

    ended: bool
    open_ended: bool  # the end of the connection is the regular end of the body

    def feed(self, data: bytes) -> bytes:
        """The bytes of the body among those that came. Raises ValueError for what is no such framing."""


class Sized:
    """A body of known length."""

    open_ended = False

    def __init__(self, length: int) -> None:
        self._left = length
        self.ended = length <= 0

    def feed(self, data: bytes) -> bytes:
        """All of it, up to the length."""
        body = data[: self._left]
        self._left -= len(body)
        self.ended = self._left <= 0
        return body


class Unsized:
    """A body that ends with the connection."""

    open_ended = True
    ended = False

    def feed(self, data: bytes) -> bytes:
        """All of it."""
        return data


class Chunked:
    """A body in chunks, each after a line with its size in hexadecimal; one of size 0 is the last."""

    open_ended = False

    def __init__(self) -> None:
        self.ended = False
        self._line = b""
        self._left = 0

    def feed(self, data: bytes) -> bytes:
        """What the chunks hold, however the bytes are cut."""
        body: list[bytes] = []
        while data and not self.ended:
            if self._left:
                body.append(data[: self._left])
                self._left, data = self._left - len(body[-1]), data[self._left :]
            else:
                start, newline, data = data.partition(b"\n")
                self._line += start
                if newline:
                    self._size()
        return b"".join(body)

    def _size(self) -> None:
        line, self._line = self._line.strip(), b""
        if line:  # an empty one ends the chunk before
            self._left = int(line.partition(b";")[0], 16)
            self.ended = self._left == 0
            if self._left < 0:
                raise ValueError("a chunk of negative size")


def framing_of(response: Any) -> Framing:
    """The framing of a response of ``http.client`` whose head has been read and whose body has not."""
    if response.chunked:
        return Chunked()
    return Unsized() if response.length is None else Sized(response.length)
