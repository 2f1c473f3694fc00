import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.decode import encoding, readable

TEXT = "name = 'välue'\n€ \U0001f600\r\n" + "plain text of letters\n" * 20


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32-le"), "utf-32-le"),
        (TEXT.encode("utf-32-be"), "utf-32-be"),
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (b"\x7fELF\x02\x01\x01\0\0\0\0" + bytes(range(256)), None),
        (bytes(400), None),
        (b"a\0b", None),
        (b"", None),
    ],
)
def test_the_encoding_is_told_by_its_mark_or_its_zeros(data: bytes, expected: str | None) -> None:
    """What is neither is read byte by byte."""
    assert encoding(data) == expected


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *((name, size) for name in ("utf-16", "utf-32") for size in (1, 3, 4096)),
        *((name, size) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be") for size in (5, 4096)),
    ],
)
def test_wide_text_becomes_utf_8(name: str, size: int) -> None:
    """However it is cut into chunks; without a mark the first must tell."""
    data = (TEXT * 9).encode(name)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(readable(chunks)).decode() == TEXT * 9


@given(st.lists(st.binary(max_size=50).map(lambda data: data.replace(b"\0", b"").strip(b"\xff\xfe")), max_size=5))
def test_other_bytes_stay_what_they_are(chunks: list[bytes]) -> None:
    """Nothing is lost that is no text."""
    assert b"".join(readable(chunks)) == b"".join(chunks)


def test_half_a_character_at_the_end_is_no_error() -> None:
    """It stands for a character that is lost."""
    assert b"".join(readable([b"\xff\xfea\0b"])).decode() == "a\ufffd"
