"""The server's half of a websocket, as far as short text messages need it: RFC 6455 §1.3 and §5.2."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE = 1, 2, 8


def accept(key: str) -> str:
    """What a handshake answers to the client's key."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID.encode()).digest()).decode()


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """A whole message in one frame, unmasked, as a server sends it."""
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size)
    return bytes([0x80 | kind]) + length + payload


def read(file: BinaryIO) -> bytes | None:
    """The client's next message; None when it closes or is gone."""
    while head := file.read(2):
        size = head[1] & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", file.read(2))
        mask = file.read(4)
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(file.read(size)))
        if head[0] & 0x0F in (TEXT, BINARY):
            return payload
        if head[0] & 0x0F == CLOSE:
            return None
    return None
