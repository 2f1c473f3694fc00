"""Streams of every framing: one reader, and what is kept in part says what the whole one does."""

import base64
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.exchange import Headers, Response
from keeptabs.core.wire.frames import (
    ARRAY,
    EVENT_STREAM,
    LINES,
    SSE,
    Framing,
    framing,
    is_array,
    media_type,
    payloads,
)
from keeptabs.core.wire.keep import Events, keeper

MARKERS = (b'"usage":', b'"error":')


def message(body: bytes, kind: str) -> bytes:
    """A message of Amazon's event stream."""
    name = b":event-type"
    headers = bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(kind)) + kind.encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return start + struct.pack(">I", zlib.crc32(start))


def as_events(values: list[Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


def as_lines(values: list[Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def as_array(values: list[Any]) -> bytes:
    return json.dumps(values, indent=1).encode()


def as_messages(values: list[Any]) -> bytes:
    return b"".join(message(json.dumps(value).encode(), "metadata") for value in values)


def as_chunks(values: list[Any]) -> bytes:
    inner = (base64.b64encode(json.dumps(value).encode()).decode() for value in values)
    return b"".join(message(json.dumps({"bytes": text}).encode(), "chunk") for text in inner)


WAYS: dict[str, tuple[str, Framing, Callable[[list[Any]], bytes]]] = {
    "SSE": ("text/event-stream", SSE, as_events),
    "lines": ("application/x-ndjson", LINES, as_lines),
    "array": ("application/json", ARRAY, as_array),
    "messages": ("application/vnd.amazon.eventstream", EVENT_STREAM, as_messages),
    "chunks": ("application/vnd.amazon.eventstream", EVENT_STREAM, as_chunks),
}
every_way = pytest.mark.parametrize(("content_type", "how", "written"), WAYS.values(), ids=WAYS)
VALUES = st.lists(
    st.fixed_dictionaries(
        {"n": st.integers(0, 9)},
        optional={"usage": st.just({"in": 1}), "text": st.text(max_size=5), "error": st.just("x")},
    ),
    min_size=1,
    max_size=8,
)


def read(body: bytes, content_type: str) -> list[bytes]:
    """The payloads of a body."""
    return list(payloads(Response(status=200, headers=Headers.of([("content-type", content_type)]), body=body)))


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param("text/event-stream", b"", SSE, id="server-sent events"),
        pytest.param("Text/Event-Stream; charset=utf-8", b"[{", SSE, id="whatever the body says"),
        pytest.param("application/x-ndjson", b"", LINES, id="NDJSON"),
        pytest.param("application/stream+json", b"", LINES, id="Cohere's first version"),
        pytest.param("application/jsonl", b"", LINES, id="JSON lines"),
        pytest.param("application/vnd.amazon.eventstream", b"", EVENT_STREAM, id="Amazon's event stream"),
        pytest.param("application/json", b"data: {}\n\n", SSE, id="events that are called JSON"),
        pytest.param("application/json", b' [\n {"a": 1}]', ARRAY, id="an array of objects"),
        pytest.param(None, b"[{", ARRAY, id="no content-type"),
        pytest.param("application/json", b"[", ARRAY, id="an array that broke off before its first element"),
        pytest.param("application/json", b"[]", None, id="an empty array"),
        pytest.param("application/json", b"[1, {}]", None, id="an array of numbers"),
        pytest.param("application/json", b"[[{}]]", None, id="an array of arrays"),
        pytest.param("application/json", b'{"a": [{}]}', None, id="an object"),
        pytest.param("application/json", b"", None, id="nothing"),
        pytest.param("application/x-text/event-stream", b"", None, id="another type that ends so"),
    ],
)
def test_the_framing_is_that_of_the_type_or_of_the_first_bytes(
    content_type: str | None, body: bytes, expected: Framing | None
) -> None:
    """A content-type that is a stream's own decides; else the body does."""
    assert framing(content_type, body) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), ("", ""), ("A/B", "a/b"), (" a/b ; charset=x", "a/b"), (";", "")],
)
def test_a_media_type_has_no_parameters(value: str | None, expected: str) -> None:
    """In lower case, as it is looked up."""
    assert media_type(value) == expected


@every_way
@given(values=VALUES)
def test_values_come_out_as_they_were_written(
    content_type: str, how: Framing, written: Callable[[list[Any]], bytes], values: list[Any]
) -> None:
    """Every framing gives the same JSON values, in order."""
    assert framing(content_type, written(values)) is how
    assert [json.loads(payload) for payload in read(written(values), content_type)] == values


@every_way
@given(values=VALUES, cut=st.integers(0, 60), size=st.integers(1, 50), extra=st.binary(max_size=3))
@example(values=[{"n": 1}, {"n": 2}], cut=2, size=1, extra=b"")
@example(values=[{"n": 1}, {"n": 2, "usage": {"in": 1}}], cut=4, size=7, extra=b"")
def test_what_is_kept_says_what_the_whole_stream_does(
    content_type: str,
    how: Framing,
    written: Callable[[list[Any]], bytes],
    values: list[Any],
    cut: int,
    size: int,
    extra: bytes,
) -> None:
    """The values with facts, the first, and what cannot be read, in order; also of a stream that broke off."""
    body = written(values)
    body = body[: max(len(body) - cut, 2)] + extra
    kept = Events(MARKERS, how)
    for start in range(0, len(body), size):
        kept.feed(body[start : start + size])
    whole, part = read(body, content_type), read(kept.result(), content_type)
    rest = iter(whole)
    assert all(payload in rest for payload in part)  # in order
    assert whole[:1] == part[:1]
    assert [each for each in whole if is_telling(each)] == [each for each in part if is_telling(each)]


def is_telling(payload: bytes) -> bool:
    """True for a value that holds a marker, or is none."""
    try:
        json.loads(payload)
    except ValueError:
        return True
    return any(marker in payload for marker in MARKERS)


@every_way
@given(body=st.binary(max_size=80))
@example(body=b"[{" * 50_000)
@example(body=b"\xff\xfe\xef\xbb\xbf[{")
def test_any_body_can_be_read_and_kept(
    content_type: str, how: Framing, written: Callable[[list[Any]], bytes], body: bytes
) -> None:
    """No bytes make an exception, whatever they call themselves."""
    kept = Events(MARKERS, how)
    kept.feed(body)
    assert isinstance(kept.result(), bytes)
    assert isinstance(read(body, content_type), list)


@pytest.mark.parametrize("last", [b'{"b":', b'{"b":{"c":1}', b'{"b":"x', b"{"])
def test_an_element_that_was_cut_is_kept_as_one(last: bytes) -> None:
    """Nothing is written behind it that would close it."""
    kept = keeper(200, "application/json", MARKERS)
    kept.feed(b'[{"a":1},' + last)
    assert read(kept.result(), "application/json") == [b'{"a":1}', last]


def test_an_array_of_which_nothing_is_left_is_still_one() -> None:
    """What was kept reads as a stream without values, as the whole body does."""
    kept = keeper(200, "application/json", MARKERS)
    kept.feed(b"[{]  ")
    assert read(b"[{]  ", "application/json") == read(kept.result(), "application/json") == []
    assert is_array(kept.result())


def test_a_body_that_is_one_value_has_no_payloads() -> None:
    """It is no stream."""
    assert read(b'{"a": 1}', "application/json") == []


def test_a_byte_order_mark_is_no_part_of_a_value() -> None:
    """Some servers write one."""
    assert read(b'\xef\xbb\xbf{"a":1}\n', "application/x-ndjson") == [b'{"a":1}']
    assert read(b'\xef\xbb\xbfdata: {"a":1}\n\n', "text/event-stream") == [b'{"a":1}']
