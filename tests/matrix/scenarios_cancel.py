"""Scenarios of calls that are cancelled: tasks, timeouts and scopes, before the answer and in the midst of a stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
from calls import keywords
from registry import scenario

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from world import World

HANG = keywords("chat", "hang:5")
SLOW = keywords("chat", "slow:100", stream=True)
SEEN_SECONDS = 10.0  # how long a scenario waits for the server to have seen a request


async def _cancelled(world: World, work: Coroutine[Any, Any, Any], ready: Any) -> None:
    """Start work as a task, cancel it when it is ready, and note how it ended."""
    task = asyncio.create_task(work)
    await ready()
    task.cancel()
    try:
        world.note("result", await task)
    except asyncio.CancelledError as error:
        world.note("cancelled", error)
    world.note("task", [task.done(), task.cancelled()])


async def _asked(world: World) -> None:
    """Wait until the server has seen a request."""
    async with asyncio.timeout(SEEN_SECONDS):
        while not world.server.requests:  # noqa: ASYNC110 - the server is in another thread and tells nobody
            await asyncio.sleep(0.01)


async def _after(world: World, client: Any) -> None:
    """The client is as good as new: another call goes through."""
    await world.call("after", client.chat.completions.create, **keywords("chat"))


@scenario("cancel.before_answer", "async")
async def before_answer(world: World) -> None:
    """Cancel a task that waits for the answer."""
    client = world.sdk()
    await _cancelled(world, client.chat.completions.create(**HANG), lambda: _asked(world))
    await _after(world, client)


@scenario("cancel.before_start", "async")
async def before_start(world: World) -> None:
    """Cancel a task before it has begun."""
    client = world.sdk()
    task = asyncio.create_task(client.chat.completions.create(**HANG))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        world.note("cancelled", error)
    await _after(world, client)


@scenario("cancel.in_stream", "async")
async def in_stream(world: World) -> None:
    """Cancel a task that waits for the third chunk."""
    client, two = world.sdk(), asyncio.Event()

    async def read() -> None:
        count = 0
        async for chunk in await client.chat.completions.create(**SLOW):
            world.note("chunk", chunk)
            count += 1
            if count == 2:
                two.set()

    await _cancelled(world, read(), two.wait)
    await world.collect()
    await _after(world, client)


@scenario("cancel.in_with_stream", "async")
async def in_with_stream(world: World) -> None:
    """Cancel a task inside ``async with`` of a stream."""
    client, first = world.sdk(), asyncio.Event()

    async def read() -> None:
        async with await client.chat.completions.create(**SLOW) as stream:
            async for chunk in stream:
                world.note("chunk", chunk)
                first.set()

    await _cancelled(world, read(), first.wait)
    await _after(world, client)


@scenario("cancel.in_streaming_response", "async")
async def in_streaming_response(world: World) -> None:
    """Cancel a task inside ``with_streaming_response``."""
    client, first = world.sdk(), asyncio.Event()

    async def read() -> None:
        async with client.chat.completions.with_streaming_response.create(**SLOW) as response:
            async for line in response.iter_lines():
                world.note("line", line)
                first.set()

    await _cancelled(world, read(), first.wait)
    await _after(world, client)


@scenario("cancel.swallowed", "async")
async def swallowed(world: World) -> None:
    """The application catches the cancellation in the midst of a stream, closes it and goes on."""
    client, first = world.sdk(), asyncio.Event()

    async def read() -> str:
        stream = await client.chat.completions.create(**SLOW)
        try:
            async for _ in stream:
                first.set()
        except asyncio.CancelledError:
            await stream.close()
        return "went on"

    await _cancelled(world, read(), first.wait)
    await _after(world, client)


@scenario("cancel.timeout", "async")
async def timeout(world: World) -> None:
    """``asyncio.timeout`` around a call."""
    client = world.sdk()
    try:
        async with asyncio.timeout(0.2):
            await client.chat.completions.create(**HANG)
    except TimeoutError as error:
        world.note("raised", error)
    await _after(world, client)


@scenario("cancel.wait_for", "async")
async def wait_for(world: World) -> None:
    """``asyncio.wait_for`` around a call."""
    client = world.sdk()
    try:
        await asyncio.wait_for(client.chat.completions.create(**HANG), 0.2)
    except TimeoutError as error:
        world.note("raised", error)
    await _after(world, client)


@scenario("cancel.scope", "async")
async def scope(world: World) -> None:
    """An anyio cancel scope around a call, and one around a stream."""
    client = world.sdk()
    with anyio.move_on_after(0.2) as moved:
        await client.chat.completions.create(**HANG)
    world.note("moved on", moved.cancel_called)
    with anyio.CancelScope() as left:
        async for chunk in await client.chat.completions.create(**SLOW):
            world.note("chunk", chunk)
            left.cancel()
    world.note("left", left.cancel_called)
    await _after(world, client)


@scenario("cancel.task_group", "async")
async def task_group(world: World) -> None:
    """A task group in which one task fails while the other waits for its answer."""
    client = world.sdk()

    async def fail() -> None:
        await _asked(world)
        raise KeyError("the application's own")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(client.chat.completions.create(**HANG))
            group.create_task(fail())
    except* KeyError as errors:
        world.note("raised", errors)
    await _after(world, client)


@scenario("cancel.in_retry", "async")
async def in_retry(world: World) -> None:
    """Cancel a task that sleeps before its second attempt."""
    client = world.sdk(max_retries=2)
    await _cancelled(world, client.chat.completions.create(**keywords("chat", "429:3000")), lambda: _answered(world))
    await _after(world, client)


async def _answered(world: World) -> None:
    """Wait until the server has surely answered the request that it has seen."""
    await _asked(world)
    await asyncio.sleep(0.3)
