import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from keeptabs.clients.aiohttp_ws import CLIENT
from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

CREATE = {"type": "response.create"}
Use = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def voice(voice: Any) -> Iterator[Any]:
    voice.patches.install(CLIENT.targets(voice))
    return voice


def play(url: str, use: Use) -> list[Any]:
    """What an application sees that uses a connection."""

    async def run() -> list[Any]:
        seen: list[Any] = []
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
            seen.append((await connection.receive_json())["type"])
            seen.append(await use(connection))
            seen.append((type(connection).__name__, connection.closed, connection.close_code))
        return seen

    return asyncio.run(run())


async def read(connection: Any, count: int) -> list[Any]:
    """The next messages, of whatever type."""
    messages = [await connection.receive() for _ in range(count)]
    return [(message.type, message.data, message.extra) for message in messages]


@pytest.mark.parametrize("method", ["send_json", "send_str", "send_bytes"])
def test_a_response_is_an_exchange(voice: Any, method: str) -> None:
    """However it is asked for, and whichever way its messages are read."""
    data = {"send_json": CREATE, "send_str": json.dumps(CREATE), "send_bytes": json.dumps(CREATE).encode()}[method]

    async def use(connection: Any) -> Any:
        await getattr(connection, method)(data=data)
        seen = [(await connection.receive_str()), (await connection.receive_json())]
        return [*seen, (await anext(connection)).data]

    seen = voice.alike(lambda: play(voice.url, use))
    assert len(seen[1]) == 3
    (exchange,) = voice.exchanges
    assert (exchange.client, exchange.ending, exchange.response.status) == ("aiohttp", Ending.COMPLETE, 101)
    assert (exchange.request.scheme, exchange.request.path) == ("ws", "/v1/realtime")
    assert exchange.request.query == "model=gpt-realtime"
    assert exchange.request.headers.get("upgrade") == "websocket"
    assert json.loads(exchange.request.body) == CREATE
    assert json.loads(exchange.response.body.splitlines()[-1])["type"] == "response.done"


async def leave(connection: Any) -> Any:
    await connection.send_json(CREATE)
    await connection.receive()
    return await connection.close()


async def leave_elsewhere(connection: Any) -> Any:
    """Close while another task is receiving."""
    await connection.send_json({**CREATE, "silent": True})
    task = asyncio.create_task(connection.receive())
    await asyncio.sleep(0)
    return await connection.close(), (await task).type


async def lose(connection: Any) -> Any:
    await connection.send_json({"type": "break"})
    return await read(connection, 3)


async def hear_goodbye(connection: Any) -> Any:
    await connection.send_json({"type": "bye", "code": 1000, "reason": ""})
    return await read(connection, 4)


async def hear_error(connection: Any) -> Any:
    await connection.send_json({"type": "bye", "code": 1011, "reason": "Oh"})
    return await read(connection, 4)


async def drop(connection: Any) -> Any:
    await connection.send_json(CREATE)


async def wait_too_long(connection: Any) -> Any:
    await connection.send_json({"type": "ping"})
    await connection.receive()
    with pytest.raises(asyncio.TimeoutError):
        await connection.receive(timeout=0.01)


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (leave, [("closed", None)]),
        (leave_elsewhere, [("closed", None)]),
        (drop, [("closed", None)]),
        (lose, [("failed", "ClientConnectionResetError")]),
        (hear_goodbye, [("failed", "ConnectionResetError")]),
        (hear_error, [("failed", "ConnectionResetError")]),
        (wait_too_long, []),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_ending_is_the_clients_own(voice: Any, use: Use, told: list[Any]) -> None:
    """Messages, close codes and exceptions are those of the client, and what was open has ended."""
    voice.alike(lambda: play(voice.url, use))
    assert voice.told() == told


def test_the_servers_reason_to_close_is_kept(voice: Any) -> None:
    """A close frame that tells of an error is one."""
    play(voice.url, hear_error)
    last = voice.exchanges[-1].response.body.splitlines()[-1]
    assert json.loads(last) == {"error": {"code": "1011", "message": "Oh"}}


def test_a_refused_handshake_is_a_failed_call(voice: Any) -> None:
    """It has the status that the server gave, and the application the client's exception."""

    def attempt() -> Any:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            play(voice.refusing, leave)
        return caught.value.status, caught.value.message

    voice.alike(attempt)
    assert [exchange.response.status for exchange in voice.exchanges] == [401]


def test_a_connection_that_fails_is_left_alone(voice: Any) -> None:
    """Where nothing answers there is nothing to record."""
    with pytest.raises(aiohttp.ClientConnectorError):
        play("ws://127.0.0.1:1/v1/realtime", leave)
    assert voice.exchanges == []


def test_other_connections_are_not_noted(voice: Any) -> None:
    """A connection to another path passes as if nothing were there."""
    voice.alike(lambda: play(voice.other, leave))
    assert voice.exchanges == []


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_connection_alone(voice: Any, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """Whatever breaks in us, the messages go their way, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    voice.breaks = stage
    voice.alike(lambda: play(voice.url, leave))
    assert voice.exchanges == []
    assert sum(shield.drain().values()) >= 1
