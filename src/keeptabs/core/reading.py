"""How every dialect reads: JSON or a stream of it, whichever the body is, without an exception."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from keeptabs.core import error_body
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Request, Response
from keeptabs.core.wire import frames, multipart

__all__ = ["readable"]

T = TypeVar("T")

# What marks an event that carries facts; JSON is written with and without a space after the colon.
USAGE = (b'"usage":{', b'"usage": {')
ERROR = (b'"error":',)
DONE = (b"[DONE]",)

UNREADABLE = "the response body is not the JSON that was expected"
UNREADABLE_EVENT = "an event of the stream is not the JSON that was expected"


def request(decoder: msgspec.json.Decoder[T], body: bytes) -> T | None:
    """The request body as ``decoder`` reads it, or None when it is no such JSON."""
    return readable(decoder, body) if body else None


def form(request: Request) -> dict[str, list[multipart.Field]]:
    """The fields of a multipart request; empty for any other."""
    return multipart.fields(request.body, request.headers.get("content-type"))


def is_stream(response: Response) -> bool:
    """True for a body of many events, by its content-type or else by its first bytes."""
    return frames.framing(response.headers.get("content-type"), response.body) is not None


def failed(response: Response) -> Answered | None:
    """The answer of an HTTP error response; None for a success."""
    if response.status < 400:
        return None
    return Answered(error=error_body.read(response.body))


def stream(decoder: msgspec.json.Decoder[T], response: Response) -> Iterator[T | None]:
    """The events of a stream up to ``[DONE]``, each decoded; None stands for one that could not be read."""
    for payload in frames.payloads(response):
        if payload.startswith(b"[DONE]"):
            return
        yield readable(decoder, payload)


def events(decoder: msgspec.json.Decoder[T], response: Response) -> Iterator[T | None]:
    """The events of a body; one that is no stream counts as one event."""
    if is_stream(response):
        yield from stream(decoder, response)
    else:
        yield readable(decoder, response.body)


def everything(decoder: msgspec.json.Decoder[T], response: Response) -> tuple[list[T], tuple[str, ...]]:
    """All events of a body that can be read, and a gap where some cannot."""
    said: list[T] = []
    gaps: tuple[str, ...] = ()
    for event in events(decoder, response):
        if event is None:
            gaps = (UNREADABLE_EVENT if is_stream(response) else UNREADABLE,)
        else:
            said.append(event)
    return said, gaps


_DONE_LINE = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\][ \r\n]*$")


def ends_with_done(body: bytes) -> bool:
    """True when the stream closes with OpenAI's own end mark, as a line of its own."""
    return _DONE_LINE.search(body[-64:]) is not None


def settings(asked: Any, names: dict[str, str]) -> dict[str, Any]:
    """The parameters that a request sets, under the names that OpenTelemetry has for them."""
    found = ((name, getattr(asked, field)) for field, name in names.items())
    return {name: value for name, value in found if value is not None}
