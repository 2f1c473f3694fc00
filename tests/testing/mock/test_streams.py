"""Encoding, framing and spoiling answers."""

from __future__ import annotations

import zlib

import pytest

from keeptabs.testing.mock.answers import Reply
from keeptabs.testing.mock.behaviours import Behaviour, plan
from keeptabs.testing.mock.reply import Answer
from keeptabs.testing.mock.streams import batch, compress, render, split

EVENTS = (b"data: {}\n\n", "data: é🙂\n\n".encode(), b"data: [DONE]\n\n")


def parts(answer: Answer, behaviour: Behaviour | None = None) -> list[bytes]:
    """Render an answer into the list of its writes."""
    reply = Reply(answer, {"x-a": "1"}, behaviour or Behaviour())
    return list(render(reply).parts)


def test_a_plain_answer_is_one_write() -> None:
    """Head and body leave together, with the body's length."""
    (whole,) = parts(Answer(b"{}"))
    head, body = whole.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-length: 2" in head
    assert body == b"{}"


def test_each_event_is_one_chunk() -> None:
    """A stream is its head, a chunk for each event, and the last chunk."""
    head, *chunks = parts(Answer(events=EVENTS))
    assert b"transfer-encoding: chunked" in head
    framed = [b"%x\r\n%b\r\n" % (len(event), event) for event in EVENTS]
    assert chunks == [*framed, b"0\r\n\r\n"]


def test_http_1_0_gets_a_stream_without_chunks() -> None:
    """A client that knows no chunks reads until the connection closes."""
    writes = render(Reply(Answer(events=EVENTS), {}), chunked=False)
    head, *events = writes.parts
    assert not writes.keep
    assert b"connection: close" in head
    assert events == list(EVENTS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("stream-dies", [EVENTS[0]]),
        ("stream-error", [EVENTS[0], b"failure", b""]),
        ("bad-sse", [EVENTS[0], b'data: {"id": "chatcmpl-mal\n\n', *EVENTS[1:], b""]),
        ("batch:2", [EVENTS[0] + EVENTS[1], EVENTS[2], b""]),
    ],
)
def test_a_stream_is_spoiled_in_its_middle(words: str, expected: list[bytes]) -> None:
    """What goes wrong does so half-way, and only a dead stream lacks its last chunk."""
    _, *chunks = parts(Answer(events=EVENTS, failure=b"failure"), plan(words))
    assert [chunk.split(b"\r\n")[1] for chunk in chunks] == expected


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw-deflate"])
def test_compressed_blocks_can_be_read_one_by_one(encoding: str) -> None:
    """Each block can be inflated as soon as it has arrived."""
    bits = {"gzip": 31, "deflate": 15, "raw-deflate": -15}[encoding]
    reader = zlib.decompressobj(wbits=bits)
    read = [reader.decompress(block) for block in compress(EVENTS, encoding)]
    assert read == [*EVENTS, b""]
    assert reader.eof


def test_split_cuts_events_and_characters() -> None:
    """The pieces make up the whole, and some end within a character."""
    whole = b"".join(EVENTS * 5)
    pieces = list(split(EVENTS * 5))
    assert b"".join(pieces) == whole
    assert any(piece.decode(errors="ignore").encode() != piece for piece in pieces)
    assert max(map(len, pieces)) <= 11


@pytest.mark.parametrize(("size", "sizes"), [(1, [1, 1, 1]), (2, [2, 1]), (9, [3])])
def test_batches_keep_order_and_the_rest(size: int, sizes: list[int]) -> None:
    """The last batch is whatever is left."""
    assert [len(one) for one in batch([b"a"] * 3, size)] == sizes


def test_a_liar_and_a_cut_body_are_as_promised() -> None:
    """One says gzip over plain bytes, the other sends half of what it announced."""
    (lie,) = parts(Answer(b"{}"), plan("liar"))
    assert b"content-encoding: gzip" in lie
    assert lie.endswith(b"{}")
    (cut,) = parts(Answer(b"abcd"), plan("stream-dies"))
    assert b"content-length: 4" in cut
    assert cut.endswith(b"\r\n\r\nab")
