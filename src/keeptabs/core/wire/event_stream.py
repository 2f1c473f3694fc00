"""Amazon's binary event stream (application/vnd.amazon.eventstream), incrementally.

A message is its length, the length of its headers and their checksum (4 bytes each, big-endian), headers, payload, and
a checksum. Source: smithy.io/2.0/aws/amazon-eventstream.html; checked 2026-11-24.
"""

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.wire import MAX_EVENT

_PRELUDE = struct.Struct(">III")
_AROUND = 16  # bytes of a message that are neither headers nor payload
_CHECKSUM = 4
_STRING = 7
_BYTES = 6
_FIXED = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}  # the size of a header's value, by its type


class Splitter:
    """Cuts a byte stream into whole messages. After bytes that are no message nothing more comes. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""
        self._lost = False
        self.oversized = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that ``data`` completes."""
        if self._lost:
            return []
        self._rest += data
        found = []
        at = 0
        while len(self._rest) - at >= _PRELUDE.size:
            size = self._size(at)
            if size is None:
                self._rest, self._lost, at = b"", True, 0
                self.oversized += 1
                break
            if len(self._rest) - at < size:
                break
            found.append(self._rest[at : at + size])
            at += size
        self._rest = self._rest[at:]
        return found

    def _size(self, at: int) -> int | None:
        """The length of the message that begins there, or None when it is none."""
        total, headers, checksum = _PRELUDE.unpack_from(self._rest, at)
        sound = zlib.crc32(self._rest[at : at + 8]) == checksum and headers + _AROUND <= total <= MAX_EVENT
        return int(total) if sound else None

    def flush(self) -> list[bytes]:
        """Nothing: a message that is not whole cannot be read."""
        self._rest = b""
        return []


class _Chunk(msgspec.Struct):
    bytes: str | None = None


class _Exception(msgspec.Struct):
    message: str | None = None


_CHUNK = msgspec.json.Decoder(_Chunk)
_EXCEPTION = msgspec.json.Decoder(_Exception)


def payload(message: bytes) -> bytes:
    """The JSON of a message: of InvokeModel's chunks the inner one, of an exception ``{"error": {…}}``."""
    total, length, _ = _PRELUDE.unpack_from(message)
    headers = dict(_headers(message[_PRELUDE.size : _PRELUDE.size + length]))
    body = message[_PRELUDE.size + length : total - _CHECKSUM]
    if headers.get(":message-type") in ("exception", "error"):
        said = readable(_EXCEPTION, body) or _Exception()
        code = headers.get(":exception-type") or headers.get(":error-code")
        message_text = said.message or headers.get(":error-message")
        return msgspec.json.encode({"error": {"code": code, "message": message_text}})
    if headers.get(":event-type") == "chunk":
        inner = readable(_CHUNK, body)
        if inner is not None and inner.bytes is not None:
            return _plain(inner.bytes) or body
    return body


def is_failure(message: bytes) -> bool:
    """True for a message that ends a stream with an exception: it is kept whatever its payload holds."""
    return b":exception-type" in message or b":error-code" in message


def _plain(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _headers(data: bytes) -> Iterator[tuple[str, str]]:
    """The headers that are text; others are passed over, and so is what follows one that cannot be read."""
    at = 0
    while at < len(data):
        size = data[at]
        name = data[at + 1 : at + 1 + size].decode("utf-8", "replace")
        at += 1 + size
        kind = data[at] if at < len(data) else None
        at += 1
        if kind in (_STRING, _BYTES):
            length = int.from_bytes(data[at : at + 2])
            if kind == _STRING:
                yield name, data[at + 2 : at + 2 + length].decode("utf-8", "replace")
            at += 2 + length
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            return


def needles(markers: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The markers, and how each looks inside base64, where it may begin at any of three offsets."""
    encoded = [_inside_base64(marker, offset) for marker in markers for offset in range(3)]
    return (*markers, *(needle for needle in encoded if needle))


def _inside_base64(marker: bytes, offset: int) -> bytes:
    """The characters of base64 that depend on nothing but ``marker``, when ``offset`` bytes stand before it."""
    padded = base64.b64encode(b"\0" * offset + marker)
    first = -(-offset * 4 // 3)  # the characters that the bytes before it have a part in
    last = (offset + len(marker)) * 8 // 6  # whole characters
    return padded[first:last]
