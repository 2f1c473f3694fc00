"""The ways in which a body can be a stream of JSON values, and one reader for all of them."""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from keeptabs.core.exchange import Response
from keeptabs.core.wire import event_stream, json_array, lines, sse


class Splitter(Protocol):
    """Cuts a byte stream into raw frames, incrementally."""

    oversized: int

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that ``data`` completes."""

    def flush(self) -> list[bytes]:
        """What is left after the last byte."""


class Framing(msgspec.Struct, frozen=True):
    """How values follow each other: cut into frames, the value in a frame, and frames put together to a body again."""

    splitter: Callable[[], Splitter]
    payload: Callable[[bytes], bytes | None]
    join: Callable[[list[bytes]], bytes]
    is_broken: Callable[[bytes], bool]  # True for a frame that should hold a JSON value and does not
    needles: Callable[[tuple[bytes, ...]], tuple[bytes, ...]] = lambda markers: markers
    texts: Callable[[list[bytes]], list[bytes]] = lambda frames: frames  # in which the text of frames can be read


_JSON_ENDS = (b"}", b"]", b'"')


def _data(block: bytes) -> bytes | None:
    event = sse.parse(block)
    return event.data if event else None


SSE = Framing(
    sse.Splitter,
    _data,
    lambda blocks: b"".join(block + b"\n\n" for block in blocks),
    lambda block: not block.endswith(_JSON_ENDS) and b"data" in block,
)
LINES = Framing(
    lines.Splitter,
    lambda line: line,
    lambda found: b"".join(line + b"\n" for line in found),
    lambda line: not line.endswith(_JSON_ENDS),
)
ARRAY = Framing(
    json_array.Splitter,
    lambda element: element,
    lambda elements: b"[" + b",".join(elements),  # left open, since the last element may be one that was cut
    lambda element: not element.endswith(_JSON_ENDS),
)
EVENT_STREAM = Framing(
    event_stream.Splitter,
    event_stream.payload,
    b"".join,
    event_stream.is_failure,
    event_stream.needles,
    lambda messages: [event_stream.payload(message) for message in messages],
)

_BY_TYPE = {
    "text/event-stream": SSE,
    "application/x-ndjson": LINES,
    "application/ndjson": LINES,
    "application/jsonl": LINES,
    "application/x-jsonl": LINES,
    "application/jsonlines": LINES,
    "application/stream+json": LINES,
    "application/vnd.amazon.eventstream": EVENT_STREAM,
}


def media_type(content_type: str | None) -> str:
    """The value of a content-type header without its parameters, in lower case."""
    return (content_type or "").partition(";")[0].strip().lower()


def framing(content_type: str | None, body: bytes) -> Framing | None:
    """How a body is framed, by its content-type or else by its first bytes; None when it is one value."""
    known = _BY_TYPE.get(media_type(content_type))
    if known is not None:
        return known
    if sse.looks_like(body):
        return SSE
    return ARRAY if is_array(body) else None


_OBJECTS = re.compile(rb"\s*\[\s*(?:\{|\Z)")


def is_array(body: bytes) -> bool:
    """True for a JSON array whose first element is an object, or that breaks off before its first element."""
    return _OBJECTS.match(body) is not None


def payloads(response: Response) -> Iterator[bytes]:
    """The JSON values of a streamed body, in order; those of another body are none."""
    how = framing(response.headers.get("content-type"), response.body)
    if how is None:
        return
    splitter = how.splitter()
    for frame in (*splitter.feed(response.body.removeprefix(b"\xef\xbb\xbf")), *splitter.flush()):
        value = how.payload(frame)
        if value is not None:
            yield value
