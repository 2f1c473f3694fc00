"""What cannot be recorded is noticed: lookups by Python itself, gRPC and curl."""

from __future__ import annotations

import asyncio
import socket
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest

from keeptabs.clients import unseen
from keeptabs.patching.patch import Patches
from keeptabs.patching.shield import shield

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = 443


class Noticed:
    """A recorder that only notes what it is told."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int, str]] = []

    def sighted(self, host: str, port: int, via: str) -> None:
        self.places.append((host, port, via))

    @property
    def hosts(self) -> list[str]:
        """Only the hosts."""
        return [host for host, _, _ in self.places]


@pytest.fixture
def noticed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Noticed]:
    """Patched seams, over a resolver that answers without a network."""
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", PORT))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answer)
    found, patches = Noticed(), Patches()
    patches.install(unseen.CLIENT.targets(found))  # type: ignore[arg-type]
    yield found
    patches.undo()


@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        (("api.openai.com", 8443), {}, ("api.openai.com", 8443, "python")),
        ((b"api.openai.com", "https"), {}, ("api.openai.com", PORT, "python")),
        ((), {"host": "api.openai.com", "port": None}, ("api.openai.com", PORT, "python")),
    ],
)
def test_a_name_that_is_looked_up_is_noticed(
    noticed: Noticed, args: tuple[Any, ...], kwargs: dict[str, Any], expected: tuple[str, int, str]
) -> None:
    """The application gets the resolver's answer, and each place is told of once."""
    for _ in range(2):
        assert socket.getaddrinfo(*args, **kwargs)[0][4] == ("127.0.0.1", PORT)
    assert noticed.places == [expected]


def test_a_lookup_says_on_whose_behalf(noticed: Noticed) -> None:
    """The packages between the application and the lookup, the outermost first."""
    code = "import socket\ndef ask(): return socket.getaddrinfo('api.x.ai', 443)\n"
    inner, outer = ModuleType("inner.sockets"), ModuleType("outer.sdk")
    exec(compile(code, "/x/site-packages/inner/sockets.py", "exec"), inner.__dict__)
    outer.__dict__["ask"] = inner.__dict__["ask"]
    exec(compile("def call(): return ask()\n", "/x/site-packages/outer/sdk.py", "exec"), outer.__dict__)
    outer.__dict__["call"]()
    assert noticed.places == [("api.x.ai", 443, "outer/inner")]


@pytest.mark.parametrize("host", [None, 5, object()], ids=["the wildcard", "a number", "an object"])
def test_what_is_no_name_is_passed_on(noticed: Noticed, host: Any) -> None:
    """The resolver says what it has to say about it."""
    assert socket.getaddrinfo(host, 80)
    assert noticed.places == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("api.x.ai:443", ("api.x.ai", 443, "grpc")),
        ("dns:///generativelanguage.googleapis.com:443", ("generativelanguage.googleapis.com", 443, "grpc")),
        ("api.x.ai", ("api.x.ai", 443, "grpc")),
        ("unix:///run/some.sock", ("some.sock", 443, "grpc")),
    ],
)
def test_a_channel_of_grpc_is_noticed(noticed: Noticed, target: str, expected: tuple[str, int, str]) -> None:
    """Its names are looked up in C: the channel is all that can be seen."""
    grpc.secure_channel(target, grpc.ssl_channel_credentials()).close()
    assert noticed.places == [expected]


def test_a_channel_of_grpc_s_asyncio_is_noticed(noticed: Noticed) -> None:
    """The same in a task."""

    async def run() -> None:
        await grpc.aio.secure_channel("api.x.ai:443", grpc.ssl_channel_credentials()).close()

    asyncio.run(run())
    assert "api.x.ai" in noticed.hosts


def test_a_request_of_curl_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """curl looks names up by itself: the URL is what can be seen."""
    session = type("Session", (), {"request": lambda self, method, url: f"{method} {url}"})
    module = ModuleType("curl_cffi.requests.session")
    module.Session = module.AsyncSession = session  # type: ignore[attr-defined]
    for name, part in (
        ("curl_cffi", ModuleType("a")),
        ("curl_cffi.requests", ModuleType("b")),
        (module.__name__, module),
    ):
        monkeypatch.setitem(sys.modules, name, part)
    found, patches = Noticed(), Patches()
    patches.install([t for t in unseen.CLIENT.targets(found) if "curl" in t.module])  # type: ignore[arg-type]
    assert (
        session().request("GET", "https://api.anthropic.com/v1/messages") == "GET https://api.anthropic.com/v1/messages"
    )
    assert session().request("GET", url="http://[bad") == "GET http://[bad"
    assert found.places == [("api.anthropic.com", 443, "curl_cffi")]


def test_only_so_many_places_are_remembered(noticed: Noticed, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application may talk to any number of hosts."""
    monkeypatch.setattr(unseen, "_MOST", 3)
    for n in range(9):
        socket.getaddrinfo(f"h{n}.example", 443)
    assert noticed.hosts == ["h0.example", "h1.example", "h2.example"]


def test_a_fault_of_ours_costs_the_application_nothing(noticed: Noticed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lookup is made, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    monkeypatch.setattr(noticed, "sighted", None)
    assert socket.getaddrinfo("api.openai.com", 443)
    assert [fault.stage for fault in shield.drain()] == ["sighting"]
