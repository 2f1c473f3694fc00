"""Watching a reader that a parser feeds, which is how aiohttp receives a body.

Bytes are seen when they arrive, however the application reads them, or whether it does: nothing stands between the
two. The reader is of a subclass of its own class while it is watched, and of its own class again once it has ended.
Checked with the ``StreamReader`` of aiohttp 3.9.0 to 3.14.5.
"""

import sys
from typing import Any
from weakref import ref

from keeptabs.core.exchange import Ending
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield

_STREAM = shield.stage("stream")
_CLOSED = "ClientConnectionError"  # what ``close`` and ``release`` leave in a reader; a failure is of a class below it


class Feeds:
    """The readers of one class that are watched, by identity: they have no room for an attribute of ours."""

    def __init__(self, base: Any) -> None:
        self._base, self._watched = base, _watched(base, self)
        self._live: dict[int, _Watch] = {}

    def watch(self, response: Any, recording: Recording) -> None:
        """Take what is there of the body of a response, and watch for the rest. A reader unknown to us has no body."""
        reader = response.content
        if type(reader) is not self._base:
            recording.finish(Ending.COMPLETE)
            return
        here = arrived(reader)
        if here:
            recording.chunk(here)
        if reader.exception() is not None:
            recording.failed(reader.exception())
        elif reader.is_eof():
            recording.finish(Ending.COMPLETE)
        else:
            key = id(reader)
            self._live[key] = _Watch(recording, ref(response, lambda _: self.dropped(key)))
            reader.__class__ = self._watched

    def fed(self, reader: Any, data: bytes) -> None:
        """More bytes are here."""
        with _STREAM:
            watch = self._live.get(id(reader))
            if watch is not None and data:
                watch.recording.chunk(data)

    def waited(self, reader: Any, error: BaseException | None) -> None:
        """A read has waited, for bytes or for ``error``: after a timeout of its own an application may read on."""
        watch = self._live.get(id(reader))
        if watch is not None:
            watch.left = None if error is None else type(error)

    def ended(self, reader: Any, error: BaseException | None = None) -> None:
        """The end of the body, or an exception that makes one."""
        reader.__class__ = self._base
        with _STREAM:
            watch = self._live.pop(id(reader), None)
            if watch is None:
                return
            if error is None:
                watch.recording.finish(Ending.COMPLETE)
            elif type(error).__name__ == _CLOSED:
                watch.leave(Ending.CLOSED)
            else:
                watch.recording.failed(error)

    def dropped(self, key: int) -> None:
        """The application has dropped the response, and with it the connection."""
        with _STREAM:
            watch = self._live.pop(key, None)
            if watch is not None:
                watch.leave(Ending.COLLECTED)


def arrived(reader: Any) -> bytes:
    """What was fed to a reader, and not read yet."""
    return b"".join(reader._buffer)[reader._buffer_offset :]  # noqa: SLF001 - ``read_nowait`` would take it


class _Watch:
    """A body on its way: its recording, and the class of the exception that the last read ended with, if it did.

    The exception itself would keep its frames alive, and so the reader.
    """

    __slots__ = ("left", "recording", "response")

    def __init__(self, recording: Recording, response: "ref[Any]") -> None:
        self.recording, self.response = recording, response
        self.left: type[BaseException] | None = None

    def leave(self, ending: Ending) -> None:
        """The application has left: for the exception of its last read, or of its own accord."""
        if self.left is None:
            self.recording.finish(ending)
        else:
            self.recording.failed(self.left())


def _watched(base: Any, feeds: Feeds) -> type:
    """The subclass of a reader's class that tells ``feeds`` of what comes."""

    class StreamReader(base):  # type: ignore[misc] # known only when it is there
        __slots__ = ()
        __doc__, __module__, __qualname__ = base.__doc__, base.__module__, base.__qualname__

        def feed_data(self, data: bytes, *args: Any) -> Any:
            fed = super().feed_data(data, *args)
            feeds.fed(self, data)
            return fed

        def feed_eof(self) -> None:
            super().feed_eof()
            feeds.ended(self)

        def set_exception(self, error: BaseException, *args: Any) -> None:
            super().set_exception(error, *args)
            feeds.ended(self, error)

        async def _wait(self, *args: Any) -> None:
            waited = False
            try:
                await super()._wait(*args)
                waited = True
            finally:
                feeds.waited(self, None if waited else sys.exception())

    return StreamReader
