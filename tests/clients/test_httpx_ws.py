import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import httpx2.websockets
import httpx_ws
import pytest

from keeptabs.clients.httpx_ws import CLIENT
from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

CREATE = json.dumps({"type": "response.create"})
# Every one is a call of a session's method: of its result, or of what is to be awaited for it.
Step = Callable[[Any], Any]


@pytest.fixture(params=["httpx2", "httpx_ws"])
def voice(voice: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The server and the notebook, with the module that the test is for."""
    voice.module = request.param
    voice.patches.install(CLIENT.targets(voice))
    return voice


def sync(module: str, url: str, steps: list[Step]) -> list[Any]:
    """What an application sees without tasks."""
    url = url.replace("ws://", "http://")
    client = (httpx2 if module == "httpx2" else httpx).Client(trust_env=False)
    opening = client.websocket(url) if module == "httpx2" else httpx_ws.connect_ws(url, client)
    with client, opening as session:
        return [step(session) for step in steps]


def tasks(module: str, url: str, steps: list[Step]) -> list[Any]:
    """What it sees with them."""

    async def run() -> list[Any]:
        where = url.replace("ws://", "http://")
        client = (httpx2 if module == "httpx2" else httpx).AsyncClient(trust_env=False)
        opening = client.websocket(where) if module == "httpx2" else httpx_ws.aconnect_ws(where, client)
        async with client, opening as session:
            return [await step(session) for step in steps]

    return asyncio.run(run())


@pytest.fixture(params=[sync, tasks], ids=["sync", "async"])
def play(request: pytest.FixtureRequest) -> Any:
    return request.param


def hear(session: Any) -> Any:
    return session.receive_text()


def create(session: Any) -> Any:
    return session.send_text(CREATE)


def test_a_response_is_an_exchange(play: Any, voice: Any) -> None:
    """Its request is the handshake with what asked for it, its answer the messages that came."""
    ways: list[Step] = [hear, create, hear, hear, hear]
    voice.alike(lambda: play(voice.module, voice.url, ways))
    (exchange,) = voice.exchanges
    assert (exchange.client, exchange.ending, exchange.response.status) == (voice.module, Ending.COMPLETE, 101)
    assert (exchange.request.scheme, exchange.request.path) == ("ws", "/v1/realtime")
    assert exchange.request.query == "model=gpt-realtime"
    assert exchange.request.port == voice.server.socket.getsockname()[1]
    assert json.loads(exchange.request.body) == json.loads(CREATE)
    assert json.loads(exchange.response.body.splitlines()[-1])["type"] == "response.done"


@pytest.mark.parametrize(
    ("ask", "read"),
    [
        (lambda session: session.send_json(json.loads(CREATE)), lambda session: session.receive_json()),
        (lambda session: session.send_bytes(CREATE.encode()), lambda session: session.receive()),
    ],
    ids=["json", "bytes-and-events"],
)
def test_every_way_to_send_and_receive(play: Any, voice: Any, ask: Step, read: Step) -> None:
    """JSON, bytes and plain events are one and the same."""
    play(voice.module, voice.url, [hear, ask, read, read, read])
    assert voice.told() == [("complete", None)]


def test_a_session_that_is_left(play: Any, voice: Any) -> None:
    """Leaving the block closes it, with the response that is open."""
    voice.alike(lambda: play(voice.module, voice.url, [hear, create, hear]))
    assert voice.told() == [("closed", None)]


@pytest.mark.parametrize("code", [1000, 1011])
def test_a_server_that_leaves(play: Any, voice: Any, code: int) -> None:
    """The application gets the client's exception, and what was open has failed."""

    def bye(session: Any) -> Any:
        return session.send_text(json.dumps({"type": "bye", "code": code, "reason": "Oh"}))

    def attempt() -> Any:
        with pytest.raises(BaseException) as caught:  # noqa: PT011 - a group of tasks wraps it, and both are compared
            play(voice.module, voice.url, [hear, bye, hear, hear, hear])
        inner = caught.value.exceptions[0] if isinstance(caught.value, BaseExceptionGroup) else caught.value
        return type(caught.value), type(inner), getattr(inner, "code", None)

    kinds = voice.alike(attempt)
    assert kinds[1].__name__ == "WebSocketDisconnect"
    assert voice.told() == [("failed", "WebSocketDisconnect")]
    last = json.loads(voice.exchanges[0].response.body.splitlines()[-1])
    assert ("error" in last) is (code == 1011)


def test_a_connection_that_breaks(play: Any, voice: Any) -> None:
    """The session closes itself, and what was open has failed all the same."""

    def attempt() -> Any:
        with pytest.raises(BaseException) as caught:  # noqa: PT011 - a group of tasks wraps it
            play(voice.module, voice.url, [hear, lambda session: session.send_text('{"type":"break"}'), *[hear] * 3])
        return type(caught.value)

    voice.alike(attempt)
    assert voice.told() == [("failed", "WebSocketNetworkError")]


def test_other_connections_are_not_noted(play: Any, voice: Any) -> None:
    """A connection to another path passes as if nothing were there."""
    voice.alike(lambda: play(voice.module, voice.other, [hear, create, hear]))
    assert voice.exchanges == []


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_connection_alone(
    play: Any, voice: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks in us, the messages go their way, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    voice.breaks = stage
    voice.alike(lambda: play(voice.module, voice.url, [hear, create, hear, hear, hear]))
    assert voice.exchanges == []
    assert sum(shield.drain().values()) >= 1
