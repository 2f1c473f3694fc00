"""Websockets over httpx: those of httpx2 itself, and the package httpx-ws, from which they came.

Patched at ``send`` and ``receive`` of a session, which take and give the events of wsproto. A handshake is an ordinary
request of the client's, and one that is refused is not recorded. Checked with httpx2 2.16.2 and httpx-ws 0.9.0.
"""

from typing import Any

from keeptabs.patching.client import Client
from keeptabs.patching.connection import Closed, Closing, Connections, Guard, Received, Sent, always, around
from keeptabs.patching.messages import Origin, pairs, request_of
from keeptabs.patching.patch import Target
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.session import Handshake

_MODULES = (("httpx2", "httpx2.websockets"), ("httpx_ws", "httpx_ws"))
_CLASSES = (("WebSocketSession", False), ("AsyncWebSocketSession", True))
_PORTS = {"ws": 80, "wss": 443}
_SCHEMES = {"http": "ws", "https": "wss"}
_BROKEN = (1009, 1011)  # close codes with which a session itself gives up


def _data(event: Any) -> object:
    """The data of a message event; a ping or a close has none that counts."""
    data = getattr(event, "data", None)
    return bytes(data) if isinstance(data, bytearray) else data


class _Sent(Sent):
    def message(self) -> object:
        """The data of the event."""
        return _data(self.first)


class _Received(Received):
    def message(self, result: Any) -> object:
        """The data of the event."""
        return _data(result)

    def closing(self, end: Any) -> Closing | None:
        """``WebSocketDisconnect`` with the server's code, or a failure of the network."""
        name = type(end).__name__
        if name == "WebSocketDisconnect":
            return Closing(end, int(end.code), end.reason or "")
        return Closing(end) if name == "WebSocketNetworkError" else None


class _Closed(Closed):
    """Around ``close``, which a session calls itself when it gives up: then receiving will tell."""

    def returned(self, result: Any) -> None:
        """The application closed."""
        if self.first not in _BROKEN:
            super().returned(result)


_METHODS: tuple[tuple[str, str, type[Guard]], ...] = (
    ("send", "event", _Sent),
    ("receive", "", _Received),
    ("close", "code", _Closed),
)


def _targets(recorder: Recorder) -> list[Target]:
    found = []
    for name, module in _MODULES:
        connections = Connections(recorder, name, _handshake)
        for owner, asynchronous in _CLASSES:
            for method, named, guard in _METHODS:
                wrapper = around(connections, guard, asynchronous=asynchronous, named=named)
                found.append(Target(module, f"{owner}.{method}", always(wrapper)))
    return found


def _handshake(session: Any) -> Handshake:
    response = session.response
    request, url = response.request, response.request.url
    scheme = _SCHEMES.get(url.scheme, url.scheme)
    origin = Origin(scheme, url.host, url.port or _PORTS.get(scheme, 0))
    seen = request_of("WS", url.raw_path.decode("latin-1"), request.headers.raw, None, origin)
    return Handshake(seen, response.status_code, pairs(response.headers.raw))


CLIENT = Client(("httpx_ws",), _targets)
