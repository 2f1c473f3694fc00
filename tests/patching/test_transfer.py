from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.patching.transfer import Chunked, Framing, Sized, Unsized, framing_of


def fed(framing: Framing, data: bytes, cuts: list[int]) -> bytes:
    """What the framing gives of ``data`` in pieces of these lengths, over and over."""
    body, at, lengths = b"", 0, [cut for cut in cuts if cut] or [1]
    while at < len(data):
        for length in lengths:
            body += framing.feed(data[at : at + length])
            at += length
    return body


def in_chunks(pieces: list[bytes], extension: bytes = b"") -> bytes:
    return b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in [*pieces, b""])


PIECES = st.lists(st.binary(min_size=1, max_size=40), max_size=6)
CUTS = st.lists(st.integers(1, 20), min_size=1, max_size=5)


@given(PIECES, CUTS, st.sampled_from([b"", b";a=b", b" "]))
def test_chunks_give_their_body_however_they_are_cut(pieces: list[bytes], cuts: list[int], extension: bytes) -> None:
    """The sizes are taken out, and the end is known at the last chunk."""
    framing = Chunked()
    assert fed(framing, in_chunks(pieces, extension), cuts) == b"".join(pieces)
    assert framing.ended


@given(PIECES, CUTS)
def test_chunks_without_the_last_one_have_not_ended(pieces: list[bytes], cuts: list[int]) -> None:
    """Whatever came before a break is there, and the end is not."""
    framing = Chunked()
    whole = in_chunks(pieces)
    assert fed(framing, whole[: -len(b"0\r\n\r\n")], cuts) == b"".join(pieces)
    assert not framing.ended


@pytest.mark.parametrize("data", [b"zz\r\n", b"-5\r\n", b"4\r\nsome\r\nmore\r\n", b"\xff\r\n"])
def test_what_is_no_chunk_is_refused(data: bytes) -> None:
    """A line that is no size is a ValueError."""
    with pytest.raises(ValueError, match=r"invalid literal|negative"):
        Chunked().feed(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_chunks_or_a_value_error(data: bytes) -> None:
    """Nothing else comes out, whatever comes in."""
    try:
        body = Chunked().feed(data)
    except ValueError:
        return
    assert len(body) <= len(data)


@given(st.binary(max_size=60), CUTS)
def test_a_length_is_an_end(data: bytes, cuts: list[int]) -> None:
    """All bytes up to the length are the body, and with the last of them it has ended."""
    framing = Sized(len(data))
    assert framing.ended == (not data)
    assert fed(framing, data + b"next", cuts) == data
    assert framing.ended


def test_without_a_length_only_the_connection_ends() -> None:
    """Every byte is of the body."""
    framing = Unsized()
    assert (framing.feed(b"some"), framing.ended, framing.open_ended) == (b"some", False, True)


@pytest.mark.parametrize(
    ("chunked", "length", "kind"), [(True, None, Chunked), (False, 3, Sized), (False, 0, Sized), (False, None, Unsized)]
)
def test_the_framing_of_a_response(chunked: bool, length: int | None, kind: type) -> None:
    """Chunks, a length, or neither, as the client has read it from the head."""
    assert type(framing_of(SimpleNamespace(chunked=chunked, length=length))) is kind
