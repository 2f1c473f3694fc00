"""Sizes of images from the heads of their files."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.forecast.image_size import image_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
FRAME = struct.pack(">HBHHB", 17, 8, 480, 640, 3)
EXIF = b"\xff\xe1" + struct.pack(">H", 2 + 40) + b"\xff\xc0" * 20  # a thumbnail in it has a frame of its own
TABLES = b"\xff\xc4" + struct.pack(">H", 2 + 4) + b"\0" * 4
JPEG = b"\xff\xd8" + EXIF + TABLES + b"\xff\xff\xc2" + FRAME


def webp(kind: bytes, data: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + 8 + len(data)) + b"WEBP" + kind + struct.pack("<I", len(data)) + data


LOSSY = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640 | 0x4000, 480))
LOSSLESS = webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14))
EXTENDED = webp(b"VP8X", b"\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"))
FORMATS = {"png": PNG, "gif": GIF, "jpeg": JPEG, "lossy webp": LOSSY, "lossless webp": LOSSLESS, "webp": EXTENDED}


@pytest.mark.parametrize("data", FORMATS.values(), ids=FORMATS)
def test_the_size_is_read_from_the_head(data: bytes) -> None:
    """Width before height, whatever the format writes first."""
    assert image_size(data) == (640, 480)


@pytest.mark.parametrize("data", FORMATS.values(), ids=FORMATS)
def test_a_head_that_is_cut_short_has_no_size(data: bytes) -> None:
    """Wherever it is cut before the size, there is none, and nothing is raised."""
    whole = [image_size(data[:end]) for end in range(len(data))]
    assert set(whole) <= {None, (640, 480)}
    assert whole[: len(data) // 2] == [None] * (len(data) // 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 30,
        b"RIFF\0\0\0\0WAVEfmt ",
        b"GIF88a" + b"\1" * 8,
        b"\xff\xd8" + b"\0" * 30,
        GIF[:6] + b"\0" * 4,
        webp(b"VP8 ", b"\0" * 20),
    ],
)
def test_what_is_no_such_image_has_no_size(data: bytes) -> None:
    """Other files, other kinds of RIFF, and images of no pixels."""
    assert image_size(data) is None


@given(begins=st.sampled_from([*FORMATS.values(), b""]), cut=st.integers(0, 60), rest=st.binary(max_size=200))
def test_no_bytes_raise_anything(begins: bytes, cut: int, rest: bytes) -> None:
    """A size is two numbers of at least one."""
    found = image_size(begins[:cut] + rest)
    assert found is None or min(found) >= 1
