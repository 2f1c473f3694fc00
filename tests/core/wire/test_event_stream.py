"""Amazon's event stream: whole messages however the bytes are cut, their JSON, and markers inside base64."""

import base64
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import event_stream
from keeptabs.core.wire.event_stream import Splitter, needles, payload

EVENT = {":message-type": "event", ":event-type": "metadata", ":content-type": "application/json"}
CHUNK = EVENT | {":event-type": "chunk"}


def text_header(name: str, value: str) -> bytes:
    """A header whose value is text."""
    return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value.encode())) + value.encode()


def message(body: bytes, headers: dict[str, str] | bytes = EVENT) -> bytes:
    """One message, as the format writes it."""
    packed = headers if isinstance(headers, bytes) else b"".join(text_header(*each) for each in headers.items())
    prelude = struct.pack(">II", 16 + len(packed) + len(body), len(packed))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + body
    return start + struct.pack(">I", zlib.crc32(start))


def chunk(inner: Any) -> bytes:
    """A message of InvokeModelWithResponseStream."""
    text = base64.b64encode(json.dumps(inner).encode()).decode()
    return message(json.dumps({"bytes": text, "p": "abc"}).encode(), CHUNK)


def split(chunks: list[bytes]) -> tuple[list[bytes], int]:
    """The messages in ``chunks``, and how many times the bytes were none."""
    splitter = Splitter()
    found = [each for data in chunks for each in splitter.feed(data)] + splitter.flush()
    return found, splitter.oversized


MESSAGES = [
    message(b'{"role":"assistant"}'),
    message(b""),
    chunk({"outputText": "a\u00e9"}),
    message(b"\xff\x00", b""),
    message(b'{"message":"Slow down"}', {":message-type": "exception", ":exception-type": "throttlingException"}),
]
STREAMS = st.lists(st.sampled_from(MESSAGES), max_size=6)


@given(STREAMS)
@example(MESSAGES)
def test_every_cut_gives_the_same_messages(messages: list[bytes]) -> None:
    """Two pieces at every place, and single bytes."""
    body = b"".join(messages)
    assert split([body]) == (messages, 0)
    assert all(split([body[:at], body[at:]]) == (messages, 0) for at in range(len(body) + 1))
    assert split([bytes([byte]) for byte in body]) == (messages, 0)


@given(STREAMS.filter(bool), st.data())
def test_a_stream_that_broke_off_gives_what_was_whole(messages: list[bytes], data: st.DataObject) -> None:
    """A message that was cut cannot be read, and is no fault of the bytes before it."""
    cut = data.draw(st.integers(1, len(messages[-1]) - 1))
    assert split([b"".join(messages)[:-cut]]) == (messages[:-1], 0)


@given(STREAMS.filter(bool), st.integers(0, 11), st.integers(1, 255), st.integers(1, 40))
def test_a_corrupted_prelude_ends_the_reading(messages: list[bytes], at: int, flip: int, size: int) -> None:
    """Behind a length that cannot be trusted nothing is a message, however the bytes are cut; it is counted once."""
    bad = bytearray(messages[-1])
    bad[at] ^= flip
    body = b"".join(messages[:-1]) + bytes(bad) + b"".join(messages)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert split([body]) == split(pieces) == (messages[:-1], 1)


@pytest.mark.parametrize(
    ("total", "headers"),
    [
        pytest.param(0, 0, id="no length"),
        pytest.param(15, 0, id="shorter than its frame"),
        pytest.param(20, 5, id="shorter than its headers"),
        pytest.param(16 * 1024 * 1024 + 1, 0, id="over the limit"),
        pytest.param(0xFFFFFFFF, 0xFFFFFFFF, id="as large as can be"),
    ],
)
def test_a_length_that_cannot_be_is_none(total: int, headers: int) -> None:
    """A checksum that is right makes it no better: nothing is waited for, and nothing held."""
    prelude = struct.pack(">II", total, headers)
    splitter = Splitter()
    assert splitter.feed(prelude + struct.pack(">I", zlib.crc32(prelude)) + b"x" * 1000) == []
    assert splitter.feed(MESSAGES[0]) == []
    assert (splitter._rest, splitter.oversized) == (b"", 1)


def test_a_message_may_have_sixteen_mebibytes() -> None:
    """No more is held than the one message that is open."""
    body = b"x" * (16 * 1024 * 1024 - 16)
    assert [len(each) for each in split([message(body, b"")])[0]] == [16 * 1024 * 1024]


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_can_be_split(chunks: list[bytes]) -> None:
    """No bytes make an exception, and what is no stream holds no message."""
    found, _ = split(chunks)
    assert b"".join(found) in b"".join(chunks)


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        pytest.param(b'{"usage":{}}', EVENT, b'{"usage":{}}', id="an event"),
        pytest.param(b'{"usage":{}}', b"", b'{"usage":{}}', id="no headers"),
        pytest.param(b'{"bytes":"eyJhIjoxfQ=="}', CHUNK, b'{"a":1}', id="a chunk"),
        pytest.param(b'{"bytes":"eyJhIjoxfQ==","p":"abc"}', CHUNK, b'{"a":1}', id="a chunk with padding"),
        pytest.param(b'{"bytes":"eyJhIjoxfQ=="}', EVENT, b'{"bytes":"eyJhIjoxfQ=="}', id="bytes of another event"),
        pytest.param(b'{"bytes":"no base64"}', CHUNK, b'{"bytes":"no base64"}', id="no base64"),
        pytest.param(b'{"bytes":"\xff"}', CHUNK, b'{"bytes":"\xff"}', id="no UTF-8"),
        pytest.param(b'{"bytes":7}', CHUNK, b'{"bytes":7}', id="no text"),
        pytest.param(b'{"bytes":""}', CHUNK, b'{"bytes":""}', id="nothing in a chunk"),
        pytest.param(b"{}", CHUNK, b"{}", id="a chunk without bytes"),
    ],
)
def test_the_json_of_a_message(body: bytes, headers: dict[str, str] | bytes, expected: bytes) -> None:
    """Of a chunk it is the inner one; what cannot be read is left as it is."""
    assert payload(message(body, headers)) == expected


@pytest.mark.parametrize(
    ("body", "headers", "code", "text"),
    [
        pytest.param(
            b'{"message":"Slow down"}',
            {":message-type": "exception", ":exception-type": "throttlingException"},
            "throttlingException",
            "Slow down",
            id="an exception",
        ),
        pytest.param(
            b"",
            {":message-type": "error", ":error-code": "InternalError", ":error-message": "Oh"},
            "InternalError",
            "Oh",
            id="an error",
        ),
        pytest.param(b'{"message":7}', {":message-type": "exception"}, None, None, id="neither code nor text"),
        pytest.param(
            '{"message":"é"}'.encode(),
            {":message-type": "exception", ":exception-type": "é"},
            "é",
            "é",
            id="letters beyond ASCII",
        ),
    ],
)
def test_an_exception_is_an_error(body: bytes, headers: dict[str, str], code: str | None, text: str | None) -> None:
    """Its type is the code, wherever the format says it."""
    assert json.loads(payload(message(body, headers))) == {"error": {"code": code, "message": text}}


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        pytest.param(MESSAGES[4], True, id="an exception"),
        pytest.param(message(b"", {":message-type": "error", ":error-code": "InternalError"}), True, id="an error"),
        pytest.param(MESSAGES[0], False, id="an event"),
        pytest.param(MESSAGES[2], False, id="a chunk"),
    ],
)
def test_a_failure_is_known_by_its_headers(each: bytes, expected: bool) -> None:
    """So that it is kept, though its payload holds no marker."""
    assert event_stream.is_failure(each) is expected


NUMBERS = b"\x01a\x00\x01b\x01\x01c\x02.\x01d\x03..\x01e\x04....\x01f\x05........\x01g\x08........\x01h\x09" + b"." * 16


@pytest.mark.parametrize(
    ("before", "seen"),
    [
        pytest.param(NUMBERS, True, id="numbers, times and booleans"),
        pytest.param(b"\x01i\x06\x00\x03\x07\x07\x07", True, id="bytes"),
        pytest.param(text_header("", ""), True, id="an empty name"),
        pytest.param(text_header(":message-type", "event"), True, id="the last one of a name counts"),
        pytest.param(b"\x01j\x0a", False, id="a type that is none"),
        pytest.param(b"\x01j\x07\xff\xff", False, id="a length beyond the headers"),
    ],
)
def test_headers_that_are_no_text_are_passed_over(before: bytes, seen: bool) -> None:
    """Those behind them are found; behind one that cannot be read none is."""
    headers = before + text_header(":message-type", "exception")
    assert (b'"error"' in payload(message(b"{}", headers))) is seen


@given(st.binary(max_size=60), st.binary(max_size=30))
def test_any_headers_and_any_body_can_be_read(headers: bytes, body: bytes) -> None:
    """No bytes make an exception."""
    assert isinstance(payload(message(body, headers)), bytes)


def test_json_that_is_nested_too_deep_is_left_as_it_is() -> None:
    """It cannot be decoded, and is no exception."""
    deep = b'{"bytes":' * 100_000
    assert payload(message(deep, CHUNK)) == deep


MARKERS = st.binary(min_size=2, max_size=30)


@given(MARKERS, st.binary(max_size=20), st.binary(max_size=20))
@example(b"ab", b"x", b"")
@example(b'"usage":{', b'{"a":', b"}")
def test_a_marker_is_found_at_any_offset_of_base64(marker: bytes, before: bytes, after: bytes) -> None:
    """Whatever stands before and behind it, one of its needles is in the text; and in plain bytes the marker itself."""
    found = needles((marker,))
    encoded = base64.b64encode(before + marker + after)
    assert found[0] == marker
    assert any(needle in encoded for needle in found[1:])


@pytest.mark.parametrize("marker", [b'"usage":{', b"invocationMetrics", b'"stop_reason":"', b'"error":'])
def test_a_needle_is_as_long_as_the_marker_allows(marker: bytes) -> None:
    """At most one letter at either end depends on what stands beside the marker: a shorter one would find too much."""
    assert len(needles((marker,))) == 4
    assert min(map(len, needles((marker,))[1:])) >= len(marker) * 4 // 3 - 1


@given(st.binary(min_size=12, max_size=40))
@example(b"inputTokenCount")
def test_base64_without_the_marker_is_not_found(other: bytes) -> None:
    """A needle stands for its marker and for nothing else."""
    marker = b'"amazon-bedrock-invocationMetrics"'
    encoded = base64.b64encode(other)
    assert not any(needle in encoded for needle in needles((marker,)))


def test_no_marker_has_no_needles() -> None:
    """And an empty one, which is everywhere, is left as it is."""
    assert needles(()) == ()
    assert needles((b"",)) == (b"",)
    assert event_stream.needles((b"ab", b"cd"))[:2] == (b"ab", b"cd")
