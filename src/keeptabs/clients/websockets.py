"""websockets: the clients for asyncio, trio and threads, and the legacy one. The SDKs of OpenAI and Google use it.

Patched at ``handshake``, ``send``, ``recv`` and ``close`` of client connections; iterating goes through ``recv``.
Messages that are sent or read in fragments are not looked at. Checked with websockets 12.0, 13.1, 14.2 and 17.4.
"""

from functools import partial
from typing import Any

from keeptabs.core.exchange import Request
from keeptabs.patching.client import Client
from keeptabs.patching.connection import Closed, Closing, Connections, Guard, Received, Sent, always, around, opening
from keeptabs.patching.messages import Origin, pairs, request_of
from keeptabs.patching.patch import Target
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.session import Handshake, refused

_NAME = "websockets"
_SEAMS = (  # module, class, whether its methods are coroutines, and how closing is called
    ("websockets.asyncio.client", "ClientConnection", True, "close"),
    ("websockets.trio.client", "ClientConnection", True, "aclose"),
    ("websockets.sync.client", "ClientConnection", False, "close"),
    ("websockets.legacy.client", "WebSocketClientProtocol", True, "close"),
)
_LEAVING = (1000, 1001)  # close codes of one who is done


class _Received(Received):
    def closing(self, end: Any) -> Closing | None:
        """``ConnectionClosed``: it alone has what was received. The application closed what it was first to close."""
        if not hasattr(end, "rcvd"):
            return None
        if end.sent is not None and end.sent.code in _LEAVING and not end.rcvd_then_sent:
            return Closing()
        return Closing(end) if end.rcvd is None else Closing(end, int(end.rcvd.code), end.rcvd.reason)


def _targets(recorder: Recorder) -> list[Target]:
    connections = Connections(recorder, _NAME, _handshake)
    found = []
    for module, owner, asynchronous, close in _SEAMS:
        methods: tuple[tuple[str, type[Guard]], ...] = (("send", Sent), ("recv", _Received), (close, Closed))
        found.append(
            Target(
                module, f"{owner}.handshake", always(opening(partial(_refused, recorder), asynchronous=asynchronous))
            )
        )
        for method, guard in methods:
            wrapper = around(connections, guard, asynchronous=asynchronous, named="message")
            found.append(Target(module, f"{owner}.{method}", always(wrapper)))
    return found


def _handshake(connection: Any) -> Handshake:
    if hasattr(connection, "request_headers"):  # the legacy client
        return Handshake(_legacy_request(connection), 101, pairs(connection.response_headers.raw_items()))
    response = connection.response
    return Handshake(_request(connection), response.status_code, pairs(response.headers.raw_items()))


def _request(connection: Any) -> Request:
    protocol = connection.protocol
    uri = getattr(protocol, "uri", None) or protocol.wsuri
    origin = Origin("wss" if uri.secure else "ws", uri.host, uri.port)
    request = connection.request
    return request_of("WS", request.path, request.headers.raw_items(), None, origin)


def _legacy_request(connection: Any) -> Request:
    # The public names of these warn.
    secure, host, port = connection._secure, connection._host, connection._port  # noqa: SLF001
    origin = Origin("wss" if secure else "ws", host or "", port or 0)
    return request_of("WS", connection.path, connection.request_headers.raw_items(), None, origin)


def _refused(recorder: Recorder, connection: Any, error: Any) -> None:
    """``InvalidStatus`` has the response; ``InvalidStatusCode``, of the legacy client, its status and headers."""
    response = getattr(error, "response", None)
    if response is not None:
        seen = Handshake(_request(connection), response.status_code, pairs(response.headers.raw_items()))
        refused(recorder, _NAME, seen, bytes(response.body or b""))
    elif hasattr(error, "status_code"):
        seen = Handshake(_legacy_request(connection), error.status_code, pairs(error.headers.raw_items()))
        refused(recorder, _NAME, seen, b"")


CLIENT = Client((_NAME,), _targets)
