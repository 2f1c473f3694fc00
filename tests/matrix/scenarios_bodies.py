"""Scenarios of raw clients with request bodies of all kinds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from calls import AUDIO
from registry import scenario
from scenarios_raw import BODY, CHAT
from transports import Broken, make

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from world import World

UPLOAD = "/v1/audio/transcriptions"
FORM = {"model": "gpt-4o-transcribe", "prompt": "Tabs"}
BYTES = json.dumps(BODY).encode()
PIECE = 30
JSON = {"content-type": "application/json"}
MEGABYTES = 5 * 1024 * 1024


def _pieces() -> Iterator[bytes]:
    for start in range(0, len(BYTES), PIECE):
        yield BYTES[start : start + PIECE]


async def _pieces_async() -> AsyncIterator[bytes]:
    for piece in _pieces():
        yield piece


def generated_body(world: World) -> Any:
    """A chat's body that is made while it is sent."""
    return _pieces_async() if world.is_async else _pieces()


def _failing() -> Iterator[bytes]:
    yield BYTES[:PIECE]
    raise ValueError("the application's own")


async def _failing_async() -> AsyncIterator[bytes]:
    for piece in _failing():
        yield piece


@scenario("body.multipart", raw=True)
async def multipart(world: World) -> None:
    """An upload, whose request object looks as it did before."""
    response = await world.call("response", world.client().post, UPLOAD, data=FORM, files={"file": AUDIO})
    world.note("request", response.request)


@scenario("body.multipart_twice", raw=True)
async def multipart_twice(world: World) -> None:
    """One upload request, sent twice."""
    client = world.client()
    request = client.build_request("POST", UPLOAD, data=FORM, files={"file": AUDIO})
    await world.call("first", client.send, request)
    await world.call("second", client.send, request)
    world.note("request", request)


@scenario("body.multipart_refused", raw=True)
async def multipart_refused(world: World) -> None:
    """An upload that fails, and whose request is sent again elsewhere."""
    client = world.client()
    request = client.build_request("POST", UPLOAD, data=FORM, files={"file": AUDIO}, headers={"x-mock": "drop"})
    await world.get("first", client.send, request)
    world.note("request", request)
    await world.get("second", client.send, request)


@scenario("body.multipart_large", raw=True)
async def multipart_large(world: World) -> None:
    """An upload of five megabytes, file first."""
    file = ("a.mp3", bytes(MEGABYTES))
    await world.call("response", world.client().post, UPLOAD, data=FORM, files={"file": file})


@scenario("body.large", raw=True)
async def large(world: World) -> None:
    """A request body of five megabytes."""
    messages = [{"role": "user", "content": "tabs " * (MEGABYTES // 5)}]
    await world.call("response", world.client().post, CHAT, json={**BODY, "messages": messages})


@scenario("body.generated", raw=True)
async def generated(world: World) -> None:
    """A body that is made while it is sent, and cannot be sent twice."""
    client = world.client()
    request = client.build_request("POST", CHAT, content=generated_body(world), headers=JSON)
    await world.call("first", client.send, request)
    await world.get("second", client.send, request)
    world.note("request", request)


@scenario("body.bytes", raw=True)
async def as_bytes(world: World) -> None:
    """A body of bytes."""
    await world.call("response", world.client().post, CHAT, content=BYTES, headers=JSON)


@scenario("body.read_before", raw=True)
async def read_before(world: World) -> None:
    """A generated body that the application reads before it sends."""
    client = world.client()
    request = client.build_request("POST", CHAT, content=generated_body(world), headers=JSON)
    await world.call("read", request.aread if world.is_async else request.read)
    await world.call("response", client.send, request)


@scenario("body.failing", raw=True)
async def failing(world: World) -> None:
    """A body that raises while it is sent."""
    client = world.client()
    content = _failing_async() if world.is_async else _failing()
    request = client.build_request("POST", CHAT, content=content, headers=JSON)
    await world.get("response", client.send, request)
    world.note("request", request)


@scenario("body.empty", raw=True)
async def empty(world: World) -> None:
    """No body at all, and one that is no JSON."""
    client = world.client()
    await world.call("none", client.post, CHAT)
    await world.call("no JSON", client.post, CHAT, content=b"\xff\xfe{", headers=JSON)


@scenario("body.transport_raises", raw=True)
async def transport_raises(world: World) -> None:
    """An upload that never gets out: the exception's request is the application's own."""
    raised = world.http.ConnectError("no")
    client = world.client(transport=make(world, Broken, world.http, raised), base_url="https://api.openai.com")
    request = client.build_request("POST", UPLOAD, data=FORM, files={"file": AUDIO})
    await world.get("response", client.send, request)
    world.note("request", request)


@scenario("hooks.upload", raw=True)
async def hooks_upload(world: World) -> None:
    """A request hook that changes a header of an upload, and a response hook that sees the request."""
    seen: list[Any] = []

    def stamp(request: Any) -> None:
        request.headers["x-stamp"] = "1"
        seen.append(request.method)

    async def stamp_async(request: Any) -> None:
        stamp(request)

    client = world.client(event_hooks={"request": [stamp_async if world.is_async else stamp]})
    await world.call("response", client.post, UPLOAD, data=FORM, files={"file": AUDIO})
    world.note("seen", seen)
