"""Blobs, and how their paths are shown."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repositories import KEY, look

from keeptabs.scan import sources
from keeptabs.scan.sources import Source, Stream, shown


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/\u00e9.py", "a b/\u00e9.py"),
        ("a\nb", r"a\nb"),
        ("a\tb\x1b[31m", r"a\tb\x1b[31m"),
        ("a\udcff", r"a\xff"),
        ("a\u202eb", r"a\u202eb"),
        ("", ""),
    ],
)
def test_a_path_is_shown_in_one_line(path: str, expected: str) -> None:
    """What would move the cursor, or turn the text around, is spelled out."""
    assert shown(path) == expected


@given(st.binary(min_size=1))
def test_any_path_can_be_shown(path: bytes) -> None:
    """It is printable, and can be encoded."""
    text = shown(path.decode("utf-8", "surrogateescape"))
    assert text.isprintable()
    assert text.encode()


def test_a_stream_is_one_blob(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read in pieces, by the name that it is given."""
    monkeypatch.setattr(sources, "CHUNK", 10)
    (found,), tally = look(Stream(io.BytesIO(f"one\ntwo {KEY}".encode()), "(standard input)"))
    assert (found.path, found.line, found.column) == ("(standard input)", 2, 5)
    assert (tally.files, tally.bytes) == (1, 8 + len(KEY))


def test_a_source_says_where_its_blobs_are() -> None:
    """There is no source of nothing."""
    with pytest.raises(NotImplementedError):
        Source().items()
