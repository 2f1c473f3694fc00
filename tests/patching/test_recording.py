import asyncio
import gzip
import os
from typing import Any

import pytest

from keeptabs.core.exchange import Ending, Exchange, Request
from keeptabs.patching.recording import Recording

MARKERS = (b'"usage"',)


@pytest.fixture
def done() -> list[Recording]:
    return []


@pytest.fixture
def recording(done: list[Recording]) -> Recording:
    request = Request(method="POST", host="api.openai.com", path="/v1/chat/completions", body=b"{}")
    return Recording("httpx", request, MARKERS, 1_000, done.append)


def streamed(recording: Recording, chunks: list[bytes], **headers: str) -> Exchange:
    pairs = [(b"content-type", b"text/event-stream")]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    recording.answered(200, pairs, streamed=True)
    for chunk in chunks:
        recording.chunk(chunk)
    recording.finish(Ending.COMPLETE)
    return recording.exchange()


def test_the_first_ending_counts(recording: Recording, done: list[Recording]) -> None:
    """However many endings follow, a recording is done once and keeps the first."""
    recording.finish(Ending.CLOSED)
    recording.finish(Ending.COMPLETE)
    recording.failed(ValueError())
    assert done == [recording]
    assert recording.exchange().ending is Ending.CLOSED


@pytest.mark.parametrize(
    ("reason", "ending", "error"),
    [
        (None, Ending.COMPLETE, None),
        (StopIteration(), Ending.COMPLETE, None),
        (StopAsyncIteration(), Ending.COMPLETE, None),
        (TimeoutError(), Ending.FAILED, "TimeoutError"),
        (asyncio.CancelledError(), Ending.CANCELLED, "CancelledError"),
        (KeyboardInterrupt(), Ending.CANCELLED, "KeyboardInterrupt"),
        (GeneratorExit(), Ending.CANCELLED, "GeneratorExit"),
    ],
)
def test_what_stopped_an_iteration_says_how_it_ended(
    recording: Recording, reason: BaseException | None, ending: Ending, error: str | None
) -> None:
    """The regular end of an iterator is an end; anything else is a failure or a cancellation."""
    recording.stopped(reason)
    exchange = recording.exchange()
    assert (exchange.ending, exchange.error) == (ending, error)


def test_a_stream_is_abridged_to_its_first_and_telling_events(recording: Recording) -> None:
    """Of a stream only the first event and those that carry facts are kept."""
    events = [b'data: {"n":0}\n\n', *[b'data: {"n":1}\n\n'] * 50, b'data: {"usage":{}}\n\n']
    exchange = streamed(recording, events)
    assert exchange.response is not None
    assert exchange.response.body == events[0] + events[-1]
    assert (exchange.timing.chunks, exchange.timing.bytes) == (52, sum(map(len, events)))


def test_times_are_counted_from_the_start(recording: Recording) -> None:
    """First and last chunk and the end follow one another, and the longest gap fits between them."""
    timing = streamed(recording, [b"data: {}\n\n"] * 3).timing
    assert timing.first_chunk is not None
    assert timing.last_chunk is not None
    assert 0 <= timing.first_chunk <= timing.last_chunk <= timing.duration
    assert timing.longest_gap <= timing.last_chunk - timing.first_chunk


def test_a_compressed_stream_is_read(recording: Recording) -> None:
    """The bytes are decoded by the content-encoding, in whatever pieces they came."""
    packed = gzip.compress(b'data: {"usage":{}}\n\n')
    exchange = streamed(recording, [packed[i : i + 3] for i in range(0, len(packed), 3)], content_encoding="gzip")
    assert exchange.response is not None
    assert exchange.response.body == b'data: {"usage":{}}\n\n'


@pytest.mark.parametrize("coding", ["gzip", "no-such-coding"])
def test_a_lying_encoding_is_a_gap(recording: Recording, coding: str) -> None:
    """A body that is not what its header says is noted, and what was counted stays."""
    exchange = streamed(recording, [b"data: {}\n\n"], content_encoding=coding)
    assert len(exchange.gaps) == 1
    assert coding in exchange.gaps[0]
    assert exchange.timing.bytes == 10


def test_an_upload_is_kept_up_to_a_limit(recording: Recording) -> None:
    """Of a body that is made while it is sent the head is kept: it holds the form fields."""
    for _ in range(100):
        recording.upload(b"x" * 10_000)
    recording.finish(Ending.COMPLETE)
    assert len(recording.exchange().request.body) == 128 * 1024


def test_memory_does_not_grow_with_a_stream(recording: Recording) -> None:
    """After a million bytes of deltas what is kept is still the first event."""
    event = b'data: {"delta":"' + b"x" * 1000 + b'"}\n\n'
    exchange = streamed(recording, [event] * 1000)
    assert exchange.response is not None
    assert exchange.response.body == event


def test_a_forked_child_does_not_end_it(
    recording: Recording, done: list[Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording that was under way at a fork belongs to the parent."""
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    recording.finish(Ending.COLLECTED)
    assert done == []


def test_no_response_at_all(recording: Recording) -> None:
    """A call that failed before an answer has none."""
    recording.failed(ConnectionError())
    exchange: Any = recording.exchange()
    assert exchange.response is None
    assert exchange.error == "ConnectionError"
