from typing import Any

import pytest

from keeptabs.patching.messages import Origin, pairs, path_of, request_of

HERE = Origin("https", "here.example", 443)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/v1/a%20b?x=/y#z", "/v1/a b"),
        ("https://h/v1/a%2Fb?x=/y#z", "/v1/a/b"),
        ("//v1/a", "//v1/a"),
        ("https://h", ""),
        ("https://h?x=/y", ""),
        ("https://h#/y", ""),
        ("https://user:pass@[::1]:8080/a;b/c", "/a;b/c"),
        ("/a?next=https://h/b", "/a"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_the_path_of_a_target(url: str, path: str) -> None:
    """It is decoded, without query and fragment, whether or not a host stands before it."""
    assert path_of(url) == path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/v1/a?x=%2F#z", ("https", "here.example", 443, "/v1/a", "x=%2F")),
        ("http://there.example/v1/a?x=1", ("http", "there.example", 80, "/v1/a", "x=1")),
        ("https://there.example:99/v1/a", ("https", "there.example", 99, "/v1/a", "")),
        ("http://[::1]:8/v1/a", ("http", "::1", 8, "/v1/a", "")),
    ],
)
def test_where_a_request_goes(url: str, expected: tuple[Any, ...]) -> None:
    """A URL says it, and else the connection does."""
    made = request_of("POST", url, (), None, HERE)
    assert (made.scheme, made.host, made.port, made.path, made.query) == expected


def test_brackets_are_no_part_of_an_address() -> None:
    """urllib3 keeps them in the host of a pool."""
    assert request_of("POST", "/v1/a", (), None, Origin("http", "[::1]", 8)).host == "::1"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a", b"a"),
        (bytearray(b"a"), b"a"),
        (memoryview(b"a"), b"a"),
        ("ä", "ä".encode()),
        (None, b""),
        (iter([b"a"]), b""),
    ],
)
def test_a_body_that_is_in_memory(body: Any, expected: bytes) -> None:
    """One that is made on the way is not touched."""
    assert request_of("POST", "/v1/a", (), body, HERE).body == expected


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("multipart/form-data; boundary=x", 128 * 1024), ("Multipart/Form-Data", 128 * 1024), ("text/x", 300_000)],
)
def test_a_form_is_kept_up_to_its_files(kind: str, kept: int) -> None:
    """The fields stand before them; anything else is kept whole."""
    headers = [("Content-Type", kind)]
    assert len(request_of("POST", "/v1/a", headers, b"x" * 300_000, HERE).body) == kept


def test_headers_are_bytes_as_they_are_sent() -> None:
    """Text is Latin-1, and numbers are what http.client makes of them."""
    assert pairs([("A", "é"), (b"b", b"\xff"), ("C", 1), ("D", "€")]) == (
        (b"A", b"\xe9"),
        (b"b", b"\xff"),
        (b"C", b"1"),
        (b"D", b"?"),
    )
