"""Bodies as recorders store them, plain again: without what the wire, or the recorder, wrapped around them."""

import base64
import binascii
import re
from collections.abc import Iterable

import msgspec

from keeptabs.core.exchange import Headers
from keeptabs.core.wire import WireError, multipart, sse
from keeptabs.core.wire.encodings import decode
from keeptabs.recordings import EntryError

# How a body begins that is what its content-type says.
_STARTS = {"json": (b"{", b"["), "event-stream": (b"data:", b"event:", b"id:", b":"), "multipart/": (b"--",)}
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{16,}={0,2}\s*")


class Part(msgspec.Struct, frozen=True):
    """One field of a form; of a file only that it was there."""

    name: str
    value: str | None = None
    fileName: str | None = None  # noqa: N815 - HAR's own name


def plain(body: bytes, headers: Headers) -> tuple[bytes, tuple[str, ...]]:
    """The body without its content-encoding and unmarked base64, and what could not be taken off.

    Many recorders decode the body and leave the header: what is valid UTF-8 is compressed no more.
    """
    encoding = headers.get("content-encoding")
    gaps: tuple[str, ...] = ()
    if encoding and not _is_text(body):
        try:
            body = decode(body, encoding)
        except WireError as error:
            gaps = (str(error),)
    return _without_base64(body, headers.get("content-type") or ""), gaps


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_base64(body: bytes, content_type: str) -> bytes:
    """Some recorders write base64 and do not say so: taken off where that yields what the content-type promises."""
    starts = next((starts for kind, starts in _STARTS.items() if kind in content_type.lower()), ())
    if not starts or body.lstrip().startswith(starts) or not _BASE64.fullmatch(body):
        return body
    try:
        found = base64.b64decode(body)
    except binascii.Error:
        return body
    return found if found.lstrip().startswith(starts) else body


def from_base64(text: str) -> bytes:
    """The bytes of a body that is marked as base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise EntryError("a body that is marked as base64 is none") from error


def is_stream(headers: Headers, body: bytes) -> bool:
    """True for an answer that came as an event stream."""
    kind = headers.get("content-type") or ""
    return kind.lower().startswith("text/event-stream") or sse.looks_like(body)


def form(parts: Iterable[Part], content_type: str | None) -> bytes:
    """A multipart body from its fields, for tools that keep them and not the body; empty for another content-type."""
    mark = multipart.boundary(content_type)
    if mark is None:
        return b""
    made = []
    for part in parts:
        file = '; filename="file"' if part.fileName is not None else ""
        head = f'Content-Disposition: form-data; name="{part.name}"{file}\r\n\r\n{part.value or ""}\r\n'
        made.append(b"--" + mark + b"\r\n" + head.encode("utf-8", "replace"))
    return b"".join([*made, b"--", mark, b"--\r\n"])
