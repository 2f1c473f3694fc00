"""The socket: a thread for each connection, kept alive from one request to the next."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING

from keeptabs.testing.mock.problems import Problem
from keeptabs.testing.mock.streams import render
from keeptabs.testing.mock.wire import Request, WireError, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from keeptabs.testing.mock.answers import Api

_JOIN_SECONDS = 5.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(StreamRequestHandler):
    """Serves one client's connection until either side has had enough."""

    disable_nagle_algorithm = True
    rbufsize = 65_536
    server: Listener

    def handle(self) -> None:
        """Answer requests one after another. A client that goes away is no error."""
        with suppress(OSError):
            while self._serve_one():
                pass

    def _serve_one(self) -> bool:
        """Answer the next request; False when the connection is done with."""
        try:
            request = read_request(self.rfile, self._continue)
        except WireError as error:
            reply = self.server.api.refuse(Problem(error.status, error.message))
            self._send(render(reply, keep_alive=False).parts, 0.0)
            return False
        if request is None:
            return False
        self.server.record(request)
        return self._answer(request)

    def _continue(self) -> None:
        self.connection.sendall(_CONTINUE)

    def _answer(self, request: Request) -> bool:
        reply = self.server.api.reply(request)
        behaviour = reply.behaviour
        if behaviour.hang and self.server.stopping.wait(behaviour.hang):
            return False
        if behaviour.drop:
            return False
        writes = render(reply, keep_alive=request.keep_alive, chunked=request.version == "HTTP/1.1")
        return self._send(writes.parts, behaviour.pause) and writes.keep

    def _send(self, parts: Iterable[bytes], pause: float) -> bool:
        """Send the parts, `pause` seconds before each; False when the server is stopping."""
        for part in parts:
            if pause and self.server.stopping.wait(pause):
                return False
            self.connection.sendall(part)
        return True


class Listener(ThreadingTCPServer):
    """Listens on an address and can close every connection it still has.

    A `ThreadingTCPServer` rather than `ThreadingHTTPServer`, which asks the resolver for
    the host's full name on binding and so may stall where there is no network.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], api: Api, record: Callable[[Request], None]) -> None:
        """Bind the address. `record` is called with each request, from any thread."""
        self.api = api
        self.record = record
        self.stopping = threading.Event()
        self._open: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in its own thread, remembered until it closes."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="keeptabs-mock-connection",
            daemon=True,
        )
        self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        self._open.pop(request, None)

    def disconnect(self) -> None:
        """Close every connection and wait for its thread; call once accepting has ended."""
        self.stopping.set()
        remaining = list(self._open.items())
        for connection, _ in remaining:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _, thread in remaining:
            thread.join(_JOIN_SECONDS)
