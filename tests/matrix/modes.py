"""The ways to make a call with the SDK and to take its answer: each notes all that an application can see."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calls import CALLS, method
from describe import kind, response

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from world import World

    Mode = Callable[[World, Any, str, dict[str, Any]], Coroutine[Any, Any, None]]

LEGACY = ("status_code", "headers", "url", "method", "http_version", "request_id", "retries_taken", "text", "content")


async def plain(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
    """The ordinary call."""
    await world.call("result", method(client, CALLS[call][0]), **keywords)


async def stream(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
    """``stream=True``, read to its end."""
    opened = await world.get("stream", method(client, CALLS[call][0]), **keywords, stream=True)
    if opened is not None:
        await _read(world, opened)


async def _read(world: World, opened: Any) -> None:
    world.note("stream", opened)
    world.note("response", opened.response)
    await world.items("chunks", opened)
    world.note("response at the end", opened.response)


async def raw(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
    """``with_raw_response``."""
    name, _, last = CALLS[call][0].rpartition(".")
    got = await world.get("raw", getattr(method(client, name).with_raw_response, last), **keywords)
    if got is None:
        return
    world.note("class", kind(got))
    for attribute in LEGACY:
        value = getattr(got, attribute, "missing")
        world.note(attribute, dict(value) if attribute == "headers" else str(value) if attribute == "url" else value)
    world.note("elapsed", kind(got.elapsed))
    world.note("response", got.http_response)
    await world.call("parsed", got.parse)
    await world.call("parsed again", got.parse)


async def raw_stream(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
    """``with_raw_response`` of a stream."""
    name, _, last = CALLS[call][0].rpartition(".")
    create = getattr(method(client, name).with_raw_response, last)
    got = await world.get("raw", create, **keywords, stream=True)
    if got is not None:
        world.note("response", got.http_response)
        await _read(world, got.parse())


def streaming(how: str) -> Mode:
    """``with_streaming_response``, its answer taken in one of the ways of ``TAKE``."""

    async def run(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
        name, _, last = CALLS[call][0].rpartition(".")
        manager = getattr(method(client, name).with_streaming_response, last)(**keywords)
        try:
            async with world.entered(manager) as got:
                world.note("class", kind(got))
                world.note("headers", dict(got.headers))
                world.note("response", got.http_response)
                await TAKE[how](world, got)
        except Exception as error:  # noqa: BLE001 - all of them are part of what is compared
            world.note("raised", error)
        else:
            world.note("response at the end", response(got.http_response))

    return run


async def _lines(world: World, got: Any) -> None:
    await world.items("lines", got.iter_lines())


async def _bytes(world: World, got: Any) -> None:
    await world.items("bytes", got.iter_bytes())


async def _small(world: World, got: Any) -> None:
    await world.items("bytes", got.iter_bytes(7))


async def _text(world: World, got: Any) -> None:
    await world.items("text", got.iter_text())


async def _wire(world: World, got: Any) -> None:
    http = got.http_response
    await world.items("raw bytes", http.aiter_raw() if world.is_async else http.iter_raw())


async def _read_twice(world: World, got: Any) -> None:
    await world.call("read", got.read)
    await world.call("read again", got.read)


async def _json(world: World, got: Any) -> None:
    await world.call("json", got.json)


async def _parse(world: World, got: Any) -> None:
    await world.call("parse", got.parse)


async def _file(world: World, got: Any) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "got")
        await world.call("stream_to_file", got.stream_to_file, file)
        world.note("file", _bytes_of(file))


def _bytes_of(file: Path) -> bytes:
    return file.read_bytes()


async def _nothing(world: World, got: Any) -> None:
    world.note("nothing read", got.is_closed)


TAKE: dict[str, Callable[[World, Any], Coroutine[Any, Any, None]]] = {
    "lines": _lines,
    "bytes": _bytes,
    "small": _small,
    "text": _text,
    "wire": _wire,
    "read": _read_twice,
    "json": _json,
    "parse": _parse,
    "file": _file,
    "nothing": _nothing,
}


async def binary(world: World, client: Any, call: str, keywords: dict[str, Any]) -> None:
    """A binary answer, in every way that it can be taken once it is read."""
    got = await world.get("binary", method(client, CALLS[call][0]), **keywords)
    if got is None:
        return
    world.note("class", kind(got))
    world.note("content", got.content)
    world.note("response", got.response)
    world.note("read", got.read())
    await world.items("iter_bytes", got.iter_bytes(1000))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "got")
        got.write_to_file(file)
        world.note("file", _bytes_of(file))


MODES: dict[str, Mode] = {
    "plain": plain,
    "stream": stream,
    "raw": raw,
    "raw_stream": raw_stream,
    "binary": binary,
    **{f"streaming_{how}": streaming(how) for how in TAKE},
}
