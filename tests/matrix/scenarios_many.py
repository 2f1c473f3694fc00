"""Scenarios of many calls: side by side, one after the other, in tasks and in threads, and with large bodies."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from calls import keywords
from registry import scenario
from world import KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from world import World

TASKS = 20
THREADS = 8
MEGABYTES = 5 * 1024 * 1024


def _question(number: int, mock: str = "", **extra: Any) -> dict[str, Any]:
    content = f"Question {number:03} about tabs."
    return keywords("chat", mock, **{"messages": [{"role": "user", "content": content}], **extra})


def _note(world: World, answers: Iterable[Any]) -> None:
    """Note answers without their ids, which tell in which order the server got to them: only how many there are."""
    dumps = [answer.model_dump() for answer in answers]
    world.note("ids", len({dump.pop("id") for dump in dumps}))
    world.note("answers", dumps)


@scenario("many.gather", "async")
async def gather(world: World) -> None:
    """Twenty calls at once."""
    create = world.sdk().chat.completions.create
    _note(world, await asyncio.gather(*(create(**_question(number)) for number in range(TASKS))))


@scenario("many.gather_retries", "async")
async def gather_retries(world: World) -> None:
    """Twenty calls at once, each of which is refused once."""
    create = world.sdk(max_retries=2).chat.completions.create
    asked = (create(**_question(number, "429-then-ok")) for number in range(TASKS))
    _note(world, await asyncio.gather(*asked))


@scenario("many.gather_streams", "async")
async def gather_streams(world: World) -> None:
    """Ten streams at once."""
    create = world.sdk().chat.completions.create

    async def read(number: int) -> list[str]:
        stream = await create(**_question(number, "chunks:20", stream=True))
        return [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]

    world.note("texts", await asyncio.gather(*map(read, range(10))))


@scenario("many.threads", "sync")
async def threads(world: World) -> None:
    """Eight threads, one client."""
    create = world.sdk().chat.completions.create
    with ThreadPoolExecutor(THREADS) as pool:
        _note(world, pool.map(lambda number: create(**_question(number)), range(THREADS)))


@scenario("many.threads_retries", "sync")
async def threads_retries(world: World) -> None:
    """Eight threads whose calls are each refused twice."""
    create = world.sdk(max_retries=2).chat.completions.create
    with ThreadPoolExecutor(THREADS) as pool:
        _note(world, pool.map(lambda number: create(**_question(number, "429-twice")), range(THREADS)))


@scenario("many.thread_reads_stream", "sync")
async def thread_reads_stream(world: World) -> None:
    """A stream opened in one thread and read in another."""
    stream = world.sdk().chat.completions.create(**keywords("chat", stream=True))
    with ThreadPoolExecutor(1) as pool:
        world.note("chunks", pool.submit(lambda: [chunk.model_dump() for chunk in stream]).result())


@scenario("many.to_thread", "async")
async def to_thread(world: World) -> None:
    """A synchronous client in threads of an event loop."""
    with world.sdk_module.OpenAI(base_url=world.server.url, api_key=KEY, max_retries=0) as blocking:
        create = blocking.chat.completions.create
        _note(world, await asyncio.gather(*(asyncio.to_thread(create, **_question(n)) for n in range(3))))


@scenario("many.retries_in_a_row")
async def retries_in_a_row(world: World) -> None:
    """Three calls one after the other, of which the first and the last are refused once: attempts are not mixed up."""
    client = world.sdk(max_retries=2)
    for number, mock in enumerate(("429-then-ok", "", "429-then-ok")):
        await world.call("result", client.chat.completions.create, **_question(number, mock))


@scenario("many.stream_around_retry")
async def stream_around_retry(world: World) -> None:
    """A call that is refused once, made while a stream is being read."""
    client = world.sdk(max_retries=2)
    stream = await world.settle(client.chat.completions.create(**keywords("chat", stream=True)))
    world.note("first", await world.first(stream, 1))
    await world.call("inner", client.chat.completions.create, **_question(1, "429-then-ok"))
    await world.items("rest", stream)


@scenario("many.with_options")
async def with_options(world: World) -> None:
    """Clients derived from a client."""
    client = world.sdk()
    for label, derived in (
        ("options", client.with_options(max_retries=1, timeout=9.0)),
        ("copy", client.copy(default_headers={"x-mock": "chunks:2"})),
    ):
        await world.call(label, derived.chat.completions.create, **keywords("chat"))


@scenario("many.large")
async def large(world: World) -> None:
    """A request of five megabytes."""
    content = "tabs " * (MEGABYTES // 5)
    asked = keywords("chat", messages=[{"role": "user", "content": content}])
    await world.call("result", world.sdk().chat.completions.create, **asked)


@scenario("many.large_upload")
async def large_upload(world: World) -> None:
    """An upload of five megabytes."""
    asked = keywords("transcription", file=("a.mp3", bytes(MEGABYTES)))
    await world.call("result", world.sdk().audio.transcriptions.create, **asked)


@scenario("many.other_paths")
async def other_paths(world: World) -> None:
    """Requests that are no LLM calls: a list of models, a path of the application's own."""
    client = world.sdk()
    await world.call("model", client.models.retrieve, "gpt-4o")
    async for model in world.each(await world.settle(client.models.list())):
        world.note("listed", model.id)
    await world.call("own path", client.post, "/none-of-ours", cast_to=object, body={"model": "gpt-4o"})
