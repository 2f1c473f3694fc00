import asyncio
import gc
from collections.abc import AsyncIterator, Iterator

import pytest

from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.recording import Recording
from keeptabs.patching.tap import AsyncTap, AsyncUpload, Tap, Upload


class Stream:
    """A client's stream: iterates, closes, has an attribute of its own, and may break."""

    elapsed = 7

    def __init__(self, chunks: list[bytes | Exception]) -> None:
        self.chunks, self.closed = chunks, False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def recording() -> Recording:
    request = Request(method="POST", host="h", path="/v1/chat/completions")
    made = Recording("httpx", request, (), 0, lambda recording: None)
    made.answered(200, [(b"content-type", b"text/event-stream")], streamed=True)
    return made


def drain(kind: str, stream: Stream, recording: Recording) -> list[bytes]:
    """All chunks through a tap of a kind."""
    if kind == "sync":
        return list(Tap(stream, recording))

    async def collect() -> list[bytes]:
        return [chunk async for chunk in AsyncTap(stream, recording)]

    return asyncio.run(collect())


both = pytest.mark.parametrize("kind", ["sync", "async"])


@both
def test_the_bytes_pass_unchanged(kind: str, recording: Recording) -> None:
    """The application gets the very objects that the client's stream yields."""
    chunks: list[bytes | Exception] = [b"a", b"", b"bc"]
    assert all(got is sent for got, sent in zip(drain(kind, Stream(chunks), recording), chunks, strict=True))
    assert recording.exchange().timing.chunks == 3


@both
def test_exhaustion_completes(kind: str, recording: Recording) -> None:
    """A stream that is read to its end is complete."""
    drain(kind, Stream([b"a"]), recording)
    assert recording.exchange().ending is Ending.COMPLETE


@both
def test_an_error_of_the_stream_passes_and_ends_the_recording(kind: str, recording: Recording) -> None:
    """The application sees the exception itself, and the recording its class."""
    error = ConnectionResetError("gone")
    with pytest.raises(ConnectionResetError) as caught:
        drain(kind, Stream([b"a", error]), recording)
    assert caught.value is error
    assert recording.exchange().error == "ConnectionResetError"


def test_closing_closes_the_stream_first(recording: Recording) -> None:
    """An early close reaches the client's stream and ends the recording."""
    stream = Stream([b"a", b"b"])
    tap = Tap(stream, recording)
    next(iter(tap))
    tap.close()
    assert stream.closed
    assert recording.exchange().ending is Ending.CLOSED


def test_closing_an_async_stream(recording: Recording) -> None:
    """The same for an asynchronous client."""
    stream = Stream([b"a", b"b"])

    async def use() -> None:
        tap = AsyncTap(stream, recording)
        chunks = aiter(tap)
        await anext(chunks)
        await chunks.aclose()  # type: ignore[attr-defined] # as httpx2 does
        await tap.aclose()

    asyncio.run(use())
    assert stream.closed
    assert recording.exchange().ending is Ending.CLOSED


def test_a_dropped_stream_is_collected(recording: Recording) -> None:
    """A stream that nobody closes ends when it is garbage."""
    tap = Tap(Stream([b"a", b"b"]), recording)
    next(iter(tap))
    del tap
    gc.collect()
    assert recording.exchange().ending is Ending.COLLECTED


def test_a_cancelled_task_ends_it(recording: Recording) -> None:
    """Cancellation goes through the tap and is told apart from a failure."""

    class Hanging(Stream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"a"
            await asyncio.sleep(60)

    async def use() -> None:
        async def read() -> None:
            async for _ in AsyncTap(Hanging([]), recording):
                started.set()

        started = asyncio.Event()
        task = asyncio.create_task(read())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(use())
    assert recording.exchange().ending is Ending.CANCELLED


def test_everything_else_is_the_streams_own(recording: Recording) -> None:
    """A tap offers whatever the stream offers, and nothing that it does not."""
    tap = Tap(Stream([]), recording)
    assert tap.elapsed == 7
    with pytest.raises(AttributeError):
        _ = tap.no_such_thing


@both
def test_an_upload_passes_and_leaves_its_head(kind: str, recording: Recording) -> None:
    """A request body goes through unchanged, and the stream can be put back."""
    stream = Stream([b"a", b"b"])
    upload = Upload(stream, recording)
    if kind == "sync":
        sent = list(upload)
    else:

        async def collect() -> list[bytes]:
            return [chunk async for chunk in AsyncUpload(stream, recording)]

        sent = asyncio.run(collect())
    recording.finish(Ending.COMPLETE)
    assert sent == [b"a", b"b"]
    assert recording.exchange().request.body == b"ab"
    assert upload.original is stream
