"""Scenarios of SDK clients with an HTTP client of the application's own: transports, hooks, caches, other modules."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from typing import TYPE_CHECKING, Any

from calls import keywords
from describe import plain
from registry import scenario
from transports import Broken, Cache, chat_answer, make, stream_answer

if TYPE_CHECKING:
    from world import World

ELSEWHERE = "https://api.openai.com/v1"


def _over(world: World, **options: Any) -> Any:
    """An SDK client over an HTTP client of our own."""
    given = {"trust_env": False, **options}
    http = (world.http.AsyncClient if world.is_async else world.http.Client)(**given)
    return world.sdk(http_client=http, **({"base_url": ELSEWHERE} if "transport" in options else {}))


async def _ask(world: World, client: Any, label: str = "result", mock: str = "") -> None:
    await world.call(label, client.chat.completions.create, **keywords("chat", mock))


@scenario("client.own")
async def own(world: World) -> None:
    """A plain HTTP client passed in."""
    client = _over(world)
    await _ask(world, client)
    await _ask(world, client, "refused", "400")


@scenario("client.default")
async def default(world: World) -> None:
    """The SDK's own HTTP client class passed in, with settings."""
    name = "DefaultAsyncHttpxClient" if world.is_async else "DefaultHttpxClient"
    http = getattr(world.sdk_module, name)(limits=world.http.Limits(max_connections=1), trust_env=False)
    client = world.sdk(http_client=http)
    await _ask(world, client)
    await _ask(world, client, "again")


@scenario("client.mock_transport")
async def mock_transport(world: World) -> None:
    """A transport that answers by itself, plain and streamed, at the real host's name."""
    transport = world.http.MockTransport(lambda request: chat_answer(world.http, request))
    client = _over(world, transport=transport)
    await _ask(world, client)
    stream = await world.settle(client.chat.completions.create(**keywords("chat", stream=True)))
    await world.items("chunks", stream)
    world.note("response", stream.response)


@scenario("client.cache")
async def cache(world: World) -> None:
    """A caching transport: the application asks twice, the server answers once."""
    transport = make(world, Cache, world.http)
    client = _over(world, transport=transport, mounts={})
    client = client.with_options(base_url=world.server.url)
    await _ask(world, client)
    await _ask(world, client, "from the cache")
    world.note("hits", transport.hits)


@scenario("client.hooks")
async def hooks(world: World) -> None:
    """Event hooks that look at request and response."""
    seen: list[Any] = []

    def look(what: Any) -> None:
        seen.append(plain(what))

    async def look_async(what: Any) -> None:
        seen.append(plain(what))

    hook = look_async if world.is_async else look
    client = _over(world, event_hooks={"request": [hook], "response": [hook]})
    await _ask(world, client)
    await world.items("chunks", await world.settle(client.chat.completions.create(**keywords("chat", stream=True))))
    world.note("seen", seen)


@scenario("client.hook_reads")
async def hook_reads(world: World) -> None:
    """A response hook that reads the whole body of a stream."""

    def read(response: Any) -> None:
        response.read()

    async def read_async(response: Any) -> None:
        await response.aread()

    client = _over(world, event_hooks={"response": [read_async if world.is_async else read]})
    stream = await world.settle(client.chat.completions.create(**keywords("chat", stream=True)))
    world.note("response", stream.response)
    await world.items("chunks", stream)


@scenario("client.hook_raises")
async def hook_raises(world: World) -> None:
    """A response hook that raises for a status, as the documentation of httpx shows."""

    def check(response: Any) -> None:
        response.raise_for_status()

    async def check_async(response: Any) -> None:
        response.raise_for_status()

    client = _over(world, event_hooks={"response": [check_async if world.is_async else check]})
    await _ask(world, client, mock="404")


@scenario("client.transport_raises")
async def transport_raises(world: World) -> None:
    """Transports that raise: an error of the client module, the application's own, and no Exception at all."""
    for raised in (world.http.ConnectError("no"), ValueError("the application's own"), KeyboardInterrupt()):
        client = _over(world, transport=make(world, Broken, world.http, raised))
        await _ask(world, client, type(raised).__name__)


@scenario("client.body_raises")
async def body_raises(world: World) -> None:
    """Bodies that raise in their midst, read by the SDK as a stream."""
    for raised in (world.http.ReadError("cut"), ValueError("the application's own"), KeyboardInterrupt()):
        transport = world.http.MockTransport(lambda _, raised=raised: stream_answer(world, raised))
        client = _over(world, transport=transport)
        stream = await world.settle(client.chat.completions.create(**keywords("chat", stream=True)))
        label = type(raised).__name__
        try:
            await world.items(label, stream)
        except KeyboardInterrupt as error:
            world.note(f"{label} raised", error)


@scenario("client.refused")
async def refused(world: World) -> None:
    """Nobody listens at the port."""
    client = world.sdk()
    world.server.stop()
    await _ask(world, client)
    await world.get("stream", client.chat.completions.create, **keywords("chat", stream=True))


async def other_module(world: World) -> None:
    """An HTTP client of the module that the SDK had before, which newer versions still take."""
    httpx = import_module("httpx")
    http = (httpx.AsyncClient if world.is_async else httpx.Client)(trust_env=False)
    client = world.sdk(http_client=http)
    await _ask(world, client)
    await _ask(world, client, "refused", "404")
    stream = await world.settle(client.chat.completions.create(**keywords("chat", stream=True)))
    await world.items("chunks", stream)
    world.note("response", stream.response)


if all(map(importlib.util.find_spec, ("httpx", "httpx2"))):
    scenario("client.other_module")(other_module)


@scenario("client.subclass")
async def subclass(world: World) -> None:
    """A subclass of the client that has a ``send`` of its own around the client's."""
    base = world.http.AsyncClient if world.is_async else world.http.Client
    sent: list[str] = []

    class Ours(base):  # type: ignore[misc, valid-type]
        def send(self, request: Any, **options: Any) -> Any:
            sent.append(request.method)
            return super().send(request, **options)

    client = world.sdk(http_client=Ours(trust_env=False))
    await _ask(world, client)
    world.note("sent", sent)
