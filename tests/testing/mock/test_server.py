"""Starting, stopping and what the server remembers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from keeptabs.testing.mock import MockServer
from keeptabs.testing.mock.server import Journal
from keeptabs.testing.mock.wire import Request

KEY = "k" * 20
HEADERS = {"authorization": f"Bearer {KEY}"}
QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}


def request(size: int) -> Request:
    """Make a request with a body of so many bytes."""
    return Request("POST", "/", {}, bytes(size))


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([1, 2, 3, 4], [2, 3, 4]),
        ([60, 50], [50]),
        ([500], [500]),
        ([500, 1], [1]),
    ],
)
def test_the_journal_keeps_the_newest(sizes: list[int], kept: list[int]) -> None:
    """The oldest go when there are too many or they are too large, and the newest stays."""
    journal = Journal(max_requests=3, max_bytes=100)
    for size in sizes:
        journal.add(request(size))
    assert [len(one.body) for one in journal.recent()] == kept


def test_requests_are_recorded_as_they_came(server: MockServer) -> None:
    """Method, path, lower-cased headers and bytes are there, refused requests included."""
    httpx.post(f"{server.url}/x?y=1", content=b"abc", headers={"X-A": "1"})
    (seen,) = server.requests
    assert (seen.method, seen.path, seen.body) == ("POST", "/v1/x?y=1", b"abc")
    assert seen.headers["x-a"] == "1"


def test_there_is_no_address_before_the_start() -> None:
    """Asking too early raises, and so does asking after the end."""
    server = MockServer()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.url
    server.start()
    assert server.url.startswith("http://127.0.0.1:")
    assert server.start() is server
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.origin


def test_a_stopped_server_can_start_again_on_its_port() -> None:
    """Stopping frees the port at once, though a client still holds a connection."""
    with MockServer() as first, httpx.Client(headers=HEADERS, trust_env=False) as client:
        assert client.get(f"{first.url}/models").status_code == 200
        port = int(first.origin.rpartition(":")[2])
        first.stop()
        with MockServer(port=port) as second:
            assert client.get(f"{second.url}/models").status_code == 200


@pytest.mark.parametrize("model", ["mock-hang-600", "mock-slow-600000"])
def test_stopping_ends_the_answers_in_progress(model: str) -> None:
    """A client that waits is let go of when the server stops."""
    failed: list[Exception] = []

    def ask(url: str) -> None:
        try:
            httpx.post(
                f"{url}/chat/completions",
                json={**QUESTION, "model": model},
                headers=HEADERS,
                timeout=30,
            )
        except httpx.TransportError as error:
            failed.append(error)

    with MockServer() as server:
        thread = threading.Thread(target=ask, args=(server.url,))
        thread.start()
        while not server.requests:
            thread.join(0.01)
    thread.join()
    assert len(failed) == 1
    assert not isinstance(failed[0], httpx.TimeoutException)


def test_serving_forever_ends_when_stopped_from_elsewhere() -> None:
    """The command line's loop returns once another thread stops the server."""
    server = MockServer().start()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    assert httpx.get(f"{server.url}/models", headers=HEADERS).status_code == 200
    server.stop()
    thread.join()
    assert not thread.is_alive()


def test_many_clients_get_different_ids(server: MockServer) -> None:
    """Calls at the same time are each counted once."""

    def ask(_: int) -> tuple[str, str]:
        answer = httpx.post(f"{server.url}/chat/completions", json=QUESTION, headers=HEADERS)
        return answer.headers["x-request-id"], answer.json()["id"]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(ask, range(64)))
    assert len(set(ids)) == 64
    assert len(server.requests) == 64


def test_two_servers_give_the_same_answers() -> None:
    """Nothing in an answer depends on when or where it was made."""
    answers = []
    for _ in range(2):
        with MockServer() as server:
            answer = httpx.post(f"{server.url}/chat/completions", json=QUESTION, headers=HEADERS)
            answers.append((answer.content, dict(answer.headers)))
    assert answers[0] == answers[1]
