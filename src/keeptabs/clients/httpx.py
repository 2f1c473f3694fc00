"""httpx and its successor httpx2, sync and async: one behaviour, the module is a parameter.

Patched at ``Client.send`` and ``AsyncClient.send``: outside custom and caching transports, and outside OpenTelemetry's
own instrumentation, which wraps the transports. Checked with httpx 0.23 to 0.28.1 and httpx2 2.12 to 2.16.2.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from keeptabs.core.exchange import Ending, Headers, Request
from keeptabs.patching.client import Client
from keeptabs.patching.guard import Sending, is_sending
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield
from keeptabs.patching.tap import AsyncTap, AsyncUpload, Tap, Upload

_MODULES = ("httpx", "httpx2")
_PORTS = {"http": 80, "https": 443}


class _Taps(NamedTuple):
    """The taps for one module's streams, which must be instances of that module's own classes."""

    base: type
    response: Any
    upload: Any

    @classmethod
    def over(cls, base: type, response: type, upload: type) -> "_Taps":
        return cls(base, type(response.__name__, (response, base), {}), type(upload.__name__, (upload, base), {}))


def _targets(recorder: Recorder) -> list[Target]:
    return [
        Target(module, attribute, make(recorder, module))
        for module in _MODULES
        for attribute, make in (("Client.send", _sync), ("AsyncClient.send", _async))
    ]


def _sync(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    def make(module: Any) -> Wrapper:
        taps = _Taps.over(module.SyncByteStream, Tap, Upload)

        def send(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            request = args[0] if args else kwargs.get("request")
            recording = _begin(recorder, name, request, taps) if _wanted(recorder, request) else None
            if recording is None:
                return wrapped(*args, **kwargs)
            with Sending(recording):
                response = wrapped(*args, **kwargs)
            _answered(recording, response, taps)
            return response

        return send

    return make


def _async(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    def make(module: Any) -> Wrapper:
        taps = _Taps.over(module.AsyncByteStream, AsyncTap, AsyncUpload)

        async def recorded(
            wrapped: Callable[..., Any], request: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> Any:
            recording = _begin(recorder, name, request, taps)
            if recording is None:
                return await wrapped(*args, **kwargs)
            with Sending(recording):
                response = await wrapped(*args, **kwargs)
            _answered(recording, response, taps)
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
        recording.answered(response.status_code, response.headers.raw, streamed=body is None)
        streamed = body is None
        if body is None:
            response.stream = taps.response(response.stream, recording)
        else:
            recording.body(body)
        seen = True
    if not seen:
        recording.unseen()
    if not (seen and streamed):
        recording.finish(Ending.COMPLETE)


CLIENT = Client(_MODULES, _targets)
