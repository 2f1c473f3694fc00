"""aiohttp's websockets, patched at ``ClientWebSocketResponse`` and, for a refused handshake, ``ClientSession``.

All its ways of sending and receiving go through ``send_str``, ``send_bytes`` and ``receive``. The end of a connection
is no exception here but a message, and ``receive`` itself closes. Checked with aiohttp 3.14.5.
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

_NAME = "aiohttp"
_CLASS = "ClientWebSocketResponse"
_MESSAGES, _CLOSE, _ENDS = ("TEXT", "BINARY"), "CLOSE", ("CLOSING", "CLOSED", "ERROR")
_LOST = 1006
_SCHEMES = {"http": "ws", "https": "wss"}


class _Received(Received):
    def message(self, result: Any) -> object:
        """The data of a text or binary message."""
        return result.data if result.type.name in _MESSAGES else None

    def closing(self, end: Any) -> Closing | None:
        """A message of one of the types that tell of the end."""
        kind = getattr(getattr(end, "type", None), "name", None)
        if kind == _CLOSE:
            return Closing(ConnectionResetError(), end.data, end.extra or "")
        if kind not in _ENDS:
            return None
        error = self.connection.exception()
        lost = self.connection.close_code == _LOST
        return Closing(error or ConnectionResetError()) if error is not None or lost else Closing()


class _Closed(Closed):
    """Around ``close``, which ``receive`` calls too: then there is a close code already, and it will tell."""

    def before(self) -> None:
        """Who closes?"""
        self.told = self.connection.close_code is not None

    def returned(self, result: Any) -> None:
        """The application closed."""
        if not self.told:
            super().returned(result)


_METHODS: tuple[tuple[str, str, type[Guard]], ...] = (
    ("send_str", "data", Sent),
    ("send_bytes", "data", Sent),
    ("receive", "", _Received),
    ("close", "", _Closed),
)


def _targets(recorder: Recorder) -> list[Target]:
    connections = Connections(recorder, _NAME, _handshake)
    found = [
        Target(_NAME, f"{_CLASS}.{method}", always(around(connections, guard, asynchronous=True, named=named)))
        for method, named, guard in _METHODS
    ]
    return [
        *found,
        Target(_NAME, "ClientSession._ws_connect", always(opening(partial(_refused, recorder), asynchronous=True))),
    ]


def _handshake(connection: Any) -> Handshake:
    response = connection._response  # noqa: SLF001 - the only place that knows
    info = response.request_info
    return Handshake(_request(info), response.status, pairs(response.headers.items()))


def _request(info: Any) -> Request:
    url = info.url
    origin = Origin(_SCHEMES.get(url.scheme, url.scheme), url.host or "", url.port or 0)
    return request_of("WS", url.raw_path_qs, info.headers.items(), None, origin)


def _refused(recorder: Recorder, session: Any, error: Any) -> None:
    """A handshake that is refused is a call that failed: ``WSServerHandshakeError`` has all but the body."""
    if hasattr(error, "request_info") and hasattr(error, "status"):
        seen = Handshake(_request(error.request_info), error.status, pairs((error.headers or {}).items()))
        refused(recorder, _NAME, seen, b"")


CLIENT = Client((_NAME,), _targets)
