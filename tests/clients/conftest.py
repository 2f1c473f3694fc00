import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import parse_headers
from pathlib import Path
from runpy import run_path
from socket import SHUT_RDWR
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

import httpx
import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from keeptabs.clients import http_client, requests, urllib3
from keeptabs.clients.httpx import CLIENT
from keeptabs.core.dialect import Session
from keeptabs.core.exchange import Exchange, Request
from keeptabs.dialects.openai import realtime
from keeptabs.patching.patch import Patches
from keeptabs.patching.recording import Recording
from keeptabs.providers import recogniser


class Notebook:
    """A recorder that keeps the exchanges it was given, without measuring them."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.breaks = ""

    def wants(self, method: str, path: str) -> bool:
        if self.breaks == "wants":
            raise ValueError("recogniser")
        return recogniser().could_match(method, path)

    def begin(self, client: str, request: Request) -> Recording | None:
        if self.breaks == "begin":
            raise ValueError("capture")
        wanted = recogniser().match(request.method, request.host, request.port, request.path)
        return wanted and Recording(client, request, wanted.dialect.markers, 0, self._done)

    def _done(self, recording: Recording) -> None:
        self.exchanges.append(recording.exchange())


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def module(request: pytest.FixtureRequest) -> Any:
    """Each of the two modules that the one client file is for."""
    return request.param


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """The client patched to note its exchanges."""
    made, patches = Notebook(), Patches()
    patches.install(CLIENT.targets(made))
    yield made
    patches.undo()


class Book(Notebook):
    """A notebook with the patches that fill it: closing their gate is to be without keeptabs."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = Patches()

    def alike(self, do: Callable[[], Any]) -> Any:
        """What ``do`` gives, which is the same without keeptabs and with it; only the latter is noted."""
        self.patches.open = False
        expected = do()
        self.patches.open = True
        assert do() == expected
        return expected


@pytest.fixture
def noted() -> Iterator[Book]:
    """All synchronous clients but httpx patched to note their exchanges."""
    book = Book()
    for client in (http_client, requests, urllib3):
        book.patches.install(client.CLIENT.targets(book))
    yield book
    book.patches.undo()


def head(status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """The head of an answer, without what tells where its body ends."""
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, ""]).encode()


class Wire(ThreadingTCPServer):
    """A server on loopback that gives the answers of a script in turn, byte by byte as they stand there.

    None hangs until the test is over; an answer of which nothing tells the end is followed by closing.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.script: list[bytes | None] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.over = Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1/chat/completions"

    def says(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer with a body of known length."""
        self.script = [head(status, **headers) + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)]

    def streams(self, pieces: list[bytes], **headers: str) -> None:
        """Answer in chunks."""
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])
        self.script = [head(kind="text/event-stream", **headers) + b"Transfer-Encoding: chunked\r\n\r\n" + chunks]

    def next(self) -> bytes | None:
        """The answer to the request that was noted last."""
        return self.script[(len(self.requests) - 1) % len(self.script)]


class _Connection(StreamRequestHandler):
    server: Wire

    def handle(self) -> None:
        with suppress(OSError):
            while self._answer():
                pass

    def _answer(self) -> bool:
        line = self.rfile.readline().decode()
        if not line:
            return False
        headers = parse_headers(self.rfile)
        self.server.requests.append((line, dict(headers.items()), self._body(headers)))
        answer = self.server.next()
        if answer is None:
            self.server.over.wait()
            return False
        self.wfile.write(answer)
        return b"Content-Length" in answer or answer.endswith(b"0\r\n\r\n")

    def _body(self, headers: Any) -> bytes:
        if "Transfer-Encoding" not in headers:
            return self.rfile.read(int(headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A scripted server."""
    with Wire() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture
def aio() -> Any:
    """A provider for the tests of aiohttp; it serves while its ``play`` runs."""
    return run_path(str(Path(__file__).with_name("aio.py")))["Provider"]()


TURN = [
    {"type": "response.created", "response": {"id": "resp_1"}},
    {"type": "response.output_text.delta", "delta": "Hi"},
]
DONE = {"type": "response.done", "response": {"id": "resp_1", "usage": {"input_tokens": 3, "output_tokens": 5}}}


class Voice(Book):
    """Notes what goes over websockets to ``/realtime``, and is the server there, which answers each message in turn.

    ``response.create`` gets a response; ``break`` half of one and an abrupt end; ``bye`` half of one and a close frame
    as it asks for; anything else its echo, and what says ``silent`` nothing. A path with ``refused`` in it is none that
    one may open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.server = serve(self._talk, "127.0.0.1", 0, process_request=self._greet)
        port = self.server.socket.getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/v1/realtime?model=gpt-realtime"
        self.refusing = f"ws://127.0.0.1:{port}/refused/realtime"
        self.other = f"ws://127.0.0.1:{port}/chat"

    def wants(self, method: str, path: str) -> bool:
        if self.breaks == "wants":
            raise ValueError("recogniser")
        return method == "WS" and path.endswith("/realtime")

    def session(self, request: Request) -> Session | None:
        return realtime.DIALECT.session

    def begin(self, client: str, request: Request) -> Recording | None:
        if self.breaks == "begin":
            raise ValueError("capture")
        return Recording(client, request, realtime.DIALECT.markers, 0, self._done)

    def told(self) -> list[tuple[str, str | None]]:
        """How each exchange ended, and with which exception."""
        return [(exchange.ending.value, exchange.error) for exchange in self.exchanges]

    def _greet(self, connection: Any, request: Any) -> Any:
        return connection.respond(401, '{"error":{"code":"invalid_api_key"}}') if "refused" in request.path else None

    def _talk(self, connection: Any) -> None:
        connection.send(json.dumps({"type": "session.created", "session": {"model": "gpt-realtime-2"}}))
        with suppress(ConnectionClosed):
            for message in connection:
                self._answer(connection, json.loads(message))

    def _answer(self, connection: Any, asked: dict[str, Any]) -> None:
        kind = asked["type"] if "silent" not in asked else "silent"
        answers = {"silent": [], "response.create": [*TURN, DONE], "break": TURN, "bye": TURN}.get(kind, [asked])
        for answer in answers:
            connection.send(json.dumps(answer))
        if kind == "break":
            connection.socket.shutdown(SHUT_RDWR)
        if kind == "bye":
            connection.close(asked["code"], asked["reason"])


@pytest.fixture
def voice() -> Iterator[Voice]:
    """A notebook of websockets and the server that they talk to; the test installs the patches."""
    made = Voice()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.patches.undo()
    made.server.shutdown()
    thread.join()
