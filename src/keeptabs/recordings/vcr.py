"""VCR cassettes, as the recorders of several languages write them, in YAML or JSON.

- VCR.py (https://vcrpy.readthedocs.io), format version 1: ``interactions``, bodies as text or ``!!binary``;
- Ruby's VCR (https://benoittgt.github.io/vcr): ``http_interactions``, ``recorded_at``, ``base64_string``;
- cassettes of pytest-recording whose serializer keeps JSON readable: ``parsed_body``;
- the shapes that VCR.py had for httpx before it had one for all: ``status_code``, ``content``.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from keeptabs.core.exchange import Exchange, Headers, Timing
from keeptabs.recordings import EntryError, bodies, values

INTERACTIONS = ("interactions", "http_interactions")  # the keys that they stand under


class _Request(Struct):
    method: str
    uri: str
    headers: Any = None
    body: Any = None
    parsed_body: Any = None


class _Status(Struct):
    code: int


class _Response(Struct):
    status: _Status | int | None = None
    status_code: int | None = None
    headers: Any = None
    body: Any = None
    content: Any = None
    parsed_body: Any = None


class _Interaction(Struct):
    request: _Request
    response: _Response | None = None
    recorded_at: Any = None


def exchange(interaction: Any) -> Exchange:
    """The exchange of one interaction. Raises EntryError when it is damaged."""
    try:
        found = msgspec.convert(interaction, _Interaction, strict=False)
    except msgspec.ValidationError as error:
        raise EntryError(str(error)) from error
    asked, answer = found.request, found.response
    sent = values.headers(_pairs(asked.headers), None)
    request = values.request(asked.method, asked.uri, sent, _bytes(_first(asked.parsed_body, asked.body)))
    recorded_at = None if found.recorded_at is None else str(found.recorded_at)
    if answer is None:
        return values.exchange("vcr", request, None, _timing(Headers(), recorded_at))
    received = values.headers(_pairs(answer.headers), None)
    body = _bytes(_first(answer.parsed_body, answer.body, answer.content))
    response = values.response(_status(answer), received, body)
    return values.exchange("vcr", request, response, _timing(received, recorded_at))


def _timing(received: Headers, recorded_at: str | None) -> Timing:
    return Timing(started_at=values.started_at(received.get("date"), recorded_at))


def _status(answer: _Response) -> int:
    status = answer.status.code if isinstance(answer.status, _Status) else answer.status
    found = _first(status, answer.status_code)
    if found is None:
        raise EntryError("the response has no status")
    return int(found)


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    """Headers are a mapping, of names to texts or to lists of them, or a list of pairs."""
    if not isinstance(headers, dict | list | None):
        raise EntryError("the headers are neither a mapping nor a list")
    for pair in headers.items() if isinstance(headers, dict) else headers or ():
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise EntryError("a header is no pair of name and value")
        name, said = pair
        for value in said if isinstance(said, list | tuple) else [said]:
            yield _text(name), _text(value)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)


def _bytes(body: Any) -> bytes:
    """A body in any of its forms; one that is no text any more was JSON and becomes it again."""
    if isinstance(body, dict):
        if isinstance(body.get("base64_string"), str):
            return bodies.from_base64(body["base64_string"])
        if "string" in body:
            return _bytes(body["string"])
        if isinstance(body.get("state"), list):  # a BytesIO of Python's own, with its content first
            return _bytes(next(iter(body["state"]), None))
    if body is None or isinstance(body, bytes):
        return body or b""
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError) as error:
        raise EntryError("a body is neither text nor JSON") from error


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
