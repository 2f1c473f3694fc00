from __future__ import annotations

import asyncio
import inspect
import io
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from keeptabs.clients.aiohttp import CLIENT
from keeptabs.core.wire import multipart
from keeptabs.patching.patch import Patches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

BODY = {"model": "gpt-4o", "messages": []}
JSON = json.dumps(BODY).encode()
EVENTS = [b'data: {"choices":[]}\n\n', b'data: {"choices":[],"usage":{"prompt_tokens":3}}\n\n', b"data: [DONE]\n\n"]


@pytest.fixture
def notebook(notebook: Any) -> Iterator[Any]:
    """The notebook, with aiohttp patched too."""
    patches = Patches()
    patches.install(CLIENT.targets(notebook))
    yield notebook
    patches.undo()


def test_a_body_is_seen_as_it_arrives(aio: Any, notebook: Any) -> None:
    """A stream is noted once its last byte is here, with the time of each piece, and its reader is itself again."""

    async def use(session: Any, url: str) -> None:
        async with session.post(f"{url}?how=stream", json=BODY) as response:
            first = await response.content.readany()
            assert (type(response.content) is aiohttp.StreamReader, notebook.exchanges) == (False, [])
            assert first + await response.content.read() == b"".join(EVENTS)
            assert type(response.content) is aiohttp.StreamReader
            assert len(notebook.exchanges) == 1

    asyncio.run(aio.play(use))
    (seen,) = notebook.exchanges
    assert seen.timing.chunks == 3
    assert seen.timing.longest_gap > 0


BY_REQUEST = "auto_decompress" in inspect.signature(aiohttp.ClientSession._request).parameters


@pytest.mark.parametrize("by_request", [False, True] if BY_REQUEST else [False])
def test_encoded_bytes_that_the_application_asked_for(aio: Any, notebook: Any, by_request: bool) -> None:
    """Without aiohttp's decoding the application gets encoded bytes, and the note is the same."""
    own, its = ({}, {"auto_decompress": False}) if by_request else ({"auto_decompress": False}, {})

    async def use(session: Any, url: str) -> Any:
        async with session.post(f"{url}?how=gzip", json=BODY, **its) as response:
            return await response.read()

    assert asyncio.run(aio.play(use, **own))[:2] == b"\x1f\x8b"
    (seen,) = notebook.exchanges
    assert (b"prompt_tokens" in seen.response.body, seen.gaps) == (True, ())


def test_another_call_is_not_noted(aio: Any, notebook: Any) -> None:
    """A request to another path passes as if nothing were there, and so does what is no request at all."""

    async def use(session: Any, url: str) -> Any:
        async with session.post(url.replace("chat/completions", "files"), data=b"x") as response:
            assert await response.json() == await response.json()
        with pytest.raises(aiohttp.InvalidURL):
            await session.post("/v1/chat/completions", json=BODY)
        with pytest.raises(TypeError):
            await session.post(None)

    asyncio.run(aio.play(use))
    assert notebook.exchanges == []


def test_the_method_still_looks_like_itself(notebook: Any) -> None:
    """Name and kind of the wrapped method are aiohttp's own."""
    assert aiohttp.ClientSession._request.__qualname__ == "ClientSession._request"
    assert asyncio.iscoroutinefunction(aiohttp.ClientSession._request)


def form(**files: Any) -> aiohttp.FormData:
    made = aiohttp.FormData(files)
    made.add_field("model", "whisper-1")
    made.add_field("n", "2", content_type="text/plain")
    return made


async def pieces() -> AsyncIterator[bytes]:
    yield JSON[:9]
    yield JSON[9:]


class Named(str):
    __slots__ = ()


BODIES: dict[str, tuple[Callable[[], dict[str, Any]], bytes]] = {
    "json": (lambda: {"json": BODY}, b'{"model":"gpt-4o","messages":[]}'),
    "json of more than JSON": (
        lambda: {"json": {"model": Named("gpt-4o"), "n": (1, None)}},
        b'{"model":"gpt-4o","n":[1,null]}',
    ),
    "json without UTF-8": (lambda: {"json": {"model": "\ud800"}}, b""),
    "bytes": (lambda: {"data": JSON}, JSON),
    "bytearray": (lambda: {"data": bytearray(JSON)}, JSON),
    "text": (lambda: {"data": JSON.decode()}, JSON),
    "payload": (lambda: {"data": aiohttp.JsonPayload(BODY)}, JSON),
    "generator": (lambda: {"data": pieces()}, JSON),
    "file": (lambda: {"data": io.BytesIO(JSON)}, b""),
    "nothing": (dict, b""),
    "compressed": (lambda: {"data": JSON, "compress": "deflate"}, JSON),
}


@pytest.mark.parametrize(("options", "noted"), BODIES.values(), ids=list(BODIES))
def test_bodies(aio: Any, request: pytest.FixtureRequest, options: Any, noted: bytes) -> None:
    """What is sent is the same to the byte; it is noted where it is in memory, or while it goes out."""

    async def use(session: Any, url: str) -> Any:
        async with session.post(url, **options()) as response:
            return await response.json()

    expected = asyncio.run(aio.play(use))
    notebook = request.getfixturevalue("notebook")
    assert asyncio.run(aio.play(use)) == expected
    assert aio.bodies[0] == aio.bodies[1]
    assert [seen.request.body for seen in notebook.exchanges] == [noted]


FORMS: dict[str, tuple[Callable[[], Any], dict[str, str | None] | None]] = {
    "form": (lambda: form(file=io.BytesIO(b"x" * 200_000)), {"file": None, "model": "whisper-1", "n": "2"}),
    "dictionary": (lambda: {"model": "whisper-1", "file": io.BytesIO(b"x")}, {"model": "whisper-1", "file": None}),
    "pairs": (lambda: [("model", "whisper-1"), ("file", io.BytesIO(b"x"))], {"model": "whisper-1", "file": None}),
    "no files": (lambda: {"model": "whisper-1"}, None),
}


@pytest.mark.parametrize(("data", "noted"), FORMS.values(), ids=list(FORMS))
def test_forms(aio: Any, notebook: Any, data: Any, noted: dict[str, str | None] | None) -> None:
    """The texts of an upload are noted as multipart; its files are sent and left out."""

    async def use(session: Any, url: str) -> Any:
        async with session.post(url.replace("chat/completions", "audio/transcriptions"), data=data()) as response:
            return response.status

    assert asyncio.run(aio.play(use)) == 200
    assert (b"x" in aio.bodies[0]) is (noted is not None)
    (seen,) = notebook.exchanges
    found = multipart.fields(seen.request.body, seen.request.headers.get("content-type"))
    assert {name: field.value for name, (field,) in found.items()} == (noted or {})


def test_what_a_request_says(aio: Any, notebook: Any) -> None:
    """URL, query and headers are noted as the session puts them together; one-shot iterables are left to aiohttp."""

    async def use(session: Any, url: str) -> Any:
        headers = {"X-One": "1"}
        async with session.request("post", url + "?a=b", json=BODY, params={"c": "d"}, headers=headers):
            pass
        async with session.post(url, json=BODY, headers=(pair for pair in headers.items())) as response:
            return response.request_info.headers["X-One"]

    assert asyncio.run(aio.play(use, headers={"Authorization": "Bearer none"})) == "1"
    first, second = (seen.request for seen in notebook.exchanges)
    assert (first.method, first.scheme, first.host, first.query) == ("POST", "http", "127.0.0.1", "a=b&c=d")
    assert first.port == int(aio.url.split(":")[2].split("/")[0])
    assert [first.headers.get(name) for name in ("x-one", "authorization")] == ["1", "Bearer none"]
    assert [second.headers.get(name) for name in ("x-one", "authorization")] == [None, "Bearer none"]


def test_a_base_url(aio: Any, notebook: Any) -> None:
    """A path that only the session's base makes whole is seen whole."""

    async def use(session: Any, url: str) -> None:
        base, _, path = url.partition("/v1")
        async with aiohttp.ClientSession(base) as based, based.post(f"/v1{path}", json=BODY):
            pass

    asyncio.run(aio.play(use))
    assert [seen.request.path for seen in notebook.exchanges] == ["/v1/chat/completions"]
