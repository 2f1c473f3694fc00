"""Scenarios of the asynchronous clients on trio, where it is installed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from registry import scenario
from scenarios_raw import BODY, CHAT, STREAM

if TYPE_CHECKING:
    from world import World


async def _on_trio(world: World) -> None:
    import trio

    async with world.http.AsyncClient(base_url=world.server.origin, headers={"authorization": "Bearer k"}) as client:
        world.note("plain", await client.post(CHAT, json=BODY))
        async with client.stream("POST", CHAT, json=STREAM) as response:
            world.note("lines", [line async for line in response.aiter_lines()])
        with trio.move_on_after(0.2) as moved:
            await client.post(CHAT, json=BODY, headers={"x-mock": "hang:5"})
        world.note("moved on", moved.cancelled_caught)
        with trio.CancelScope() as left:
            async with client.stream("POST", CHAT, json=STREAM, headers={"x-mock": "slow:50"}) as response:
                async for line in response.aiter_lines():
                    world.note("line", line)
                    left.cancel()
        world.note("left", left.cancelled_caught)
        world.note("after", await client.post(CHAT, json=BODY))


if importlib.util.find_spec("trio") is not None:

    @scenario("trio.calls", "sync", raw=True)
    async def trio_calls(world: World) -> None:
        """Calls, a stream and two cancellations; trio brings its own loop, so that ours is none."""
        import trio

        run: Any = trio.run
        run(_on_trio, world)
