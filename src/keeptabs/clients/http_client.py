"""The standard library's ``http.client``, and ``urllib.request`` which stands on it.

Patched where a request's head is complete (``endheaders``), where more of a body is sent, and where the answer's head
is read. A body that ``request`` itself makes or reads while it sends is not seen. Checked with Python 3.11 to 3.13.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.client import Client
from keeptabs.patching.guard import Sending, is_sending
from keeptabs.patching.messages import Origin, pairs, path_of, request_of
from keeptabs.patching.patch import Target
from keeptabs.patching.readers import watch
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield

_CAPTURE, _RECOGNISE = shield.stage("capture"), shield.stage("recognise")
_HTTPS = 443


class _Sent:
    """A request that waits for its answer. It ends with its connection where none is asked for."""

    __slots__ = ("recording",)

    def __init__(self, recording: Recording) -> None:
        self.recording: Recording | None = recording

    def __del__(self) -> None:
        if self.recording is not None:
            self.recording.finish(Ending.COLLECTED)


class _Connections:
    """The wrapped methods of connections, and what is under way on them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._sent: WeakKeyDictionary[Any, _Sent] = WeakKeyDictionary()

    def endheaders(
        self, wrapped: Callable[..., Any], connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A request begins, with its body where ``request`` was called."""
        recording = self._begin(connection, args[0] if args else kwargs.get("message_body"))
        if recording is None:
            return wrapped(*args, **kwargs)
        with Sending(recording):
            result = wrapped(*args, **kwargs)
        with _CAPTURE:
            self._sent[connection] = _Sent(recording)
        return result

    def _begin(self, connection: Any, body: Any) -> Recording | None:
        with _RECOGNISE:
            if self._sent:
                self._sent.pop(connection, None)  # one that was left: a connection that was closed can be used again
            lines = connection._buffer  # noqa: SLF001 - the head, whose end is sent next
            if not lines or is_sending():
                return None
            method, url = lines[0].decode("latin-1").split(" ")[:2]
            if self._recorder.wants(method, path_of(url)):
                return self._recorder.begin("http.client", _request(connection, method, url, lines[1:], body))
        return None

    def _take(self, connection: Any) -> Recording | None:
        """The recording of the request whose answer is due. It is the caller's to end."""
        with _CAPTURE:
            sent = self._sent.pop(connection, None)
            if sent is not None:
                recording, sent.recording = sent.recording, None
                return recording
        return None

    def send(self, wrapped: Callable[..., Any], connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """More of a body, which the application sends piece by piece."""
        if not self._sent:
            return wrapped(*args, **kwargs)
        recording = None
        with _CAPTURE:
            sent = self._sent.get(connection)
            if sent is not None and sent.recording is not None:
                recording = sent.recording
                if args and isinstance(args[0], bytes):
                    recording.upload(args[0])
        if recording is None:
            return wrapped(*args, **kwargs)
        with Sending(recording):
            return wrapped(*args, **kwargs)

    def getresponse(
        self, wrapped: Callable[..., Any], connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The answer begins; its body is seen as it is read."""
        recording = self._take(connection) if self._sent else None
        if recording is None:
            return wrapped(*args, **kwargs)
        with Sending(recording):
            response = wrapped(*args, **kwargs)
        _answered(recording, response)
        return response


def _request(connection: Any, method: str, url: str, lines: list[bytes], body: Any) -> Request:
    host, port = connection.host, connection.port
    if connection._tunnel_host is not None:  # noqa: SLF001 - through a proxy; there is no other way to ask
        host, port = connection._tunnel_host, connection._tunnel_port  # noqa: SLF001 - the same
    scheme = "https" if connection.default_port == _HTTPS else "http"
    split = (line.partition(b":") for line in lines)
    headers = [(name, value.strip()) for name, _, value in split]
    return request_of(method, url, headers, body, Origin(scheme, host, port))


def _answered(recording: Recording, response: Any) -> None:
    with _CAPTURE:
        recording.answered(response.status, pairs(response.headers.items()), streamed=True)
        recording.streamed = False  # whether it is a stream, the request says
        if watch(response, recording, response):
            return
    with _CAPTURE:
        recording.unseen()
        recording.finish(Ending.COMPLETE)


def _targets(recorder: Recorder) -> list[Target]:
    methods = _Connections(recorder)
    return [
        Target("http.client", "HTTPConnection.endheaders", lambda _: methods.endheaders),
        Target("http.client", "HTTPConnection.send", lambda _: methods.send),
        Target("http.client", "HTTPConnection.getresponse", lambda _: methods.getresponse),
    ]


CLIENT = Client(("http.client",), _targets)
