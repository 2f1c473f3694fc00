"""A receiver of OTLP on loopback that answers as it is told, and keeps the spans of what it answered with 200."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import msgspec


class Reply(msgspec.Struct, frozen=True):
    """What is answered. ``is_lost``: the spans are kept, and the connection closed before the answer is sent."""

    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b"{}"
    is_lost: bool = False


class OtlpReceiver:
    """Answers with ``replies`` in their order, then with 200; ``refuses`` names spans that make a batch a bad one."""

    def __init__(self, *replies: Reply, refuses: frozenset[str] = frozenset()) -> None:
        self.replies, self.refuses = list(replies), refuses
        self.spans: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def ids(self) -> list[str]:
        """The spans that were kept, in their order."""
        return [span["spanId"] for span in self.spans]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, body: bytes) -> Reply:
        found = json.loads(gzip.decompress(body))["resourceSpans"]
        spans = [span for resource in found for scope in resource["scopeSpans"] for span in scope["spans"]]
        if self.refuses & {span["spanId"] for span in spans}:
            return Reply(400)
        reply = self.replies.pop(0) if self.replies else Reply()
        if reply.status == 200:
            self.spans += spans
        return reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: OtlpReceiver

    def do_POST(self) -> None:
        self.receiver.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        reply = self.receiver.take(self.rfile.read(int(self.headers["content-length"])))
        if reply.is_lost:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {**reply.headers, "content-length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Say nothing."""
