import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn
from ledgers import filled, made

from keeptabs.web import serve as serving
from keeptabs.web.serve import Place, ServeError, bracketed, is_loopback, place, serve


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("localhost.example", False),
        ("desk", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, *, own: bool) -> None:
    """Anything else needs a token."""
    assert is_loopback(host) == own


def test_on_loopback_no_token_is_needed() -> None:
    """The address is as short as can be."""
    at = place("127.0.0.1", 0)
    with at.socket:
        assert at.token is None
        assert at.address == f"http://127.0.0.1:{at.socket.getsockname()[1]}/"


def test_beyond_it_the_address_holds_a_token_of_its_own() -> None:
    """It is new each time, and long enough that nobody guesses it; the name is the one that was given."""
    one, two = place("0.0.0.0", 0, ("Desk.example",)), place("0.0.0.0", 0)
    with one.socket, two.socket:
        assert one.address.startswith("http://Desk.example:")
        assert one.address.endswith(f"?token={one.token}")
        assert one.token != two.token
        assert len(one.token or "") >= 32


def test_a_port_that_is_taken_is_said(taken: int) -> None:
    """A port that was asked for is that one or none."""
    with pytest.raises(ServeError, match=f"^port {taken} of 127.0.0.1 cannot be had: address already in use$"):
        place("127.0.0.1", taken)


def test_without_a_port_the_next_one_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ledgers can be looked at side by side."""
    monkeypatch.setattr(serving, "PORT", taken)
    at = place("127.0.0.1", None)
    with at.socket:
        assert taken < at.socket.getsockname()[1] < taken + 20


def test_an_address_of_version_6_stands_in_brackets() -> None:
    """As URLs and Host headers have it."""
    assert (bracketed("::1"), bracketed("LOCALHOST")) == ("[::1]", "localhost")


def test_pages_are_served_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller hears when pages can be asked for; the socket is closed at the end."""
    servers: list[uvicorn.Server] = []
    run = uvicorn.Server.run
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: (servers.append(self), run(self, sockets)))
    at: Place = place("127.0.0.1", 0)
    port, started = at.socket.getsockname()[1], threading.Event()
    file = filled(tmp_path / "ledger.db", [made(1)])
    thread = threading.Thread(target=serve, args=(file, at, started.set))
    thread.start()
    try:
        assert started.wait(20)
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Server"]) == (200, None)
            answer.read()
    finally:
        servers[0].should_exit = True
        thread.join()
    assert at.socket.fileno() == -1
