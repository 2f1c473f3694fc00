"""HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as browsers and proxies export it.

``postData._encoding`` is no part of it: some writers mark a binary upload with it, as ``content.encoding`` marks a
binary answer. ``_error`` is what browsers write where no answer came.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from keeptabs.core.exchange import Exchange, Headers, Timing
from keeptabs.recordings import EntryError, bodies, values

ENTRIES = ("log", "entries")  # where they stand in the file


class _Pair(Struct):
    name: str
    value: str | None = None


class _PostData(Struct):
    mime_type: str | None = field(name="mimeType", default=None)
    text: str | None = None
    params: list[bodies.Part] | None = None
    encoding: str | None = field(name="_encoding", default=None)


class _Request(Struct):
    method: str
    url: str
    headers: list[_Pair] | None = None
    post_data: _PostData | None = field(name="postData", default=None)


class _Content(Struct):
    mime_type: str | None = field(name="mimeType", default=None)
    text: str | None = None
    encoding: str | None = None


class _Response(Struct):
    status: Annotated[int, Meta(ge=0, le=999)]
    headers: list[_Pair] | None = None
    content: _Content | None = None
    error: str | None = field(name="_error", default=None)


class _Timings(Struct):
    receive: float | None = None


class _Entry(Struct):
    request: _Request
    response: _Response | None = None
    started: str | None = field(name="startedDateTime", default=None)
    time: float | None = None
    timings: _Timings | None = None


def exchange(entry: Any) -> Exchange:
    """The exchange of one entry. Raises EntryError when it is damaged."""
    try:
        found = msgspec.convert(entry, _Entry, strict=False)
    except msgspec.ValidationError as error:
        raise EntryError(str(error)) from error
    asked, answer = found.request, found.response
    posted = asked.post_data or _PostData()
    sent = _headers(asked.headers, posted.mime_type)
    request = values.request(asked.method, asked.url, sent, _sent(posted, sent))
    if answer is None or answer.status == 0:
        return values.exchange("har", request, None, _timing(found, Headers()), answer.error if answer else None)
    content = answer.content or _Content()
    received = _headers(answer.headers, content.mime_type)
    body = _bytes(content.text or "", content.encoding)
    response = values.response(answer.status, received, body)
    return values.exchange("har", request, response, _timing(found, received))


def _headers(pairs: list[_Pair] | None, content_type: str | None) -> Headers:
    return values.headers(((pair.name, pair.value or "") for pair in pairs or ()), content_type)


def _sent(posted: _PostData, headers: Headers) -> bytes:
    if posted.text is None and posted.params:
        return bodies.form(posted.params, headers.get("content-type"))
    return _bytes(posted.text or "", posted.encoding)


def _bytes(text: str, encoding: str | None) -> bytes:
    if (encoding or "").lower() == "base64":
        return bodies.from_base64(text)
    return text.encode("utf-8", "replace")


def _timing(entry: _Entry, received: Headers) -> Timing:
    """``time`` is the whole duration; what is left of it without ``receive`` is the time to the first byte."""
    duration = values.nanoseconds(entry.time)
    receive = values.nanoseconds(entry.timings.receive if entry.timings else None)
    return Timing(
        started_at=values.started_at(entry.started, received.get("date")),
        duration=duration,
        first_chunk=duration - receive if 0 < receive < duration else None,
    )
