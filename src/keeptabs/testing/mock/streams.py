"""From a reply to the bytes of each write: encoding, framing, and every way to spoil them."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from itertools import cycle, islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keeptabs.testing.mock.answers import Reply
    from keeptabs.testing.mock.behaviours import Behaviour
    from keeptabs.testing.mock.reply import Answer

# What HTTP calls deflate is the zlib format; some servers send it raw, so that is here too.
_WINDOW_BITS = {"gzip": 31, "deflate": 15, "raw-deflate": -15}
_HEADER_OF = {"gzip": "gzip", "deflate": "deflate", "raw-deflate": "deflate"}
_PIECE_SIZES = (1, 2, 3, 5, 7, 11)
_MALFORMED_EVENT = b'data: {"id": "chatcmpl-mal\n\n'
_LAST_CHUNK = b"0\r\n\r\n"


class Writes(NamedTuple):
    """The writes that make up a response, in order, and whether the connection outlives it."""

    parts: Iterator[bytes]
    keep: bool


def render(reply: Reply, *, keep_alive: bool = True, chunked: bool = True) -> Writes:
    """Turn a reply into writes. `chunked` is off for a client that only speaks HTTP/1.0."""
    answer, behaviour = reply.answer, reply.behaviour
    keep = keep_alive and not behaviour.dies and (chunked or answer.events is None)
    headers = {"content-type": answer.content_type, **reply.headers, **dict(answer.headers)}
    if not keep:
        headers["connection"] = "close"
    if behaviour.encoding or behaviour.liar:
        headers["content-encoding"] = _HEADER_OF.get(behaviour.encoding, "gzip")
    if answer.events is None:
        return Writes(_body_writes(answer, behaviour, headers), keep)
    if chunked:
        headers["transfer-encoding"] = "chunked"
    blocks = _shape(_spoil(answer.events, answer.failure, behaviour), behaviour)
    framed = _frame(blocks, ends=not behaviour.dies) if chunked else blocks
    return Writes(_after(_head(answer.status, headers), framed), keep)


def _after(head: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from parts


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode("latin-1")


def _body_writes(answer: Answer, behaviour: Behaviour, headers: dict[str, str]) -> Iterator[bytes]:
    """Give the writes of a body of known length; an ordinary one goes out in a single write."""
    body = answer.body
    if behaviour.bad_json:
        body = body[: len(body) // 2]
    if behaviour.encoding:
        body = b"".join(compress([body], behaviour.encoding))
    headers["content-length"] = str(len(body))
    head = _head(answer.status, headers)
    if behaviour.dies:
        body = body[: len(body) // 2]
    return _after(head, split([body])) if behaviour.split else iter((head + body,))


def _spoil(events: Iterable[bytes], failure: bytes, behaviour: Behaviour) -> Iterable[bytes]:
    """Put what goes wrong in the middle of the events, if anything does."""
    if not (behaviour.dies or behaviour.stream_error or behaviour.bad_sse or behaviour.bad_json):
        return events
    whole = list(events)
    middle = len(whole) // 2
    if behaviour.dies:
        return whole[:middle]
    if behaviour.stream_error:
        return [*whole[:middle], failure]
    return [*whole[:middle], _MALFORMED_EVENT, *whole[middle:]]


def _shape(events: Iterable[bytes], behaviour: Behaviour) -> Iterable[bytes]:
    """Group, compress and cut up the events into the blocks to send."""
    blocks = events
    if behaviour.batch > 1:
        blocks = batch(blocks, behaviour.batch)
    if behaviour.encoding:
        blocks = compress(blocks, behaviour.encoding)
    return split(blocks) if behaviour.split else blocks


def batch(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join every `size` blocks into one."""
    rest = iter(blocks)
    while group := list(islice(rest, size)):
        yield b"".join(group)


def compress(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Compress blocks, flushing after each so that a reader sees it at once."""
    compressor = zlib.compressobj(wbits=_WINDOW_BITS[encoding])
    for block in blocks:
        yield compressor.compress(block) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


def split(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut blocks into pieces of 1 to 11 bytes that heed neither events nor characters."""
    sizes = cycle(_PIECE_SIZES)
    left = b""  # less than a piece, carried over to be finished by the next block
    size = next(sizes)
    for block in blocks:
        data = left + block
        start = 0
        while start + size <= len(data):
            yield data[start : start + size]
            start += size
            size = next(sizes)
        left = data[start:]
    if left:
        yield left


def _frame(blocks: Iterable[bytes], *, ends: bool) -> Iterator[bytes]:
    """Frame blocks as HTTP chunks; without its end, a stream is one that was cut."""
    for block in blocks:
        if block:  # an empty chunk would mean the end
            yield b"%x\r\n%b\r\n" % (len(block), block)
    if ends:
        yield _LAST_CHUNK
