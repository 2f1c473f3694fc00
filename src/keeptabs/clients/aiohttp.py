"""aiohttp: every verb of a session goes through ``ClientSession._request``, which is where it is patched.

A body is seen where it arrives, in the reader that aiohttp's parser feeds: whatever way the application reads it, or
leaves it, stays aiohttp's own. ``aiohttp_client_cache`` is patched above that, so that its hits are seen too. Checked
with aiohttp 3.9.0 to 3.14.5 and aiohttp-client-cache 0.15.0.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec

from keeptabs.core.exchange import Ending, Headers, Request
from keeptabs.patching.client import Client
from keeptabs.patching.feed import Feeds, arrived
from keeptabs.patching.guard import Sending, is_sending
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield
from keeptabs.patching.tap import AsyncUpload

_SEAMS = (("aiohttp", "ClientSession._request"), ("aiohttp_client_cache.session", "CacheMixin._request"))
_CAPTURE, _RECOGNISE = shield.stage("capture"), shield.stage("recognise")
_BOUNDARY = "keeptabs"


class _Call(NamedTuple):
    """The arguments of one ``_request``."""

    session: Any
    method: str
    url: Any
    options: dict[str, Any]


def _targets(recorder: Recorder) -> list[Target]:
    return [Target(module, attribute, partial(_make, recorder)) for module, attribute in _SEAMS]


def _make(recorder: Recorder, _: Any) -> Wrapper:
    aiohttp = sys.modules["aiohttp"]
    feeds = Feeds(aiohttp.StreamReader)

    async def recorded(call: _Call, wrapped: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        recording = _begin(recorder, aiohttp, call)
        if recording is None:
            return await wrapped(*args, **kwargs)
        if inspect.isasyncgen(kwargs.get("data")):
            kwargs = {**kwargs, "data": AsyncUpload(kwargs["data"], recording)}
        with Sending(recording):
            response = await wrapped(*args, **kwargs)
        _answered(recording, response, call, aiohttp, feeds)
        return response

    def request(wrapped: Callable[..., Any], session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = _wanted(recorder, session, args, kwargs)
        return wrapped(*args, **kwargs) if call is None else recorded(call, wrapped, args, kwargs)

    return request


def _wanted(recorder: Recorder, session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Call | None:
    with _RECOGNISE:
        method, target, options = _arguments(*args, **kwargs)
        try:
            method, url = method.upper(), session._build_url(target)  # noqa: SLF001 - aiohttp asks yarl again, which remembers
        except (AssertionError, AttributeError, TypeError, ValueError):
            return None  # no URL: ``_request`` will tell the application
        if url.raw_host and recorder.wants(method, url.path) and not is_sending():
            return _Call(session, method, url, options)
    return None


def _arguments(method: Any = None, str_or_url: Any = None, *_: Any, **options: Any) -> tuple[Any, Any, dict[str, Any]]:
    return method, str_or_url, options


def _begin(recorder: Recorder, aiohttp: Any, call: _Call) -> Recording | None:
    with _CAPTURE:
        url, form = call.url, _form(aiohttp, call.options.get("data"))
        seen = Request(
            method=call.method,
            scheme=url.scheme,
            host=url.host,
            port=url.port or 0,
            path=url.path,
            query=_query(url, call.options.get("params")),
            headers=_headers(call, form is not None),
            body=form or _body(aiohttp, call.options),
        )
        recording = recorder.begin("aiohttp", seen)
        if recording is not None:
            recording.sent = partial(_sent, recording, call, aiohttp)
        return recording
    return None


def _query(url: Any, params: Any) -> str:
    again = isinstance(params, str | Mapping | list | tuple)  # what can be read twice
    found: str = (url.update_query(params) if params and again else url).raw_query_string
    return found


def _headers(call: _Call, is_form: bool) -> Headers:
    """What the application sends, with the defaults of its session."""
    given = call.options.get("headers")
    again = isinstance(given, Mapping | list | tuple)  # what can be read twice
    pairs = call.session._prepare_headers(given if again else None).items()  # noqa: SLF001 - pure
    if is_form:
        pairs = [*pairs, ("content-type", f"multipart/form-data; boundary={_BOUNDARY}")]
    return Headers.of(pairs)


def _body(aiohttp: Any, options: dict[str, Any]) -> bytes:
    """The body where it is in memory; else nothing, since what is read here could not be sent."""
    json, data = options.get("json"), options.get("data")
    if json is not None:
        return _encoded(json)
    if isinstance(data, aiohttp.Payload):
        data = getattr(data, "_value", None)  # what it was made from
    if isinstance(data, str):
        return data.encode("utf-8", "replace")
    return bytes(data) if isinstance(data, bytes | bytearray | memoryview) else b""


def _encoded(value: Any) -> bytes:
    """JSON that says the same as what the session's own serialiser will send; that one is not called twice."""
    try:
        return msgspec.json.encode(value, enc_hook=_plain)
    except (OverflowError, RecursionError, TypeError, ValueError):
        return b""


def _plain(value: Any) -> str | None:
    """Text of a class of its own is text; what else JSON does not know, only the session's serialiser does."""
    return str.__str__(value) if isinstance(value, str) else None


def _form(aiohttp: Any, data: Any) -> bytes | None:
    """The texts of a multipart form, files left out; None for any other body."""
    try:
        form = aiohttp.FormData(data) if isinstance(data, dict | list | tuple) else data
    except TypeError:
        return None  # no form: ``_request`` will tell the application
    if not isinstance(form, aiohttp.FormData) or not form.is_multipart:
        return None
    parts = [_part(options, value) for options, _, value in form._fields]  # to call it would use it up
    return "".join([*parts, f"--{_BOUNDARY}--\r\n"]).encode("utf-8", "replace")


def _part(options: Any, value: Any) -> str:
    name = "; ".join(f'{key}="{options[key]}"' for key in ("name", "filename") if key in options)
    text = value if isinstance(value, str) else ""
    return f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n"


def _sent(recording: Recording, call: _Call, aiohttp: Any, error: BaseException | None) -> None:
    """Whatever came out of ``_request``: an answer that ``raise_for_status`` made an exception of is read."""
    response = _response_behind(error)
    status = getattr(response, "status", None)  # None until there is an answer
    if status is not None and not 300 <= status < 400:  # a redirect that led nowhere is none
        _head(recording, response, call, aiohttp)
        recording.chunk(_whole(response) or arrived(response.content))


def _response_behind(error: BaseException | None) -> Any:
    """The response that ``_request`` had when it raised; nothing but its frame refers to it."""
    trace = error and error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_qualname == "ClientSession._request":
            return trace.tb_frame.f_locals.get("resp")
        trace = trace.tb_next
    return None


def _answered(recording: Recording, response: Any, call: _Call, aiohttp: Any, feeds: Feeds) -> None:
    with _CAPTURE:
        _head(recording, response, call, aiohttp)
        whole = _whole(response)
        if whole is None:
            feeds.watch(response, recording)
        else:
            recording.chunk(whole)
            recording.finish(Ending.COMPLETE)
        return
    with _CAPTURE:
        recording.unseen()
        recording.finish(Ending.COMPLETE)


def _head(recording: Recording, response: Any, call: _Call, aiohttp: Any) -> None:
    recording.cached = getattr(response, "from_cache", False) is True
    recording.answered(response.status, _answer_headers(response, _undone(aiohttp, call)), streamed=True)
    recording.streamed = False  # every body is read in pieces: whether it is a stream, the request says


def _whole(response: Any) -> bytes | None:
    """A body that was read already: by a cache, a middleware, or what was asked to raise for a status."""
    body: bytes | None = response._body  # noqa: SLF001 - ``read`` would not say that it was
    return body


def _answer_headers(response: Any, undone: set[bytes]) -> list[tuple[bytes, bytes]]:
    """The headers, without the encoding of a body that reaches its reader decoded."""
    return [
        (name, value)
        for name, value in response.raw_headers
        if not (name.lower() == b"content-encoding" and value.lower() in undone)
    ]


def _undone(aiohttp: Any, call: _Call) -> set[bytes]:
    """The content-encodings that aiohttp undoes for this call, or fails."""
    chosen = call.options.get("auto_decompress")
    if not (call.session.auto_decompress if chosen is None else chosen):
        return set()
    return {b"gzip", b"deflate", b"br", *([b"zstd"] if hasattr(aiohttp.http_parser, "HAS_ZSTD") else [])}


CLIENT = Client(("aiohttp",), _targets)
