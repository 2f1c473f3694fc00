"""Reading one HTTP/1.1 request off a socket.

Hand-made rather than `http.server`'s, whose header parser (the e-mail one) costs more
CPU than everything else an answer needs, and benchmarks stand on this server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedIOBase

MAX_BODY = 64 * 1024 * 1024
_MAX_LINE = 65_536
_MAX_HEADERS = 200


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived.

    `path` is the raw target, query included; `headers` has lower-cased names, repeated
    ones joined by ", "; `body` is the bytes with any chunked framing taken off.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    version: str = "HTTP/1.1"

    @property
    def keep_alive(self) -> bool:
        """Whether the client means to send another request on this connection."""
        asked = self.headers.get("connection", "").lower()
        return self.version == "HTTP/1.1" and "close" not in asked


class WireError(Exception):
    """A request that cannot be read; the connection is of no more use after it."""

    def __init__(self, status: int, message: str) -> None:
        """Carry the HTTP status and the sentence to answer with."""
        super().__init__(message)
        self.status = status
        self.message = message


def read_request(stream: BufferedIOBase, send_continue: Callable[[], None]) -> Request | None:
    """Read the next request, or None when the client has gone.

    `send_continue` is called when the client waits for a "100 Continue" before its body.
    Raises WireError on a malformed or too large request.
    """
    line = stream.readline(_MAX_LINE)
    if line == b"\r\n":  # RFC 9112 2.2: tolerate one empty line between requests
        line = stream.readline(_MAX_LINE)
    if not line:
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise WireError(400, "Malformed request line.")
    method, path, version = words
    headers = _read_headers(stream)
    length = _body_length(headers)
    if headers.get("expect", "").lower() == "100-continue":
        send_continue()
    body = _read_chunked(stream) if length is None else _read_exactly(stream, length)
    return Request(method, path, headers, body, version)


def _read_headers(stream: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(_MAX_HEADERS):
        line = stream.readline(_MAX_LINE)
        if line in {b"\r\n", b"\n"}:
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise WireError(400, "Malformed header line.")
        key = name.lower()
        value = value.strip()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    raise WireError(431, "Too many header lines.")


def _body_length(headers: dict[str, str]) -> int | None:
    """Bytes of body to read; None when the body is chunked."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return None
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise WireError(400, "Malformed content-length.")
    length = int(text)
    if length > MAX_BODY:
        raise WireError(413, f"Request body over {MAX_BODY} bytes.")
    return length


def _read_exactly(stream: BufferedIOBase, length: int) -> bytes:
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise WireError(400, "The request body ended early.")
    return body


def _read_chunked(stream: BufferedIOBase) -> bytes:
    parts: list[bytes] = []
    total = 0
    while size := _chunk_size(stream):
        total += size
        if total > MAX_BODY:
            raise WireError(413, f"Request body over {MAX_BODY} bytes.")
        parts.append(_read_exactly(stream, size))
        stream.readline(_MAX_LINE)
    while stream.readline(_MAX_LINE) not in {b"\r\n", b"\n", b""}:
        pass  # trailers say nothing this server wants
    return b"".join(parts)


def _chunk_size(stream: BufferedIOBase) -> int:
    text = stream.readline(_MAX_LINE).split(b";")[0].strip()
    try:
        return int(text, 16)
    except ValueError:
        raise WireError(400, "Malformed chunk size.") from None
