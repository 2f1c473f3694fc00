"""Width and height of an image from the head of its file: PNG, JPEG, GIF and WebP, the formats that vendors take.

Sources: PNG (W3C) 11.2.2, GIF89a 18, JPEG (ITU-T T.81) B.2.2, WebP (RFC 9649) 2.5 to 2.7; checked 2026-11-24.
"""

from collections.abc import Callable, Mapping

_PNG = b"\x89PNG\r\n\x1a\n"
# Markers of a JPEG frame: C0 to CF without the tables of Huffman codes, JPEG extensions and arithmetic coding.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of the image that ``data`` begins; None where it is none of these, or cut short.

    Raises nothing for any bytes.
    """
    reader = next((reader for begins, reader in _READERS.items() if data.startswith(begins)), None)
    if reader is None:
        return None
    try:
        width, height = reader(data)
    except (IndexError, ValueError):
        return None
    return (width, height) if width > 0 and height > 0 else None


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise ValueError("no image header")
    return _number(data, 16, 4, "big"), _number(data, 20, 4, "big")


def _gif(data: bytes) -> tuple[int, int]:
    return _number(data, 6, 2), _number(data, 8, 2)


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while True:
        if data[place] != 0xFF:
            raise ValueError("no marker")
        while data[place] == 0xFF:  # any number of fill bytes may stand before a marker
            place += 1
        marker, place = data[place], place + 1
        if marker in _FRAMES:
            return _number(data, place + 5, 2, "big"), _number(data, place + 3, 2, "big")
        if marker not in _ALONE:
            place += max(_number(data, place, 2, "big"), 2)


def _webp(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if data[8:12] != b"WEBP":
        raise ValueError("another kind of RIFF")
    if kind == b"VP8X":
        return _number(data, 24, 3) + 1, _number(data, 27, 3) + 1
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = _number(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return _number(data, 26, 2) & 0x3FFF, _number(data, 28, 2) & 0x3FFF  # the upper two bits ask for scaling
    raise ValueError("no image data")


def _number(data: bytes, place: int, size: int, order: str = "little") -> int:
    found = data[place : place + size]
    if len(found) < size:
        raise ValueError("cut short")
    return int.from_bytes(found, "big" if order == "big" else "little")


_READERS: Mapping[bytes, Callable[[bytes], tuple[int, int]]] = {
    _PNG: _png,
    b"GIF87a": _gif,
    b"GIF89a": _gif,
    b"\xff\xd8": _jpeg,
    b"RIFF": _webp,
}
