"""A server on loopback that gives the answers it is told to give, one an attempt, and remembers who asked."""

from __future__ import annotations

import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import web_socket
from hosts import LOOPBACK

if TYPE_CHECKING:
    from served import Answer

DATE = "Tue, 24 Nov 2026 00:00:00 GMT"  # of every answer: it must be the same with and without keeptabs


class ReplayServer(ThreadingHTTPServer):
    """Gives the answers of ``play`` in turn, the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self._answers: list[Answer] = []
        self.requests: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, name="replay", daemon=True).start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    def play(self, *answers: Answer) -> None:
        """Begin anew with these answers."""
        self._answers, self.requests = list(answers), []

    def next(self, request: dict[str, Any]) -> Answer:
        """Take note of a request, and tell the answer to it."""
        self.requests.append(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ReplayServer

    def do_POST(self) -> None:
        """Answer, whole, part by part, or turn by turn."""
        body = self._body()
        told = {"line": self.requestline, "headers": [list(pair) for pair in self.headers.items()], "body": body}
        answer = self.server.next(told)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.turns:
            self._talk(answer)
        elif answer.streamed:
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in answer.parts:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        else:
            whole = b"".join(answer.parts)
            self.send_header("content-length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)

    do_GET = do_POST  # noqa: N815 - the name is given

    def _talk(self, answer: Answer) -> None:
        """The first turn at once, each other one after a message of the client; and then until it leaves."""
        self.send_header("upgrade", "websocket")
        self.send_header("connection", "upgrade")
        self.send_header("sec-websocket-accept", web_socket.accept(self.headers["sec-websocket-key"]))
        self.end_headers()
        self.close_connection = True
        for turn in answer.turns:
            self.wfile.write(b"".join(web_socket.frame(message) for message in turn))
            if web_socket.read(self.rfile) is None:
                break
        self.wfile.write(web_socket.frame(struct.pack(">H", 1000), web_socket.CLOSE))

    def _body(self) -> str:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0)).decode("utf-8", "replace")
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts).decode("utf-8", "replace")

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The same date always."""
        return DATE

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given
        """Say nothing."""
