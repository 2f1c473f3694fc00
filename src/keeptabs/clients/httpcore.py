"""httpcore and httpcore2, the connection pools below httpx and httpx2, for who asks them past a client.

pinecone 10 gives its requests to the transport of an httpx client, and so past ``Client.send``. What a client sends is
that client's, recorded or not; where a transport of the client tries again, each try is a recording of its own.
Checked with httpcore 1.0.9 and httpcore2 2.16.2.
"""

import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self
from urllib.parse import unquote

from keeptabs.core.exchange import Headers, Request
from keeptabs.patching.client import Client
from keeptabs.patching.guard import Sending, is_sending
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.retries import Retrying, retrying
from keeptabs.patching.shield import shield
from keeptabs.patching.tap import AsyncTap, Tap

_MODULES = ("httpcore", "httpcore2")
_PORTS = {b"http": 80, b"https": 443}
_REFUSED = 400
_CHALLENGES = (401, 407)  # a client answers them by itself, within the same try
_CAPTURE = shield.stage("capture")
_OF_CLIENT = "_send_single_request"  # the method of httpx's clients in which they ask a transport
_MAX_DEPTH = 25  # frames of transports around transports
_IN_MEMORY = "ByteStream"  # the class, of httpx and of httpcore, of a body that can be read twice


def _targets(recorder: Recorder) -> list[Target]:
    return [
        Target(module, attribute, make(recorder, module))
        for module in _MODULES
        for attribute, make in (
            ("ConnectionPool.handle_request", _sync),
            ("AsyncConnectionPool.handle_async_request", _async),
        )
    ]


def _sync(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    def handle(wrapped: Callable[..., Any], pool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        above = retrying()
        if above is not None:
            with _Try(above) as tried:
                return tried.got(wrapped(*args, **kwargs))
        recording = _begin(recorder, name, args[0] if args else kwargs.get("request"))
        if recording is None:
            return wrapped(*args, **kwargs)
        with Sending(recording):
            response = wrapped(*args, **kwargs)
        _answered(recording, response, Tap)
        return response

    return lambda _: handle


def _async(recorder: Recorder, name: str) -> Callable[[Any], Wrapper]:
    async def below(above: Retrying, wrapped: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with _Try(above) as tried:
            return tried.got(await wrapped(*args, **kwargs))

    async def recorded(
        recording: Recording, wrapped: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        with Sending(recording):
            response = await wrapped(*args, **kwargs)
        _answered(recording, response, AsyncTap)
        return response

    def handle(wrapped: Callable[..., Any], pool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        above = retrying()
        if above is not None:
            return below(above, wrapped, args, kwargs)
        recording = _begin(recorder, name, args[0] if args else kwargs.get("request"))
        return wrapped(*args, **kwargs) if recording is None else recorded(recording, wrapped, args, kwargs)

    return lambda _: handle


class _Try:
    """One try of a client's send: the first, or one more after a refusal or an error, which was the end of the former.

    Nobody reads more of a refusal than the head.
    """

    def __init__(self, above: Retrying) -> None:
        self._above = above

    def __enter__(self) -> Self:
        with _CAPTURE:
            self._above.give_up()
            self._above.begins()
        return self

    def got(self, response: Any) -> Any:
        """What the pool answered."""
        if response.status >= _REFUSED and response.status not in _CHALLENGES:
            with _CAPTURE:
                self._above.recording.answered(response.status, response.headers, streamed=False)
                self._above.tried()
        return response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._above.tried(error)


def _begin(recorder: Recorder, name: str, request: Any) -> Recording | None:
    with _CAPTURE:
        url: Any = getattr(request, "url", None)
        if url is None or is_sending():
            return None  # no request: the pool will tell the application
        path, _, query = url.target.decode("latin-1").partition("?")
        path = unquote(path) if "%" in path else path
        method = request.method.decode("latin-1")
        if not recorder.wants(method, path) or url.scheme not in _PORTS or _is_asked_by_client():
            return None
        return recorder.begin(name, _request(request, method, (path, query)))
    return None


def _request(request: Any, method: str, target: tuple[str, str]) -> Request:
    stream, scheme = request.stream, request.url.scheme
    return Request(
        method=method,
        scheme=scheme.decode("ascii"),
        host=request.url.host.decode("ascii"),
        port=request.url.port or _PORTS[scheme],
        path=target[0],
        query=target[1],
        headers=Headers(tuple(request.headers)),
        body=b"".join(stream) if type(stream).__name__ == _IN_MEMORY else b"",
    )


def _is_asked_by_client() -> bool:
    frame: FrameType | None = sys._getframe(3)  # noqa: SLF001 - inspect.stack() costs a thousand times as much
    for _ in range(_MAX_DEPTH):
        if frame is None or frame.f_code.co_name == _OF_CLIENT:
            return frame is not None
        frame = frame.f_back
    return False


def _answered(recording: Recording, response: Any, tap: type) -> None:
    seen = False
    with shield.stage("capture"):
        recording.answered(response.status, response.headers, streamed=True)
        recording.streamed = False  # nothing is read here yet, of any answer: the request says whether it is a stream
        response.stream = tap(response.stream, recording)
        seen = True
    if not seen:
        with shield.stage("capture"):
            recording.unseen()
            recording.stopped(None)


CLIENT = Client(_MODULES, _targets)
