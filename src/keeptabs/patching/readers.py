"""Watching the file that a client reads a response from, below whatever way the application reads the response.

The file stays the client's own object: while a body is read, methods stand on the instance, and none once it ends.
"""

import sys
from collections.abc import Callable
from io import BufferedReader
from typing import Any
from weakref import ref

from keeptabs.core.exchange import Ending
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield
from keeptabs.patching.transfer import Framing, Unsized, framing_of

_STREAM = shield.stage("stream")


class IncompleteRead(EOFError):  # noqa: N818 - the name that http.client has for it; nothing of ours imports that
    """A body that ended before its length, or before its last chunk."""


def watch(body: Any, recording: Recording, owner: Any) -> bool:
    """Feed the recording with a body as it is read, and end it with the body.

    ``body`` is a response of ``http.client``, whose file is below it, or any other file, or None where there is none;
    ``owner`` is the object by which the application holds it. False where it cannot be watched.
    """
    framing: Framing = Unsized()
    file = body
    if hasattr(body, "chunked"):
        file, framing = body.fp, framing_of(body)
    if file is not None and not framing.ended:
        return _Watched(file, framing, recording, owner).start()
    recording.finish(Ending.COMPLETE)
    return True


class _Watched:
    """A file whose reads are seen."""

    def __init__(self, file: Any, framing: Framing, recording: Recording, owner: Any) -> None:
        self._methods: dict[str, Callable[..., Any]] = {}
        self._inside = False  # a method of a file may call others of its own
        self._file, self._framing, self._recording, self._owner = file, framing, recording, ref(owner)
        self._is_buffered = isinstance(file, BufferedReader)  # then it gives less than asked for only at its end

    def __del__(self) -> None:
        if self._methods:
            self._recording.finish(Ending.COLLECTED)

    def start(self) -> bool:
        """Set the methods that the file has; False when it has none that read, or takes none."""
        if not hasattr(self._file, "read"):
            return False
        makers = {"read": self._reads, "read1": self._reads, "readline": self._reads, "readinto": self._reads_into}
        try:
            for name, make in {**makers, "close": self._closes}.items():
                if hasattr(self._file, name):
                    method = make(name, getattr(self._file, name))
                    setattr(self._file, name, method)
                    self._methods[name] = method
        except (AttributeError, TypeError):
            self._stop()
            return False
        return True

    def _stop(self) -> None:
        """Leave the file as it was: it holds us no longer."""
        methods, self._methods = self._methods, {}
        for name, method in methods.items():
            if getattr(self._file, "__dict__", {}).get(name) is method:
                delattr(self._file, name)

    def _reads(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def read(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return method(*args, **kwargs)
            data = self._called(method, args, kwargs)
            self._received(data, _size(args, kwargs), name)
            return data

        return read

    def _reads_into(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def readinto(buffer: Any) -> Any:
            if self._inside:
                return method(buffer)
            count = self._called(method, (buffer,), {})
            with _STREAM:
                view = memoryview(buffer).cast("B")
                self._received(None if count is None else bytes(view[:count]), len(view), name)
            return count

        return readinto

    def _closes(self, _: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def close() -> Any:
            try:
                return method()
            finally:
                if not self._inside:
                    self._end(self._left())

        return close

    def _called(self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the file's own method returns; an exception ends the recording."""
        returned, self._inside = False, True
        try:
            result = method(*args, **kwargs)
            returned = True
            return result
        finally:
            self._inside = False
            if not returned:
                self._failed(sys.exception())

    def _received(self, data: bytes | None, size: int | None, name: str) -> None:
        """Note what came of ``size`` bytes that were asked for; None where a socket does not wait."""
        with _STREAM:
            if data is None:
                return
            try:
                body = self._framing.feed(data)
            except ValueError:
                self._broke_off()
                return
            if body:
                self._recording.chunk(body)
            if self._framing.ended:
                self._end(Ending.COMPLETE)
            elif self._is_end(len(data), size, name):
                self._broke_off() if not self._framing.open_ended else self._end(Ending.COMPLETE)

    def _is_end(self, count: int, size: int | None, name: str) -> bool:
        """True when what came tells that nothing more will."""
        whole = name == "read" and size is None
        short = self._is_buffered and name in ("read", "readinto") and size is not None and count < size
        return whole or short or (count == 0 and size != 0)

    def _broke_off(self) -> None:
        self._stop()
        self._recording.failed(IncompleteRead())

    def _failed(self, error: BaseException | None) -> None:
        with _STREAM:
            self._stop()
            self._recording.stopped(error)

    def _left(self) -> Ending:
        """How it was left: closed, or dropped, in which case its owner is closing itself at this moment."""
        owner = self._owner()
        dropped = owner is None or getattr(owner, "_finalizing", False)  # set by io.IOBase
        return Ending.COLLECTED if dropped else Ending.CLOSED

    def _end(self, ending: Ending) -> None:
        with _STREAM:
            self._stop()
            self._recording.finish(ending)


def _size(args: tuple[Any, ...], kwargs: dict[str, Any]) -> int | None:
    """How many bytes are asked for; None for all that there are."""
    size = args[0] if args else next(iter(kwargs.values()), None)
    return size if isinstance(size, int) and size >= 0 else None
