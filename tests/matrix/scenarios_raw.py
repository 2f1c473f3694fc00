"""Scenarios of the HTTP clients without any SDK: requests, responses and the ways to read them."""

from __future__ import annotations

import inspect
import pickle
from typing import TYPE_CHECKING, Any, NamedTuple

from calls import ASK
from registry import scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from world import World

CHAT = "/v1/chat/completions"
BODY: dict[str, Any] = {"model": "gpt-4o", "messages": ASK}
STREAM: dict[str, Any] = {**BODY, "stream": True, "stream_options": {"include_usage": True}}


class Post(NamedTuple):
    """A row: one plain ``post`` to the server, and what the server is asked to do."""

    name: str
    mock: str = ""
    body: Any = BODY
    path: str = CHAT
    headers: Mapping[str, str] = {}


POSTS: tuple[Post, ...] = (
    Post("plain"),
    Post("stream_as_whole", body=STREAM),
    Post("gzip", "gzip"),
    Post("deflate", "deflate"),
    Post("liar", "liar"),
    Post("bad_json", "bad-json"),
    Post("bad_sse", "bad-sse", STREAM),
    Post("stream_error", "stream-error", STREAM),
    Post("html", "html"),
    Post("drop", "drop"),
    Post("dies", "stream-dies"),
    Post("stream_dies", "stream-dies", STREAM),
    Post("no_key", headers={"authorization": ""}),
    Post("not_found", "404"),
    Post("limited", "429"),
    Post("embeddings", body={"model": "text-embedding-3-small", "input": "one"}, path="/v1/embeddings"),
    Post("responses", body={"model": "gpt-4o", "input": "Hello"}, path="/v1/responses"),
    Post("query", path=f"{CHAT}?tag=one"),
    Post("no_model", body={"messages": ASK}),
    Post("own_path", path="/v1/none-of-ours"),
)


def _enter(post: Post) -> None:
    @scenario(f"post.{post.name}", raw=True)
    async def run(world: World) -> None:
        headers = {"x-mock": post.mock, **post.headers} if post.mock else post.headers
        await world.call("response", world.client().post, post.path, json=post.body, headers=headers)


for _post in POSTS:
    _enter(_post)


READ: dict[str, tuple[str, str, dict[str, Any]]] = {
    # how: the method of a response, that of an asynchronous one, and its keywords
    "bytes": ("iter_bytes", "aiter_bytes", {}),
    "bytes_7": ("iter_bytes", "aiter_bytes", {"chunk_size": 7}),
    "text": ("iter_text", "aiter_text", {}),
    "lines": ("iter_lines", "aiter_lines", {}),
    "raw": ("iter_raw", "aiter_raw", {}),
    "raw_50": ("iter_raw", "aiter_raw", {"chunk_size": 50}),
}


def _enter_read(how: str, mock: str) -> None:
    @scenario(f"read.{how}_{mock or 'plain'}", raw=True)
    async def run(world: World) -> None:
        name, name_async, keywords = READ[how]
        opened = world.client().stream("POST", CHAT, json=STREAM, headers={"x-mock": mock or "ok"})
        async with world.entered(opened) as response:
            world.note("response", response)
            await world.items(how, getattr(response, name_async if world.is_async else name)(**keywords))
            world.note("response read", response)
        world.note("response closed", response)


for _how in READ:
    _enter_read(_how, "")
for _mock in ("gzip", "split", "stream-dies", "liar"):
    _enter_read("bytes", _mock)
    _enter_read("raw", _mock)


def _reader(world: World, response: Any) -> Callable[[], Any]:
    read: Callable[[], Any] = response.aread if world.is_async else response.read
    return read


@scenario("send.stream_read", raw=True)
async def stream_read(world: World) -> None:
    """``send(stream=True)``, then ``read``, then the content again."""
    client = world.client()
    request = client.build_request("POST", CHAT, json=BODY)
    response = await world.settle(client.send(request, stream=True))
    world.note("open", response)
    await world.call("content", _reader(world, response))
    world.note("read", response)
    await world.close(response)
    world.note("closed", response)


@scenario("send.stream_close", raw=True)
async def stream_close(world: World) -> None:
    """``send(stream=True)``, then ``close`` without reading."""
    client = world.client()
    response = await world.settle(client.send(client.build_request("POST", CHAT, json=STREAM), stream=True))
    await world.close(response)
    world.note("closed", response)
    await world.call("read after close", _reader(world, response))


@scenario("send.stream_break", raw=True)
async def stream_break(world: World) -> None:
    """``send(stream=True)``, two pieces, then ``close``; then the bytes again, which are gone."""
    client = world.client()
    response = await world.settle(client.send(client.build_request("POST", CHAT, json=STREAM), stream=True))
    name = "aiter_raw" if world.is_async else "iter_raw"
    world.note("first", await world.first(getattr(response, name)(), 2))
    await world.close(response)
    world.note("closed", response)
    await world.items("again", getattr(response, name)())


@scenario("send.stream_dropped", raw=True)
async def stream_dropped(world: World) -> None:
    """``send(stream=True)``, then nothing more."""
    client = world.client()
    response = await world.settle(client.send(client.build_request("POST", CHAT, json=STREAM), stream=True))
    world.note("open", response)
    del response
    await world.collect()


@scenario("send.wrong_read", raw=True)
async def wrong_read(world: World) -> None:
    """Read a response in the other flavour's way, which the client refuses."""
    client = world.client()
    response = await world.settle(client.send(client.build_request("POST", CHAT, json=STREAM), stream=True))
    await world.get("read", response.read if world.is_async else response.aread)
    await world.close(response)
    world.note("closed", response)


@scenario("send.twice", raw=True)
async def twice(world: World) -> None:
    """One request object, sent twice, once as a keyword."""
    client = world.client()
    request = client.build_request("POST", CHAT, json=BODY)
    await world.call("first", client.send, request)
    await world.call("second", client.send, request=request)
    world.note("request", request)


@scenario("send.top_level", "sync", raw=True)
async def top_level(world: World) -> None:
    """The module's own functions, without any client in sight."""
    url, headers = f"{world.server.origin}{CHAT}", {"authorization": "Bearer k"}
    await world.call("post", world.http.post, url, json=BODY, headers=headers, trust_env=False)
    with world.http.stream("POST", url, json=STREAM, headers=headers, trust_env=False) as response:
        await world.items("lines", response.iter_lines())


@scenario("send.pickle", raw=True)
async def pickled(world: World) -> None:
    """Responses and requests survive pickling, as they did."""
    response = await world.get("response", world.client().post, CHAT, json=BODY)
    world.note("pickled response", pickle.loads(pickle.dumps(response)))
    world.note("pickled request", pickle.loads(pickle.dumps(response.request)))


@scenario("send.timeout", raw=True)
async def timeout(world: World) -> None:
    """The server does not answer in time, and stops in the midst of a stream."""
    client = world.client(timeout=0.3)
    await world.get("post", client.post, CHAT, json=BODY, headers={"x-mock": "hang:5"})
    opened = client.stream("POST", CHAT, json=STREAM, headers={"x-mock": "slow:150,batch:2,chunks:2"}, timeout=0.4)
    async with world.entered(opened) as response:
        await world.items("bytes", response.aiter_bytes() if world.is_async else response.iter_bytes())


@scenario("send.refused", raw=True)
async def refused(world: World) -> None:
    """Nobody listens at the port."""
    client = world.client()
    world.server.stop()
    await world.get("post", client.post, CHAT, json=BODY)


@scenario("send.closed_client", raw=True)
async def closed_client(world: World) -> None:
    """A client that was closed refuses to send."""
    client = world.client()
    await world.close(client)
    await world.get("post", client.post, CHAT, json=BODY)


@scenario("send.get", raw=True)
async def get(world: World) -> None:
    """A request that is no LLM call."""
    await world.call("models", world.client().get, "/v1/models/gpt-4o")


@scenario("send.wrong_call", raw=True)
async def wrong_call(world: World) -> None:
    """``send`` called as it cannot be."""
    client = world.client()
    await world.get("nothing", client.send)
    await world.get("text", client.send, "no request")
    request = client.build_request("POST", CHAT, json=BODY)
    await world.get("unknown keyword", client.send, request, none_of_httpx=True)


@scenario("send.surface", raw=True)
async def surface(world: World) -> None:
    """What introspection sees of ``send``."""
    for owner in (world.http.Client, world.http.AsyncClient):
        send = owner.send
        world.note(
            owner.__name__,
            [
                str(inspect.signature(send)),
                inspect.iscoroutinefunction(send),
                inspect.isfunction(send),
                send.__name__,
                send.__qualname__,
                send.__module__,
                send.__doc__,
            ],
        )
