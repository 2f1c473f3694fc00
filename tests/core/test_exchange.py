"""Headers: raw pairs, looked up as HTTP does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.exchange import Ending, Exchange, Headers, Request, Timing

RAW = Headers(
    (
        (b"Content-Type", b"application/json"),
        (b"x-request-id", b"first"),
        (b"X-Request-ID", b"second"),
        (b"x-odd", b"\xff\xfe"),
        (b"x-empty", b""),
    )
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("content-type", "application/json"),
        ("CONTENT-TYPE", "application/json"),
        ("x-request-id", "first"),
        ("x-empty", ""),
        ("x-odd", "\ufffd\ufffd"),
        ("content", None),
        ("content-type-options", None),
        ("content_type", None),
        ("", None),
    ],
)
def test_a_header_is_found_by_its_whole_name_without_case(name: str, expected: str | None) -> None:
    """The first value under a name counts, and a value that is no text is still a value."""
    assert RAW.get(name) == expected


def test_headers_are_made_from_text() -> None:
    """Names and values come out as they went in."""
    headers = Headers.of([("Retry-After", "3"), ("x-name", "über")])
    assert headers.raw == ((b"Retry-After", b"3"), (b"x-name", "über".encode()))
    assert headers.get("x-name") == "über"


@given(st.lists(st.tuples(st.binary(), st.binary())), st.text(st.characters(max_codepoint=127)))
def test_any_pairs_can_be_looked_up(pairs: list[tuple[bytes, bytes]], name: str) -> None:
    """No bytes in a header make an exception."""
    found = Headers(tuple(pairs)).get(name)
    present = [value for key, value in pairs if key.lower() == name.lower().encode()]
    assert found == (present[0].decode("utf-8", "replace") if present else None)


def test_an_exchange_needs_no_more_than_a_request_and_a_start() -> None:
    """What was not observed is absent, not invented."""
    exchange = Exchange(request=Request(method="POST", host="h", path="/"), timing=Timing(started_at=1))
    assert (exchange.response, exchange.error, exchange.ending) == (None, None, Ending.COMPLETE)
    assert (exchange.timing.first_chunk, exchange.timing.chunks) == (None, 0)
