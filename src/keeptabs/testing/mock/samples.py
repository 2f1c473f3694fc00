"""The smallest valid files of the formats the API sends: a PNG of one pixel, silent MP3."""

from __future__ import annotations

import base64
import struct
import zlib

# MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono: 417 bytes and 26 ms a frame. All-zero side
# information says the frame holds no audio data, so players decode it to silence.
_MP3_FRAME = b"\xff\xfb\x90\xc4" + bytes(413)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png() -> bytes:
    """Make a PNG of one black pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", header) + _png_chunk(b"IDAT", pixels) + _png_chunk(b"IEND", b"")


def mp3(frames: int) -> bytes:
    """Make a silent MP3 of so many frames, 26 ms each."""
    return _MP3_FRAME * frames


PNG_BASE64 = base64.b64encode(png()).decode()
