"""Taps on byte streams: the application iterates the client's own stream, and a recording sees the bytes go by.

A tap is no generator: it adds no frame to the application's stack traces, holds no context, and leaves closing and
garbage collection as they were.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from keeptabs.core.exchange import Ending
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield


class _Tap:
    """What both taps share: a stream of the client, and everything else it offers (httpx2 reads ``elapsed``)."""

    def __init__(self, stream: Any, recording: Recording) -> None:
        self._stream, self._recording = stream, recording

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __del__(self) -> None:
        recording = self.__dict__.get("_recording")
        if recording is not None:
            recording.finish(Ending.COLLECTED)


class Tap(_Tap):
    """A tap on a synchronous stream."""

    def __iter__(self) -> Iterator[bytes]:
        kind = _Chunks if self._recording.hider is None else _ShownChunks
        return kind(iter(self._stream), self._recording, self)

    def close(self) -> None:
        """Close the client's stream, then end the recording."""
        try:
            self._stream.close()
        finally:
            self._recording.finish(Ending.CLOSED)


class AsyncTap(_Tap):
    """A tap on an asynchronous stream."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        kind = _AsyncChunks if self._recording.hider is None else _AsyncShownChunks
        return kind(aiter(self._stream), self._recording, self)

    async def aclose(self) -> None:
        """Close the client's stream, then end the recording."""
        try:
            await self._stream.aclose()
        finally:
            self._recording.finish(Ending.CLOSED)


class Upload(_Tap):
    """A tap on a request body that is made while it is sent (multipart): its head is kept, the rest passes."""

    @property
    def original(self) -> Any:
        """The stream that was tapped, to be put back once the request is sent."""
        return self._stream

    def __del__(self) -> None:
        """An upload ends before its exchange does: nothing to finish."""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._recording.upload(chunk)
            yield chunk


class AsyncUpload(Upload):
    """The same for an asynchronous client."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._recording.upload(chunk)
            yield chunk


class _Chunks:
    def __init__(self, chunks: Iterator[bytes], recording: Recording, tap: Tap) -> None:
        self._chunks, self._recording, self._feed = chunks, recording, recording.chunk
        self._tap = tap  # a tap that is being read is not garbage

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        chunk = None
        try:
            chunk = next(self._chunks)
        finally:
            if chunk is None:
                self._recording.stopped(sys.exception())
        self._feed(chunk)
        return chunk


class _AsyncChunks:
    """Looks like the async generator it stands for, so that a client that closes generators closes the real one."""

    def __init__(self, chunks: AsyncIterator[bytes], recording: Recording, tap: AsyncTap) -> None:
        self._chunks, self._recording, self._feed = chunks, recording, recording.chunk
        self._tap = tap  # a tap that is being read is not garbage

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        chunk = None
        try:
            chunk = await anext(self._chunks)
        finally:
            if chunk is None:
                self._recording.stopped(sys.exception())
        self._feed(chunk)
        return chunk

    async def asend(self, value: Any) -> Any:
        return await self._chunks.asend(value)  # type: ignore[attr-defined] # only called on a real generator

    async def athrow(self, *error: Any) -> Any:
        return await self._chunks.athrow(*error)  # type: ignore[attr-defined] # only called on a real generator

    async def aclose(self) -> None:
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()


class _Shown:
    """What the application gets of a stream in which something is hidden."""

    _recording: Recording

    def _of(self, chunk: bytes) -> bytes:
        hider = self._recording.hider
        if hider is None:
            return chunk
        with shield.stage("hide"):
            return hider.feed(chunk)
        self._recording.hider = None
        return hider.flush()

    def _rest(self) -> bytes:
        hider, self._recording.hider = self._recording.hider, None
        return hider.flush() if hider is not None else b""


class _ShownChunks(_Shown, _Chunks):
    def __next__(self) -> bytes:
        shown = b""
        while not shown:
            try:
                shown = self._of(super().__next__())
            except StopIteration:
                shown = self._rest()
                if not shown:
                    raise
        return shown


class _AsyncShownChunks(_Shown, _AsyncChunks):
    async def __anext__(self) -> bytes:
        shown = b""
        while not shown:
            try:
                shown = self._of(await super().__anext__())
            except StopAsyncIteration:
                shown = self._rest()
                if not shown:
                    raise
        return shown
