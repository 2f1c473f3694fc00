"""The mock server a test, a demo or the command line starts and stops."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from keeptabs.testing.mock.answers import Api
from keeptabs.testing.mock.listener import Listener

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from keeptabs.testing.mock.wire import Request

_POLL_SECONDS = 0.02
_MAX_REQUESTS = 1000
_MAX_BYTES = 256 * 1024 * 1024


class Journal:
    """The last requests seen: at most 1000 of them, and at most 256 MiB of bodies."""

    def __init__(self, max_requests: int = _MAX_REQUESTS, max_bytes: int = _MAX_BYTES) -> None:
        """Begin empty."""
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._requests: deque[Request] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Keep a request, dropping the oldest ones that no longer fit."""
        with self._lock:
            self._requests.append(request)
            self._bytes += len(request.body)
            while len(self._requests) > self._max_requests or self._over():
                self._bytes -= len(self._requests.popleft().body)

    def recent(self) -> list[Request]:
        """Give the requests kept, oldest first."""
        with self._lock:
            return list(self._requests)

    def _over(self) -> bool:
        """Whether the bodies take too much; the newest is kept however large it is."""
        return self._bytes > self._max_bytes and len(self._requests) > 1


class MockServer:
    """A mock of the OpenAI API on loopback, in this process.

    Use it as a context manager, or call `start` and `stop`. A port of 0 takes a free one.
    """

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Take note of the address; nothing is bound before `start`."""
        self._address = (host, port)
        self._journal = Journal()
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """`http://HOST:PORT`, which is also an `azure_endpoint`. Raises when not started."""
        if self._listener is None:
            message = "The mock server has not been started."
            raise RuntimeError(message)
        host, port = self._listener.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def url(self) -> str:
        """`http://HOST:PORT/v1`, the `base_url` of an OpenAI client. Raises when not started."""
        return f"{self.origin}/v1"

    @property
    def requests(self) -> list[Request]:
        """The last 1000 requests received, oldest first, as a new list."""
        return self._journal.recent()

    def start(self) -> Self:
        """Bind the address and answer from a daemon thread. Does nothing when started."""
        if self._listener is None:
            listener = Listener(self._address, Api(), self._journal.add)
            self._listener = listener
            self._thread = threading.Thread(
                target=listener.serve_forever,
                args=(_POLL_SECONDS,),
                name="keeptabs-mock",
                daemon=True,
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """Close the socket and every connection, streams in progress included."""
        listener, thread = self._listener, self._thread
        self._listener = self._thread = None
        if listener is None or thread is None:
            return
        if thread.is_alive():  # in a forked child it is not: the parent answers
            listener.shutdown()
            thread.join()
        listener.server_close()
        listener.disconnect()

    def serve_forever(self) -> None:
        """Answer until interrupted or stopped from another thread."""
        self.start()
        thread = self._thread
        try:
            while thread is not None and thread.is_alive():
                thread.join(1.0)
        finally:
            self.stop()

    def __enter__(self) -> Self:
        """Start, and give the server."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()
