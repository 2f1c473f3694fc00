"""What an application can see of a value, as JSON: the one place that looks into results, responses and exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from normal import digest

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CAUSES = 4

# How an application reads a response; each may raise, which is then what it sees.
RESPONSE: dict[str, Callable[[Any], Any]] = {
    "status_code": lambda r: r.status_code,
    "reason_phrase": lambda r: r.reason_phrase,
    "http_version": lambda r: r.http_version,
    "headers": lambda r: r.headers.raw,
    "cookies": lambda r: dict(r.cookies),
    "url": lambda r: str(r.url),
    "encoding": lambda r: r.encoding,
    "charset_encoding": lambda r: r.charset_encoding,
    "is_closed": lambda r: r.is_closed,
    "is_stream_consumed": lambda r: r.is_stream_consumed,
    "num_bytes_downloaded": lambda r: r.num_bytes_downloaded,
    "elapsed": lambda r: kind(r.elapsed),
    "content": lambda r: r.content,
    "text": lambda r: r.text,
    "has_stream": lambda r: hasattr(r, "stream"),
    "stream_bases": lambda r: stream_bases(r.stream),
    "history": lambda r: [one.status_code for one in r.history],
    "next_request": lambda r: r.next_request and str(r.next_request.url),
    "extensions": lambda r: sorted(r.extensions),
    "repr": repr,
    "request": lambda r: request(r.request),
}
REQUEST: dict[str, Callable[[Any], Any]] = {
    "method": lambda q: q.method,
    "url": lambda q: str(q.url),
    "headers": lambda q: q.headers.raw,
    "content": lambda q: q.content,
    "stream": lambda q: kind(q.stream),
    "stream_bases": lambda q: stream_bases(q.stream),
    "extensions": lambda q: {name: plain(value) for name, value in sorted(q.extensions.items())},
    "repr": repr,
}
ERROR = ("status_code", "code", "param", "type", "body", "request_id", "message")


def kind(value: Any) -> str:
    """The qualified name of a value's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


def stream_bases(stream: Any) -> list[str]:
    """Which public stream classes a stream is an instance of, and so passes for."""
    names = [f"{base.__module__}.{base.__qualname__}" for base in type(stream).__mro__]
    return [name for name in names if name.startswith(("httpx.", "httpx2.")) and name.endswith("ByteStream")]


def plain(value: Any) -> Any:
    """A value as JSON; what has no JSON form is told by its class."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return digest(bytes(value))
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return _object(value)


def _object(value: Any) -> Any:
    if isinstance(value, BaseException):
        return error(value)
    if hasattr(value, "model_dump"):
        return {
            "class": kind(value),
            "value": plain(value.model_dump()),
            "request_id": getattr(value, "_request_id", None),
        }
    if type(value).__name__ == "Response" and hasattr(value, "status_code"):
        return response(value)
    if type(value).__name__ == "Request" and hasattr(value, "method"):
        return request(value)
    return {"class": kind(value)}


def response(value: Any) -> dict[str, Any]:
    """All that a response shows, without reading it."""
    return {"class": kind(value), **{name: _seen(read, value) for name, read in RESPONSE.items()}}


def request(value: Any) -> dict[str, Any]:
    """All that a request shows, without reading it."""
    return {"class": kind(value), **{name: _seen(read, value) for name, read in REQUEST.items()}}


def _seen(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        found = read(value)
    except Exception as raised:  # noqa: BLE001 - whatever it raises is what the application sees
        return {"raises": kind(raised), "says": str(raised)}
    if isinstance(found, list) and found and isinstance(found[0], tuple):
        return [[part.decode("latin-1") for part in pair] for pair in found]
    return plain(found)


def error(raised: BaseException, depth: int = 0) -> dict[str, Any]:
    """All that an exception shows: class and bases, message, attributes, response, causes."""
    seen: dict[str, Any] = {
        "class": kind(raised),
        "bases": [base.__qualname__ for base in type(raised).__mro__],
        "says": str(raised),
        "repr": repr(raised),
        "notes": getattr(raised, "__notes__", []),
        **{name: plain(getattr(raised, name)) for name in ERROR if hasattr(raised, name)},
    }
    for name in ("response", "request"):
        found = _attribute(raised, name)
        if found is not None:
            seen[name] = plain(found)
    for name in ("__cause__", "__context__"):
        chained = getattr(raised, name)
        seen[name] = error(chained, depth + 1) if chained is not None and depth < MAX_CAUSES else kind(chained)
    return seen


def _attribute(raised: BaseException, name: str) -> Any:
    """An attribute that may be missing, or, in httpx, not set."""
    try:
        return getattr(raised, name, None)
    except RuntimeError:
        return None
