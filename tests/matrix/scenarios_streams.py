"""Scenarios of streams that are not simply read to their end: left, dropped, closed, wrapped, helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calls import ASK, TOOL, keywords
from registry import scenario
from scenarios_calls import USAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from world import World

MANY = "chunks:40"


async def _open(world: World, call: str = "chat", mock: str = MANY, **extra: Any) -> Any:
    client = world.sdk()
    resource = client.responses if call == "responses" else client.chat.completions
    return await world.settle(resource.create(**keywords(call, mock, stream=True, **extra)))


@scenario("stream.break_close")
async def break_close(world: World) -> None:
    """Read two chunks, then close."""
    stream = await _open(world)
    world.note("first", await world.first(stream, 2))
    await world.settle(stream.close())
    world.note("response", stream.response)


@scenario("stream.break_dropped")
async def break_dropped(world: World) -> None:
    """Read two chunks, then drop the stream."""
    stream = await _open(world)
    world.note("first", await world.first(stream, 2))
    del stream
    await world.collect()


@scenario("stream.break_responses")
async def break_responses(world: World) -> None:
    """Read two events of a response, then close."""
    stream = await _open(world, "responses")
    world.note("first", await world.first(stream, 2))
    await world.settle(stream.close())


@scenario("stream.break_after_usage")
async def break_after_usage(world: World) -> None:
    """Read everything but the end marker, then close: the call is complete, whatever the application does not read."""
    stream = await _open(world, mock="chunks:2", **USAGE)
    world.note("first", await world.first(stream, 5))
    await world.settle(stream.close())


@scenario("stream.never_read")
async def never_read(world: World) -> None:
    """Open a stream, read nothing, drop it."""
    stream = await _open(world)
    world.note("stream", stream)
    del stream
    await world.collect()


@scenario("stream.with")
async def with_stream(world: World) -> None:
    """A stream as a context manager, read to its end."""
    async with world.entered(await _open(world, **USAGE)) as stream:
        await world.items("chunks", stream)
    world.note("response", stream.response)


@scenario("stream.with_break")
async def with_break(world: World) -> None:
    """A stream as a context manager, left after two chunks."""
    async with world.entered(await _open(world)) as stream:
        world.note("first", await world.first(stream, 2))
    world.note("response", stream.response)


def _fail() -> None:
    raise KeyError("the application's own")


@scenario("stream.with_raise")
async def with_raise(world: World) -> None:
    """The application raises in the midst of a stream."""
    try:
        async with world.entered(await _open(world)) as stream:
            world.note("first", await world.first(stream, 2))
            _fail()
    except KeyError as error:
        world.note("raised", error)
    world.note("response", stream.response)


@scenario("stream.read_twice")
async def read_twice(world: World) -> None:
    """Iterate over a stream again after its end."""
    stream = await _open(world)
    await world.items("chunks", stream)
    await world.items("again", stream)


@scenario("stream.closed_twice")
async def closed_twice(world: World) -> None:
    """Read to the end, close, close again."""
    stream = await _open(world)
    await world.items("chunks", stream)
    for label in ("close", "close again"):
        await world.call(label, stream.close)
    world.note("response", stream.response)


@scenario("stream.read_after_close")
async def read_after_close(world: World) -> None:
    """Iterate over a stream that was closed."""
    stream = await _open(world)
    await world.settle(stream.close())
    await world.items("chunks", stream)


@scenario("stream.client_closed")
async def client_closed(world: World) -> None:
    """Close the client while a stream is open, then read on."""
    client = world.sdk()
    stream = await world.settle(client.chat.completions.create(**keywords("chat", "slow:20,chunks:8", stream=True)))
    world.note("first", await world.first(stream, 2))
    await world.settle(client.close())
    try:
        await world.first(stream, 2)
    except Exception as error:  # noqa: BLE001 - all of them are part of what is compared
        world.note("raised", error)
    await world.settle(stream.close())


@scenario("stream.generator")
async def generator(world: World) -> None:
    """The application's own generator over a stream, left early and closed."""

    async def words() -> AsyncIterator[Any]:
        async for chunk in world.each(stream):
            yield chunk

    stream = await _open(world)
    chosen = words()
    world.note("first", await anext(chosen))
    await chosen.aclose()
    await world.settle(stream.close())
    world.note("response", stream.response)


def _helpers(client: Any) -> Any:
    """Where this version of the SDK has its helpers for chat."""
    return client.chat if hasattr(client.chat.completions, "stream") else client.beta.chat


@scenario("helper.chat")
async def helper_chat(world: World) -> None:
    """The SDK's own accumulator of chat streams."""
    chat = _helpers(world.sdk())
    async with world.entered(chat.completions.stream(**keywords("chat", **USAGE))) as stream:
        await world.items("events", stream)
        await world.call("final", stream.get_final_completion)


@scenario("helper.chat_tools")
async def helper_tools(world: World) -> None:
    """The accumulator with a function call."""
    chat = _helpers(world.sdk())
    given = keywords("chat", "tools", tools=[TOOL], **USAGE)
    async with world.entered(chat.completions.stream(**given)) as stream:
        await world.items("events", stream)
        await world.call("final", stream.get_final_completion)


@scenario("helper.chat_break")
async def helper_break(world: World) -> None:
    """The accumulator, left early."""
    chat = _helpers(world.sdk())
    async with world.entered(chat.completions.stream(**keywords("chat", MANY))) as stream:
        world.note("first", await world.first(stream, 3))


@scenario("helper.responses")
async def helper_responses(world: World) -> None:
    """The accumulator of response streams."""
    client = world.sdk()
    async with world.entered(client.responses.stream(model="gpt-4o", input="Tell me about tabs.")) as stream:
        await world.items("events", stream)
        await world.call("final", stream.get_final_response)


@scenario("helper.parse")
async def helper_parse(world: World) -> None:
    """Structured output, parsed by the SDK."""
    parse = _helpers(world.sdk()).completions.parse
    await world.call("parsed", parse, model="gpt-4o", messages=ASK, tools=[TOOL], extra_headers={"x-mock": "tools"})
