"""httpx and its successor httpx2, sync and async: one behaviour, the module is a parameter.

Patched at ``Client.send`` and ``AsyncClient.send``: outside custom and caching transports, and outside OpenTelemetry's
own instrumentation, which wraps the transports. Checked with httpx 0.23 to 0.28.1 and httpx2 2.12 to 2.16.2,
and with the caching transports of hishel 0.1.5, 1.4.0 and 2.0.0.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from keeptabs.core.exchange import Ending, Headers, Request
from keeptabs.patching.client import Client
from keeptabs.patching.guard import is_sending
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.retries import Retrying
from keeptabs.patching.shield import shield
from keeptabs.patching.tap import AsyncTap, AsyncUpload, Tap, Upload

_MODULES = ("httpx", "httpx2")
_PORTS = {"http": 80, "https": 443}


class _Taps(NamedTuple):
    """The taps for one module's streams, which must be instances of that module's own classes."""

    base: type
    whole: Any  # makes a stream of bytes that are in memory
    response: Any
    upload: Any

    @classmethod
    def over(cls, base: type, whole: type, response: type, upload: type) -> "_Taps":
        taps = (type(kind.__name__, (kind, base), {}) for kind in (response, upload))
        return cls(base, whole, *taps)


def _targets(recorder: Recorder) -> list[Target]:
    return [
        Target(module, attribute, make(recorder, module))
        for module in _MODULES
        for attribute, make in (("Client.send", _sync), ("AsyncClient.send", _async))
    ]


def _sync(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    def make(module: Any) -> Wrapper:
        taps = _Taps.over(module.SyncByteStream, module.ByteStream, Tap, Upload)

        def send(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            request = args[0] if args else kwargs.get("request")
            recording = _begin(recorder, name, request, taps) if _wanted(recorder, request) else None
            if recording is None:
                return wrapped(*args, **kwargs)
            sending = Retrying(recorder, recording)
            with sending:
                response = wrapped(*args, **kwargs)
            _answered(sending.recording, response, taps)
            return response

        return send

    return make


def _async(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    def make(module: Any) -> Wrapper:
        taps = _Taps.over(module.AsyncByteStream, module.ByteStream, AsyncTap, AsyncUpload)

        async def recorded(
            wrapped: Callable[..., Any], request: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> Any:
            recording = _begin(recorder, name, request, taps)
            if recording is None:
                return await wrapped(*args, **kwargs)
            sending = Retrying(recorder, recording)
            with sending:
                response = await wrapped(*args, **kwargs)
            _answered(sending.recording, response, taps)
            return response

        def send(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            request = args[0] if args else kwargs.get("request")
            if _wanted(recorder, request):
                return recorded(wrapped, request, args, kwargs)
            return wrapped(*args, **kwargs)

        return send

    return make


_RECOGNISE = shield.stage("recognise")


def _wanted(recorder: Recorder, request: Any) -> bool:
    with _RECOGNISE:
        if not hasattr(request, "method"):
            return False  # no request: ``send`` will tell the application
        return recorder.wants(request.method, request.url.path) and not is_sending()
    return False


def _begin(recorder: Recorder, name: str, request: Any, taps: _Taps) -> Recording | None:
    with shield.stage("capture"):
        url, body = request.url, _content(request)
        seen = Request(
            method=request.method,
            scheme=url.scheme,
            host=url.host,
            port=url.port or _PORTS.get(url.scheme, 0),
            path=url.path,
            query=url.query.decode("latin-1"),
            headers=Headers(tuple(request.headers.raw)),
            body=body or b"",
        )
        recording = recorder.begin(name, seen)
        if recording is not None:
            recording.sent = partial(_sent, recording, request)
            if recording.amended is not None:
                recording.sent = partial(_sent_amended, recording.sent, request, _amend(request, recording, taps))
            if body is None and isinstance(request.stream, taps.base):
                request.stream = taps.upload(request.stream, recording)
        return recording
    return None


def _sent(recording: Recording, request: Any, error: BaseException | None) -> None:
    """Whatever came out of ``send``: the request has its own stream back, and a refusal that was raised is read."""
    _restore(request)
    _restore(getattr(error, "_request", None))  # of the client's own exceptions; ``request`` may raise
    response = getattr(error, "response", None)
    if response is not None and hasattr(response, "status_code"):  # a hook that raises for a status
        recording.answered(response.status_code, response.headers.raw, streamed=False)
        recording.body(_content(response) or b"")


def _amend(request: Any, recording: Recording, taps: _Taps) -> tuple[Any, Any]:
    """Put the amended body into a request, in a coding that can be read as it comes; what was there before."""
    before = (request.stream, request.headers)
    request.headers = request.headers.copy()
    request.stream = taps.whole(recording.amended)
    request.headers["content-length"] = str(len(recording.amended or b""))
    request.headers["accept-encoding"] = "identity"
    return before


def _sent_amended(
    sent: Callable[[BaseException | None], None], request: Any, before: tuple[Any, Any], error: BaseException | None
) -> None:
    """The request is again what the application made it."""
    request.stream, request.headers = before
    sent(error)


def _restore(request: Any) -> None:
    stream = getattr(request, "stream", None)
    if isinstance(stream, Upload):
        request.stream = stream.original


def _content(message: Any) -> bytes | None:
    """The body of a request or response where it is in memory, None where it is still to be made or read."""
    try:
        content: bytes = message.content
    except RuntimeError:  # RequestNotRead and ResponseNotRead, of either module
        return None
    return content


def _answered(recording: Recording, response: Any, taps: _Taps) -> None:
    seen = streamed = False
    with shield.stage("capture"):
        _restore(getattr(response, "_request", None))  # after a redirect another request, with our stream
        body = _content(response)
        recording.cached = _is_from_cache(response)
        recording.answered(response.status_code, response.headers.raw, streamed=body is None)
        streamed = body is None
        if response.headers.get("content-encoding"):
            recording.hider = None  # it was not asked for: what is hidden cannot be found in it
        if body is None:
            response.stream = taps.response(response.stream, recording)
        else:
            recording.body(body)
        seen = True
    if not seen:
        recording.unseen()
    if not (seen and streamed):
        recording.finish(Ending.COMPLETE)


def _is_from_cache(response: Any) -> bool:
    """True where a cache in the transport answered: hishel 2 says so in ``caching``, 1 and 0.1 in a key of their own.

    That includes what a provider was asked about and confirmed (304): it generated nothing, and bills nothing.
    """
    said = response.extensions
    status = said.get("caching")
    keys = (said.get("hishel_from_cache"), said.get("from_cache"))
    return True in (status.get("from_cache") if isinstance(status, dict) else None, *keys)


CLIENT = Client(_MODULES, _targets)
