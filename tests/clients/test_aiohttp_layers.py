from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from keeptabs.clients.aiohttp import CLIENT
from keeptabs.meter import measure
from keeptabs.patching.patch import Patches

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = {"model": "gpt-4o", "messages": []}


@pytest.fixture
def notebook(notebook: Any) -> Iterator[Any]:
    """The notebook, with aiohttp patched too."""
    patches = Patches()
    patches.install(CLIENT.targets(notebook))
    yield notebook
    patches.undo()


async def post(session: Any, url: str) -> Any:
    async with session.post(url, json=BODY) as response:
        return await response.json()


def test_trace_configs(aio: Any, notebook: Any) -> None:
    """The application's tracing is told everything, inside our call."""
    told: list[str] = []
    trace = aiohttp.TraceConfig()

    async def tell(session: Any, context: Any, params: Any) -> None:
        told.append(type(params).__name__)

    for signal in (trace.on_request_start, trace.on_request_chunk_sent, trace.on_response_chunk_received):
        signal.append(tell)
    trace.on_request_end.append(tell)
    asyncio.run(aio.play(post, trace_configs=[trace]))
    assert told == [
        "TraceRequestStartParams",
        "TraceRequestChunkSentParams",
        "TraceRequestEndParams",
        "TraceResponseChunkReceivedParams",
    ]
    assert len(notebook.exchanges) == 1


@pytest.mark.skipif(not hasattr(aiohttp, "ClientMiddlewareType"), reason="middlewares are there since aiohttp 3.12")
def test_middlewares(aio: Any, notebook: Any) -> None:
    """What a middleware sends again, or sends beside it, is inside the call that the application made."""

    async def again(request: Any, handler: Any) -> Any:
        first = await handler(request)
        await first.read()
        await post(request.session, f"{aio.url}?how=429") if not request.url.query else None
        return await handler(request)

    assert asyncio.run(aio.play(post, middlewares=[again]))["id"] == "chatcmpl-1"
    assert len(aio.bodies) == 4
    assert [seen.response.status for seen in notebook.exchanges] == [200]


def test_raise_for_status_that_reads(aio: Any, notebook: Any) -> None:
    """A body that the session's own check has read is noted."""

    async def check(response: Any) -> None:
        await response.read()

    assert asyncio.run(aio.play(post, raise_for_status=check))["id"] == "chatcmpl-1"
    assert b"chatcmpl-1" in notebook.exchanges[0].response.body


def test_a_session_of_a_subclass(aio: Any, notebook: Any) -> None:
    """A session that overrides the seam is seen where it calls on, once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # aiohttp discourages it

        class Session(aiohttp.ClientSession):
            async def _request(self, *args: Any, **kwargs: Any) -> Any:
                return await super()._request(*args, **kwargs)

    assert asyncio.run(aio.play(post, kind=Session))["id"] == "chatcmpl-1"
    assert len(notebook.exchanges) == 1


def test_retries(aio: Any, notebook: Any) -> None:
    """Each attempt of aiohttp-retry is a call."""
    retry = pytest.importorskip("aiohttp_retry")

    async def use(session: Any, url: str) -> Any:
        options = retry.ExponentialRetry(attempts=3, start_timeout=0.01, statuses={429}, methods={"POST"})
        client = retry.RetryClient(session, retry_options=options)
        async with client.post(f"{url}?how=429", json=BODY) as response:
            return response.status

    assert asyncio.run(aio.play(use)) == 429
    assert [seen.response.status for seen in notebook.exchanges] == [429] * 3


def test_a_cache(aio: Any, notebook: Any) -> None:
    """An answer out of a cache is a call that cost nothing; the one that filled it is another."""
    cache = pytest.importorskip("aiohttp_client_cache")
    kept = cache.CacheBackend(allowed_methods=["POST"])

    async def use(session: Any, url: str) -> Any:
        return [await post(session, url), await post(session, url), len(aio.bodies)]

    first, second, sent = asyncio.run(aio.play(use, kind=cache.CachedSession, cache=kept))
    assert (first, sent) == (second, 1)
    calls = [measure(seen, None) for seen in notebook.exchanges]
    assert [call and call.cached for call in calls] == [None, "local"]
    assert notebook.exchanges[0].response.body == notebook.exchanges[1].response.body


def test_a_cache_that_stores_nothing(aio: Any, notebook: Any) -> None:
    """What a caching session only passes on is read as from any other, piece by piece."""
    cache = pytest.importorskip("aiohttp_client_cache")

    async def use(session: Any, url: str) -> Any:
        async with session.post(f"{url}?how=stream", json=BODY) as response:
            return [line async for line in response.content][-2]

    assert asyncio.run(aio.play(use, kind=cache.CachedSession)) == b"data: [DONE]\n"
    assert [(seen.cached, seen.timing.chunks) for seen in notebook.exchanges] == [(False, 3)]


def test_undone(aio: Any, notebook: Any) -> None:
    """Once the patches are off, nothing is noted, and the seam is aiohttp's own function."""
    patches = Patches()
    before = aiohttp.ClientSession.__dict__["_request"]
    patches.install(CLIENT.targets(notebook))
    patches.undo()
    assert aiohttp.ClientSession.__dict__["_request"] is before
