"""Answers without a socket: transports of httpx2 that give recorded bytes back, so that only code is measured."""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2

_PATTERN_EVENTS = 12  # the first content events of a recorded stream, repeated to make one of any length


class Recording(NamedTuple):
    """A recorded answer: status, headers, and the body in the pieces in which it came."""

    status: int
    headers: list[tuple[bytes, bytes]]
    pieces: list[bytes]

    @classmethod
    def read(cls, head: dict[str, str], body: Path) -> "Recording":
        """A recording from its headers and the file with its body; a stream is cut into its events."""
        headers = [(name.encode(), value.encode()) for name, value in head.items()]
        content = body.read_bytes()
        if not head["content-type"].startswith("text/event-stream"):
            return cls(200, headers, [content])
        return cls(200, headers, [event + b"\n\n" for event in content.split(b"\n\n") if event])


class Pieces(httpx2.SyncByteStream):
    """A body that comes piece by piece, as from a connection."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


class Replay(httpx2.BaseTransport):
    """Answers every request with the same recording."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded answer, its body still to be read."""
        status, headers, pieces = self._recording
        return httpx2.Response(status, headers=headers, stream=Pieces(pieces))


class Endless(Replay):
    """Answers with a stream of ``chunks`` content events that are made while they are read, each anew."""

    def __init__(self, recording: Recording, chunks: int) -> None:
        super().__init__(recording)
        self._chunks = chunks

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded answer at another length."""
        status, headers, _ = self._recording
        return httpx2.Response(status, headers=headers, stream=Pieces(self._events()))

    def _events(self) -> Iterator[bytes]:
        first, *content = self._recording.pieces[: 1 + _PATTERN_EVENTS]
        yield first
        for number in range(self._chunks):
            yield bytes(bytearray(content[number % _PATTERN_EVENTS]))
        yield from self._recording.pieces[-3:]  # the finish reason, the usage, [DONE]


class Trivial(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers every request with two bytes, for sync and async clients."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The two bytes."""
        return httpx2.Response(200, content=b"ok")

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The two bytes, without waiting for anything."""
        return httpx2.Response(200, content=b"ok")


class Swallow(Replay):
    """Reads all of a request, as a connection would, before it answers."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded answer."""
        stream = request.stream
        if isinstance(stream, AsyncIterator):
            raise TypeError("a synchronous request is wanted")
        for _ in stream:
            pass
        return super().handle_request(request)
