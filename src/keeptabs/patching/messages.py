"""A request as Python's synchronous clients hold it: a URL or path, headers of text or bytes, a body of many kinds."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from keeptabs.core.exchange import Headers, Request

PORTS = {"http": 80, "https": 443}
_PATH = re.compile(r"(?:[^:/?#]*://[^/?#]*)?([^?#]*)")
_HEAD = 128 * 1024  # bytes of a multipart body that are kept: the form fields stand before the files


class Origin(NamedTuple):
    """Where a path leads."""

    scheme: str
    host: str
    port: int


def path_of(url: str) -> str:
    """The decoded path of a URL, or of a request target that is a path already."""
    found = _PATH.match(url)  # asked of every request of an application: a third of what urlsplit takes
    path = found[1] if found else ""
    return unquote(path) if "%" in path else path


def request_of(method: str, url: str, headers: Iterable[tuple[Any, Any]], body: Any, origin: Origin | None) -> Request:
    """The request. A URL with a host says where it goes; behind a proxy it does, and ``origin`` is the proxy."""
    if url.startswith("/"):
        query = url.partition("#")[0].partition("?")[2]
    else:
        parts = urlsplit(url)
        query, scheme = parts.query, parts.scheme or "http"
        origin = Origin(scheme, parts.hostname or "", parts.port or PORTS.get(scheme, 0))
    scheme, host, port = origin or Origin("http", "", 0)
    raw = Headers(pairs(headers))
    return Request(
        method=method,
        scheme=scheme,
        host=host.strip("[]"),
        port=port,
        path=path_of(url),
        query=query,
        headers=raw,
        body=_kept(_bytes(body), raw),
    )


def pairs(headers: Iterable[tuple[Any, Any]]) -> tuple[tuple[bytes, bytes], ...]:
    """Header pairs as they are on the wire, where text is Latin-1."""
    return tuple((_encoded(name), _encoded(value)) for name, value in headers)


def _encoded(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode("latin-1", "replace")


def _bytes(body: Any) -> bytes:
    """A body that is in memory; nothing of one that is made or read while it is sent."""
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    return bytes(body) if isinstance(body, bytes | bytearray | memoryview) else b""


def _kept(body: bytes, headers: Headers) -> bytes:
    is_form = len(body) > _HEAD and (headers.get("content-type") or "").lower().startswith("multipart/")
    return body[:_HEAD] if is_form else body
