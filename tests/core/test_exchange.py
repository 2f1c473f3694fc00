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


def test_a_table_has_the_first_value_of_every_name_in_lower_case() -> None:
    """It answers what single look-ups would."""
    assert RAW.table() == {
        "content-type": "application/json",
        "x-request-id": "first",
        "x-odd": "\ufffd\ufffd",
        "x-empty": "",
    }


@given(st.lists(st.tuples(st.sampled_from([b"a", b"A", b"b", b"\xc0"]), st.binary(max_size=3)), max_size=5))
def test_a_table_agrees_with_the_look_up(pairs: list[tuple[bytes, bytes]]) -> None:
    """Both give the first value, whatever its case and bytes."""
    headers = Headers(tuple(pairs))
    assert [headers.table().get(name) for name in "ab"] == [headers.get(name) for name in "ab"]


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
    assert (exchange.request.port, exchange.request.scheme) == (443, "https")
    assert (exchange.timing.first_chunk, exchange.timing.last_chunk) == (None, None)
    assert exchange.timing == Timing(started_at=1, duration=0, longest_gap=0, chunks=0, bytes=0)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending.COMPLETE, False),
        (Ending.CLOSED, True),
        (Ending.CANCELLED, False),
        (Ending.FAILED, False),
        (Ending.COLLECTED, True),
        (Ending.EXITED, True),
    ],
)
def test_an_exchange_was_left_when_nobody_waited_for_its_end(ending: Ending, expected: bool) -> None:
    """A failure and a cancellation come out of the client, and are not left."""
    made = Exchange(request=Request(method="POST", host="h", path="/"), timing=Timing(started_at=1), ending=ending)
    assert made.was_left is expected
