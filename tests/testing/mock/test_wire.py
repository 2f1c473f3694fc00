"""Reading requests off a socket."""

from __future__ import annotations

import io

import pytest

from keeptabs.testing.mock.wire import MAX_BODY, Request, WireError, read_request

CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(raw: bytes) -> Request | None:
    """Read one request from bytes, with nobody to tell to continue."""
    return read_request(io.BytesIO(raw), lambda: None)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcdef", b"abc"),
        (b"\r\nPOST / HTTP/1.1\r\ncontent-length: 0\r\n\r\nabc", b""),
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (CHUNKED + b"2;x=1\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc"),
        (CHUNKED + b"1\r\nc\r\n0\r\ntrailer: 1\r\n\r\n", b"c"),
    ],
)
def test_a_body_ends_where_its_framing_says(raw: bytes, body: bytes) -> None:
    """A body is as long as content-length or its chunks say, and no longer."""
    request = read(raw)
    assert request is not None
    assert request.body == body


def test_header_names_are_lower_cased_and_repeats_joined() -> None:
    """Header names lose their case, values their padding, and repeats become one."""
    request = read(b"GET /v1?x=1 HTTP/1.1\r\nX-A:  1 \r\nx-a: 2\r\n\r\n")
    assert request == Request("GET", "/v1?x=1", {"x-a": "1, 2"}, b"")


def test_the_end_of_the_connection_is_no_request() -> None:
    """A client that closes between requests sends nothing and is no error."""
    assert read(b"") is None


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"GET / SPDY/3\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 201 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
        (CHUNKED + b"xyz\r\n", 400),
        (CHUNKED + b"fffffffff\r\n", 413),
    ],
)
def test_a_request_that_cannot_be_read_says_why(raw: bytes, status: int) -> None:
    """Malformed or oversized requests raise with the status to answer."""
    with pytest.raises(WireError) as raised:
        read(raw)
    assert raised.value.status == status


@pytest.mark.parametrize(("expect", "called"), [("100-continue", 1), ("100-Continue", 1), ("", 0)])
def test_continue_is_sent_before_the_body_is_read(expect: str, called: int) -> None:
    """A client that waits for leave to send its body is given it once."""
    calls: list[bool] = []
    raw = f"POST / HTTP/1.1\r\nexpect: {expect}\r\ncontent-length: 1\r\n\r\na".encode()
    read_request(io.BytesIO(raw), lambda: calls.append(True))
    assert len(calls) == called


@pytest.mark.parametrize(
    ("version", "connection", "kept"),
    [("HTTP/1.1", "", True), ("HTTP/1.1", "Close", False), ("HTTP/1.0", "keep-alive", False)],
)
def test_keep_alive_is_http_1_1_without_close(version: str, connection: str, *, kept: bool) -> None:
    """Only an HTTP/1.1 client that does not say close keeps its connection."""
    request = Request("GET", "/", {"connection": connection}, b"", version)
    assert request.keep_alive is kept
