"""Content-encodings: the same bytes however they are cut, and a plain word for what cannot be read."""

import gzip
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from types import ModuleType

import brotli
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.wire import WireError
from keeptabs.core.wire.encodings import decode, decoder


def raw_deflate(data: bytes) -> bytes:
    """What some servers send as deflate: no zlib header."""
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(data) + made.flush()


ENCODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate with a header": ("deflate", zlib.compress),
    "deflate without one": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "identity": ("identity", bytes),
    "two at once": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
}
each = pytest.mark.parametrize(("coding", "encode"), ENCODERS.values(), ids=ENCODERS)


def pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    """``body`` cut at ``cuts``; two equal cuts make an empty piece."""
    edges = sorted([0, len(body), *(min(cut, len(body)) for cut in cuts)])
    return [body[start:end] for start, end in pairwise(edges)]


def decode_pieces(coding: str, chunks: list[bytes]) -> bytes:
    """What ``chunks`` yield, one after the other."""
    made = decoder(coding)
    return b"".join(made.feed(chunk) for chunk in chunks)


@each
def test_a_whole_body_is_decoded(coding: str, encode: Callable[[bytes], bytes]) -> None:
    """What a server encodes is read."""
    body = b'{"usage": {"prompt_tokens": 7}}' * 500
    assert decode(encode(body), coding) == body


@each
@given(body=st.binary(max_size=400), cuts=st.lists(st.integers(0, 300), max_size=12))
@example(body=b"hello", cuts=[1])
@example(body=b"hello", cuts=[0])
@example(body=b"hello", cuts=[300])
def test_the_plain_bytes_do_not_depend_on_how_the_encoded_ones_are_cut(
    coding: str, encode: Callable[[bytes], bytes], body: bytes, cuts: list[int]
) -> None:
    """Any cut gives the bytes of the whole, an empty piece before or behind it too."""
    assert decode_pieces(coding, pieces(encode(body), cuts)) == body


@each
def test_a_body_may_come_byte_by_byte(coding: str, encode: Callable[[bytes], bytes]) -> None:
    """The smallest pieces are no special case."""
    encoded = encode(b"hello " * 100)
    assert decode_pieces(coding, [encoded[i : i + 1] for i in range(len(encoded))]) == b"hello " * 100


@pytest.mark.parametrize("coding", [None, "", "identity", "Identity", " , ", "identity, identity"], ids=repr)
def test_a_body_without_an_encoding_is_left_alone(coding: str | None) -> None:
    """No header, an empty one and identity are the same."""
    assert decode(b"\x1f\x8b plain", coding) == b"\x1f\x8b plain"


@pytest.mark.parametrize("coding", ["GZIP", " gzip ", "identity, gzip", "gzip,"])
def test_the_name_of_an_encoding_has_no_case_and_no_blanks(coding: str) -> None:
    """Names are compared as HTTP does."""
    assert decode(gzip.compress(b"a"), coding) == b"a"


@pytest.mark.parametrize(
    ("coding", "message"),
    [
        ("snappy", "content-encoding 'snappy' is not known"),
        ("gzip, x-secret", "content-encoding 'x-secret' is not known"),
        ("z" * 500, f"content-encoding '{'z' * 20}' is not known"),
    ],
    ids=["unknown", "one of two", "very long"],
)
def test_an_unknown_encoding_is_refused_in_short_words(coding: str, message: str) -> None:
    """The message says which, and not more than a header may hold."""
    with pytest.raises(WireError) as caught:
        decoder(coding)
    assert str(caught.value) == message


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_in_another_encoding_are_refused_without_a_quotation(coding: str) -> None:
    """The message names the encoding and none of the content."""
    with pytest.raises(WireError) as caught:
        decode(b"\xff\xff\xff the user's secret prompt", coding)
    assert str(caught.value) == f"the body is not {coding}, although content-encoding says so"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
@given(body=st.binary())
@example(body=b"\xff\xff\xff")
def test_any_bytes_are_decoded_or_refused(coding: str, body: bytes) -> None:
    """Nothing but a WireError comes out of a decoder."""
    with suppress(WireError):
        assert isinstance(decode(body, coding), bytes)


@pytest.mark.parametrize(
    ("coding", "modules"),
    [("br", ("brotli", "brotlicffi")), ("zstd", ("compression.zstd", "zstandard", "backports.zstd"))],
)
def test_an_encoding_that_nothing_here_can_read_is_refused(
    coding: str, modules: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a package for it, the message says which ones would do."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(WireError) as caught:
        decoder(coding)
    assert str(caught.value) == f"content-encoding {coding}: none of {', '.join(modules)} is installed"


class Other:
    """A decompressor of another package: doubles what it gets."""

    def decompress(self, data: bytes) -> bytes:
        """Twice the same."""
        return data * 2


@pytest.mark.parametrize(
    ("coding", "absent", "module", "name"),
    [
        ("br", ["brotli"], "brotlicffi", "Decompressor"),
        ("zstd", [], "compression.zstd", "ZstdDecompressor"),
        ("zstd", ["compression.zstd", "zstandard"], "backports.zstd", "ZstdDecompressor"),
    ],
)
def test_any_package_for_an_encoding_will_do(
    coding: str, absent: list[str], module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one that is installed is used."""
    for gone in absent:
        monkeypatch.setitem(sys.modules, gone, None)
    made = ModuleType(module)
    setattr(made, name, Other)
    monkeypatch.setitem(sys.modules, module, made)
    assert decode(b"ab", coding) == b"abab"


@each
def test_a_body_that_was_cut_yields_what_there_is(coding: str, encode: Callable[[bytes], bytes]) -> None:
    """The end of a body may be missing, and its start is still read."""
    body = b"".join(b"%d," % number for number in range(20_000))
    encoded = encode(body)
    found = decode(encoded[: len(encoded) * 3 // 4], coding)
    assert body.startswith(found)
    assert coding == "zstd" or found
