from __future__ import annotations

import asyncio
from email.utils import formatdate
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import hishel
import pytest

from keeptabs.meter import measure

if TYPE_CHECKING:
    from pathlib import Path

CHAT = ("POST", "https://api.openai.com/v1/chat/completions")
RESULT = ("GET", "https://api.openai.com/v1/responses/resp_1")
BODY = {"model": "gpt-4o", "messages": []}
ANSWERS = {
    "POST": {"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}},
    "GET": {"id": "resp_1", "status": "completed", "background": True, "usage": {"input_tokens": 3}},
}
LINE = tuple(int(part) for part in version("hishel").split(".")[:2])
ASKED = RESULT if LINE >= (1, 0) else CHAT  # from 1.0 on, hishel follows RFC 9111, and never answers a POST itself


def _two(module: Any, kind: str, below: Any, path: Path) -> Any:
    """The caching transport of hishel 2."""
    names = import_module(f"hishel.{module.__name__}")
    storage = (hishel.AsyncSqliteStorage if kind == "async" else hishel.SqliteStorage)(database_path=path)
    made = names.AsyncCacheTransport if kind == "async" else names.CacheTransport
    return made(below, storage, rfc=True)


def _one(module: Any, kind: str, below: Any, path: Path) -> Any:
    """That of hishel 1."""
    names = import_module(f"hishel.{module.__name__}")
    storage = (hishel.AsyncSqliteStorage if kind == "async" else hishel.SyncSqliteStorage)(database_path=path)
    made = names.AsyncCacheTransport if kind == "async" else names.SyncCacheTransport
    return made(below, storage)


def _nought(module: Any, kind: str, below: Any, path: Path) -> Any:
    """That of hishel 0.1, which only knows httpx."""
    if module.__name__ != "httpx":
        pytest.skip("hishel 0.1 is for httpx alone")
    storage = hishel.AsyncInMemoryStorage() if kind == "async" else hishel.InMemoryStorage()
    made = hishel.AsyncCacheTransport if kind == "async" else hishel.CacheTransport
    return made(below, storage, hishel.Controller(cacheable_methods=["POST"]))


CACHED = _two if LINE >= (2, 0) else _one if LINE >= (1, 0) else _nought


class Origin:
    """A provider whose answers may be kept for so long, and are confirmed to who asks."""

    def __init__(self, module: Any, control: str) -> None:
        self.module, self.control, self.statuses = module, control, []  # type: tuple[Any, str, list[int]]

    def __call__(self, request: Any) -> Any:
        known = request.headers.get("if-none-match") == '"1"'
        self.statuses.append(304 if known else 200)
        headers = {"date": formatdate(usegmt=True), "cache-control": self.control, "etag": '"1"'}
        if known:
            return self.module.Response(304, headers=headers)
        return self.module.Response(200, headers=headers, json=ANSWERS[request.method])


def twice(origin: Origin, kind: str, path: Path, streamed: bool) -> list[bytes]:
    """What an application gets that asks twice through a cache."""
    module, below = origin.module, origin.module.MockTransport(origin)
    if kind == "sync":
        with module.Client(transport=CACHED(module, kind, below, path)) as client:
            return [_read(client, streamed) for _ in range(2)]

    async def asked() -> list[bytes]:
        async with module.AsyncClient(transport=CACHED(module, kind, below, path)) as client:
            return [await _aread(client, streamed) for _ in range(2)]

    return asyncio.run(asked())


def _read(client: Any, streamed: bool) -> bytes:
    if not streamed:
        return client.request(*ASKED, json=BODY).content  # type: ignore[no-any-return]
    with client.stream(*ASKED, json=BODY) as response:
        return b"".join(response.iter_bytes())


async def _aread(client: Any, streamed: bool) -> bytes:
    if not streamed:
        return (await client.request(*ASKED, json=BODY)).content  # type: ignore[no-any-return]
    async with client.stream(*ASKED, json=BODY) as response:
        return b"".join([chunk async for chunk in response.aiter_bytes()])


CONTROLS = {
    "fresh": ("max-age=3600", ["local"], [200]),
    "confirmed": ("max-age=0", ["local"], [200, 304]),
    "not kept": ("no-store", [None], [200, 200]),
}


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("control", "second", "sent"), CONTROLS.values(), ids=list(CONTROLS))
def test_hishel(
    module: Any,
    notebook: Any,
    tmp_path: Path,
    kind: str,
    streamed: bool,
    control: str,
    second: list[str | None],
    sent: list[int],
) -> None:
    """What a cache answers, or a provider only confirms, is a call that was answered locally and has all its tokens."""
    origin = Origin(module, control)
    got = twice(origin, kind, tmp_path / "cache.db", streamed)
    assert got[0] == got[1]
    assert origin.statuses == sent
    calls = [measure(seen, None) for seen in notebook.exchanges]
    assert [call and call.cached for call in calls] == [None, *second]
    assert [call and call.usage and call.usage.raw for call in calls] == [calls[0].usage.raw] * 2  # type: ignore[union-attr]


OWN_WORDS = {
    "hishel 2": ({"caching": {"from_cache": True, "revalidated": False, "stored": False}}, True),
    "hishel 2 stored": ({"caching": {"from_cache": False, "revalidated": False, "stored": True}}, False),
    "hishel 1": ({"hishel_from_cache": True}, True),
    "hishel 1 missed": ({"hishel_from_cache": False}, False),
    "hishel 0.1": ({"from_cache": True, "cache_metadata": {}}, True),
    "hishel 0.1 missed": ({"from_cache": False}, False),
    "none": ({}, False),
    "something else": ({"caching": "from_cache"}, False),
    "no flag": ({"from_cache": "yes"}, False),
}


@pytest.mark.parametrize(("said", "cached"), OWN_WORDS.values(), ids=list(OWN_WORDS))
def test_words_of_every_line(module: Any, notebook: Any, said: dict[str, Any], cached: bool) -> None:
    """Each line of hishel says it in its own words; no others are taken for them."""
    transport = module.MockTransport(lambda request: module.Response(200, json=ANSWERS["POST"], extensions=said))
    with module.Client(transport=transport) as client:
        client.request(*CHAT, json=BODY)
    assert [seen.cached for seen in notebook.exchanges] == [cached]


@pytest.mark.skipif(not (1, 0) <= LINE < (2, 0), reason="only hishel 1 has policies of filters")
def test_policy_of_filters(module: Any, notebook: Any, tmp_path: Path) -> None:
    """A policy that keeps whatever comes answers POST requests too."""
    names, origin = import_module(f"hishel.{module.__name__}"), Origin(module, "no-store")
    storage = hishel.SyncSqliteStorage(database_path=tmp_path / "cache.db")
    policy = hishel.FilterPolicy()
    policy.use_body_key = True
    with module.Client(transport=names.SyncCacheTransport(module.MockTransport(origin), storage, policy)) as client:
        assert client.request(*CHAT, json=BODY).content == client.request(*CHAT, json=BODY).content
    assert [seen.cached for seen in notebook.exchanges] == [False, True]
