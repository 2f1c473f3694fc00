import asyncio
import gc
import json
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
import trio
import websockets.asyncio.client
import websockets.sync.client
from openai import AsyncOpenAI, OpenAI

from keeptabs.clients.websockets import CLIENT
from keeptabs.core.exchange import Ending
from keeptabs.patching.shield import shield

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from websockets.legacy.client import connect as legacy_connect

# Imported here, since ``alike`` plays with the gate closed first, and a module that is imported then is not patched;
# older versions have none.
TRIO: Any = import_module("websockets.trio.client") if find_spec("websockets.trio") else None
Step = Callable[[Any], Any]


def say(kind: str, **more: Any) -> Step:
    text = json.dumps({"type": kind, **more})
    return lambda connection: connection.send(message=text)


def hear(connection: Any) -> Any:
    return connection.recv()


def leave(connection: Any) -> Any:
    return connection.aclose() if hasattr(connection, "aclose") else connection.close()


def program(steps: tuple[Step, ...], connection: Any, seen: list[Any]) -> Any:
    """What an application does, whichever way its client waits, and what it sees of it."""
    for step in steps:
        try:
            seen.append((yield step(connection)))
        except Exception as error:  # noqa: BLE001 - all that an application can see is compared
            seen.append((type(error).__name__, str(error)))


async def follow(running: Any) -> None:
    """Await what a program yields."""
    wait = next(running, None)
    while wait is not None:
        try:
            result = await wait
        except Exception as error:  # noqa: BLE001 - the program gets it
            wait = _next(running.throw, error)
        else:
            wait = _next(running.send, result)


def _next(go_on: Callable[[Any], Any], value: Any) -> Any:
    try:
        return go_on(value)
    except StopIteration:
        return None


@asynccontextmanager
async def modern(url: str) -> AsyncIterator[Any]:
    async with websockets.asyncio.client.connect(url, proxy=None) as connection:
        yield connection


@asynccontextmanager
async def legacy(url: str) -> AsyncIterator[Any]:
    async with legacy_connect(url) as connection:
        yield connection


@asynccontextmanager
async def with_trio(url: str) -> AsyncIterator[Any]:
    async with TRIO.connect(url, proxy=None) as connection:
        yield connection


def threaded(url: str, steps: tuple[Step, ...]) -> list[Any]:
    seen: list[Any] = []
    with websockets.sync.client.connect(url, proxy=None) as connection:
        running = program(steps, connection, seen)
        value = None
        while True:
            try:
                value = running.send(value)
            except StopIteration:
                return seen


def awaiting(opening: Any, run: Any) -> Callable[[str, tuple[Step, ...]], list[Any]]:
    async def use(url: str, steps: tuple[Step, ...]) -> list[Any]:
        seen: list[Any] = []
        async with opening(url) as connection:
            await follow(program(steps, connection, seen))
        return seen

    return lambda url, steps: run(use, url, steps)


def in_asyncio(use: Any, *args: Any) -> Any:
    return asyncio.run(use(*args))


KINDS = {
    "asyncio": awaiting(modern, in_asyncio),
    "legacy": awaiting(legacy, in_asyncio),
    **({"trio": awaiting(with_trio, trio.run)} if TRIO else {}),
    "threads": threaded,
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def play(request: pytest.FixtureRequest) -> Any:
    """Each of the clients: it plays the steps of an application on one connection."""
    return request.param


@pytest.fixture
def voice(voice: Any) -> Iterator[Any]:
    voice.patches.install(CLIENT.targets(voice))
    return voice


def test_a_response_is_an_exchange(play: Any, voice: Any) -> None:
    """What was sent and what came are in it, and the application sees what it would see without it."""
    seen = voice.alike(lambda: play(voice.url, (hear, say("response.create"), hear, hear, hear)))
    (exchange,) = voice.exchanges
    assert (exchange.client, exchange.ending, exchange.streamed) == ("websockets", Ending.COMPLETE, True)
    request, response = exchange.request, exchange.response
    assert (request.method, request.scheme, request.host) == ("WS", "ws", "127.0.0.1")
    assert (request.path, request.query) == ("/v1/realtime", "model=gpt-realtime")
    assert request.port == voice.server.socket.getsockname()[1]
    assert request.headers.get("upgrade") == "websocket"
    assert json.loads(request.body) == {"type": "response.create"}
    assert response.status == 101
    assert response.headers.get("sec-websocket-accept")
    assert [json.loads(line)["type"] for line in response.body.splitlines()] == [
        "session.created",
        "response.created",
        "response.done",
    ]
    assert [json.loads(message)["type"] for message in seen if message] == [
        "session.created",
        "response.created",
        "response.output_text.delta",
        "response.done",
    ]


def test_many_responses_are_many_exchanges(play: Any, voice: Any) -> None:
    """One connection, each response for itself."""
    turn = (say("response.create"), hear, hear, hear)
    voice.alike(lambda: play(voice.url, (hear, *turn, say("ping"), hear, *turn)))
    assert voice.told() == [("complete", None)] * 2


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((say("response.create"), hear, leave), [("closed", None)]),
        ((say("response.create"), hear), [("closed", None)]),
        ((say("break"), hear, hear, hear, hear), [("failed", "ConnectionClosedError")]),
        ((say("bye", code=1000, reason=""), hear, hear, hear, hear), [("failed", "ConnectionClosedOK")]),
        ((leave, hear, say("response.create")), [("failed", "ConnectionClosedOK")]),
    ],
    ids=["closed", "left", "broken", "the-server-leaves", "used-after-closing"],
)
def test_every_ending_is_the_clients_own(play: Any, voice: Any, steps: tuple[Step, ...], told: list[Any]) -> None:
    """Exceptions, their messages and their order are those of the client, and what was open has ended."""
    voice.alike(lambda: play(voice.url, (hear, *steps)))
    assert voice.told() == told


def test_closing_while_another_task_receives(voice: Any) -> None:
    """That task gets its exception, and the response that was open is left, not broken."""

    async def use() -> Any:
        async with modern(voice.url) as connection:
            await connection.recv()
            await connection.send('{"type":"response.create","silent":true}')
            task = asyncio.create_task(connection.recv())
            await asyncio.sleep(0)
            await connection.close()
            return [type(error).__name__ for error in await asyncio.gather(task, return_exceptions=True)]

    assert voice.alike(lambda: asyncio.run(use())) == ["ConnectionClosedOK"]
    assert voice.told() == [("closed", None)]


def test_the_servers_reason_to_close_is_kept(play: Any, voice: Any) -> None:
    """A close frame that tells of an error is one, for the response that was open."""
    steps = (hear, say("response.create"), hear, hear, hear, say("response.create"), say("bye", code=1011, reason="Oh"))
    voice.alike(lambda: play(voice.url, (*steps, *[hear] * 7)))
    last = voice.exchanges[-1]
    assert voice.told() == [("complete", None), ("complete", None), ("failed", "ConnectionClosedError")]
    assert json.loads(last.response.body.splitlines()[-1]) == {"error": {"code": "1011", "message": "Oh"}}


def test_a_refused_handshake_is_a_failed_call(play: Any, voice: Any) -> None:
    """It has the status that the server gave, and the application the client's exception."""

    def attempt() -> Any:
        with pytest.raises(Exception, match="401") as caught:
            play(voice.refusing, ())
        return type(caught.value), str(caught.value)

    voice.alike(attempt)
    assert [exchange.response.status for exchange in voice.exchanges] == [401]


def test_other_connections_are_not_noted(play: Any, voice: Any) -> None:
    """A connection to another path passes as if nothing were there."""
    voice.alike(lambda: play(voice.other, (hear, say("response.create"), hear)))
    assert voice.exchanges == []


@pytest.mark.parametrize("stage", ["wants", "begin"])
def test_a_fault_of_ours_leaves_the_connection_alone(
    play: Any, voice: Any, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Whatever breaks in us, the messages go their way, and the fault is counted."""
    monkeypatch.setattr(shield, "raises", False)
    voice.breaks = stage
    voice.alike(lambda: play(voice.url, (hear, say("response.create"), hear, hear, hear)))
    assert voice.exchanges == []
    assert sum(shield.drain().values()) >= 1


def test_a_connection_that_is_dropped(voice: Any) -> None:
    """A response that nobody waits for any longer ends with its connection."""

    async def use() -> None:
        connection = await websockets.asyncio.client.connect(voice.url, proxy=None)
        await connection.recv()
        await connection.send('{"type":"response.create"}')
        transport = connection.transport
        del connection
        transport.abort()
        await asyncio.sleep(0)

    asyncio.run(use())
    gc.collect()
    assert voice.told() == [("collected", None)]


@pytest.mark.filterwarnings("ignore:connect:DeprecationWarning")  # the SDK holds on to an old way
def test_the_openai_sdk(voice: Any, api_key: str) -> None:
    """Its realtime connections, with threads and without, are seen below it."""
    base = voice.url.partition("/realtime")[0]

    def threads() -> list[str]:
        client = OpenAI(api_key=api_key, websocket_base_url=base, base_url=base)
        with client, client.realtime.connect(model="gpt-realtime") as connection:
            connection.response.create()
            return [connection.recv().type for _ in range(4)]

    async def tasks() -> list[str]:
        client = AsyncOpenAI(api_key=api_key, websocket_base_url=base, base_url=base)
        async with client, client.realtime.connect(model="gpt-realtime") as connection:
            await connection.response.create()
            return [(await connection.recv()).type for _ in range(4)]

    assert voice.alike(threads) == voice.alike(lambda: asyncio.run(tasks()))
    assert voice.told() == [("complete", None)] * 2
    assert all("model=gpt-realtime" in exchange.request.query for exchange in voice.exchanges)


def test_a_server_is_not_touched(voice: Any) -> None:
    """Connections of a server, which have the same base classes, keep their methods."""
    for kind in filter(lambda kind: find_spec(f"websockets.{kind}"), ("asyncio", "sync", "trio")):
        server = import_module(f"websockets.{kind}.server").ServerConnection
        assert not hasattr(server.recv, "__wrapped__")
        assert not hasattr(server.send, "__wrapped__")
