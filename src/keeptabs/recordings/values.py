"""From the parts that every recording has to an Exchange: URLs, headers and times, checked."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from keeptabs.core.exchange import Ending, Exchange, Headers, Request, Response, Timing
from keeptabs.recordings import EntryError, bodies

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 2**63 // 1000  # microseconds; more nanoseconds do not fit into the ledger
_PORTS = {"http": 80, "ws": 80}


def request(method: str, url: str, headers: Headers, body: bytes) -> tuple[Request, tuple[str, ...]]:
    """The request, and the gaps in its body. Raises EntryError for what is no URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EntryError("the URL of the request cannot be read") from error
    if not parts.scheme:
        raise EntryError("the URL of the request is not absolute")
    content, gaps = bodies.plain(body, headers)
    made = Request(
        method=method.upper(),
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=port or _PORTS.get(parts.scheme, 443),
        path=unquote(parts.path) or "/",
        query=parts.query,
        headers=headers,
        body=content,
    )
    return made, gaps


def response(status: int, headers: Headers, body: bytes) -> tuple[Response, tuple[str, ...]]:
    """The response, and the gaps in its body. Raises EntryError for what is no HTTP status."""
    if not 100 <= status <= 999:
        raise EntryError(f"{status} is no HTTP status")
    content, gaps = bodies.plain(body, headers)
    return Response(status=status, headers=headers, body=content), gaps


def exchange(
    client: str,
    asked: tuple[Request, tuple[str, ...]],
    answered: tuple[Response, tuple[str, ...]] | None,
    timing: Timing,
    failure: str | None = None,
) -> Exchange:
    """The whole exchange; without an answer it is a failed one."""
    (sent, gaps), (received, more) = asked, answered or (None, ())
    return Exchange(
        request=sent,
        response=received,
        timing=timing,
        ending=Ending.COMPLETE if received else Ending.FAILED,
        error=None if received else failure or "no answer",
        streamed=received is not None and bodies.is_stream(received.headers, received.body),
        client=client,
        gaps=gaps + more,
    )


def headers(pairs: Iterable[tuple[str, str]], content_type: str | None) -> Headers:
    """Headers from pairs; ``content_type`` is what the recorder says of the body, for when the headers do not."""
    made = list(pairs)
    if content_type and not any(name.lower() == "content-type" for name, _ in made):
        made.append(("content-type", content_type))
    return Headers.of(made)


def started_at(*said: str | None) -> int:
    """The first of the times that can be read (ISO 8601 or as HTTP has them), in nanoseconds; 0 when there is none."""
    return next(filter(None, map(_instant, said)), 0)


def _instant(text: str | None) -> int:
    if not text:
        return 0
    try:
        found = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
    except ValueError:
        return 0
    since = (found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH
    microseconds = since // timedelta(microseconds=1)
    return microseconds * 1000 if 0 < microseconds < _MOST else 0


def nanoseconds(milliseconds: float | None) -> int:
    """A duration as HAR has it; 0 for one that is not known or not possible."""
    if milliseconds is None or not 0 < milliseconds < 1e12:
        return 0
    return round(milliseconds * 1_000_000)
