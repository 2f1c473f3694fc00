"""Decoding without an exception, whatever the bytes are."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def readable(decoder: msgspec.json.Decoder[T], data: bytes | msgspec.Raw) -> T | None:
    """``data`` decoded, or None when it is not what the decoder expects: no JSON, another shape, nested too deep."""
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
