from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, StreamReader
from aiohttp.base_protocol import BaseProtocol

from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.feed import Feeds
from keeptabs.patching.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable


class Response(SimpleNamespace):
    """All that is asked of a response: its reader, and to be referred to."""


class Scene:
    """A reader that was fed a little, its response, and what was noted of it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        protocol = BaseProtocol(self.loop)
        protocol.transport = asyncio.Transport()  # else it would be closed
        self.reader = StreamReader(protocol, 2**16, loop=self.loop)
        self.reader.feed_data(b"[1,")
        self.noted: list[Any] = []
        self.recording = Recording("aiohttp", Request(method="POST", host="h", path="/"), (), 0, self._done)
        self.recording.answered(200, [(b"content-type", b"application/json")], streamed=True)
        self.response: Any = Response(content=self.reader)
        self.feeds = Feeds(StreamReader)

    def _done(self, recording: Recording) -> None:
        seen = recording.exchange()
        assert seen.response is not None
        self.noted.append((seen.ending, seen.error, seen.response.body))

    def watch(self) -> None:
        self.feeds.watch(self.response, self.recording)

    async def read(self, seconds: float) -> None:
        """A read that the application gives up."""
        await asyncio.wait_for(self.reader.readline(), seconds)


def ended(scene: Scene) -> None:
    scene.watch()
    scene.reader.feed_data(b"2]")
    scene.reader.feed_eof()


def here_already(scene: Scene) -> None:
    scene.reader.feed_data(b"2]")
    scene.reader.feed_eof()
    scene.watch()


def read_in_part(scene: Scene) -> None:
    scene.reader.read_nowait(1)
    ended(scene)


def failed(scene: Scene) -> None:
    scene.watch()
    scene.reader.set_exception(ClientPayloadError("cut"))


def failed_already(scene: Scene) -> None:
    scene.reader.set_exception(ClientPayloadError("cut"))
    scene.watch()


def closed(scene: Scene) -> None:
    scene.watch()
    scene.reader.set_exception(ClientConnectionError("Connection closed"))


def dropped(scene: Scene) -> None:
    scene.watch()
    scene.response = None


def of_another_kind(scene: Scene) -> None:
    scene.feeds = Feeds(type("Other", (StreamReader,), {}))
    scene.watch()
    scene.reader.feed_eof()


ENDS: dict[str, tuple[Callable[[Scene], None], tuple[Ending, str | None, bytes]]] = {
    "ended": (ended, (Ending.COMPLETE, None, b"[1,2]")),
    "here already": (here_already, (Ending.COMPLETE, None, b"[1,2]")),
    "read in part": (read_in_part, (Ending.COMPLETE, None, b"1,2]")),
    "failed": (failed, (Ending.FAILED, "ClientPayloadError", b"[1,")),
    "failed already": (failed_already, (Ending.FAILED, "ClientPayloadError", b"[1,")),
    "closed": (closed, (Ending.CLOSED, None, b"[1,")),
    "dropped": (dropped, (Ending.COLLECTED, None, b"[1,")),
    "of another kind": (of_another_kind, (Ending.COMPLETE, None, b"")),
}


@pytest.mark.parametrize(("play", "expected"), ENDS.values(), ids=list(ENDS))
def test_ends(play: Callable[[Scene], None], expected: Any) -> None:
    """Each end is noted once, with the bytes that were there, and afterwards the reader is of its own class."""

    async def run() -> None:
        scene = Scene()
        play(scene)
        assert scene.noted == [expected]
        if play is not dropped:
            assert type(scene.reader) is StreamReader
            scene.reader.set_exception(ClientPayloadError("later"))
        assert len(scene.noted) == 1

    asyncio.run(run())


def test_nothing_is_between_the_application_and_its_bytes() -> None:
    """While it is watched, the reader gives what it was fed, and passes for what it is."""

    async def run() -> None:
        scene = Scene()
        before = repr(scene.reader)
        scene.watch()
        assert isinstance(scene.reader, StreamReader)
        assert (repr(scene.reader), repr(type(scene.reader))) == (before, repr(StreamReader))
        scene.loop.call_soon(scene.reader.feed_data, b"2]\n")
        assert await scene.reader.readline() == b"[1,2]\n"
        scene.reader.feed_eof()
        assert await scene.reader.read() == b""

    asyncio.run(run())


@pytest.mark.parametrize("read_on", [False, True])
def test_a_read_that_was_given_up(read_on: bool) -> None:
    """Who leaves after a read that was cancelled has left for that, unless another read went well in between."""

    async def run() -> None:
        scene = Scene()
        scene.watch()
        with pytest.raises(asyncio.TimeoutError):
            await scene.read(0.001)
        if read_on:
            scene.loop.call_later(0.01, scene.reader.feed_data, b"2]\n")
            await scene.read(1)
        scene.reader.set_exception(ClientConnectionError("Connection closed"))
        (noted,) = scene.noted
        assert noted[:2] == ((Ending.CLOSED, None) if read_on else (Ending.CANCELLED, "CancelledError"))

    asyncio.run(run())
