"""The HTTP clients themselves, without an SDK: chat completions of OpenAI with each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from table import Endpoint, Sdk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PATH = "/v1/chat/completions"
HEADERS = {"authorization": "Bearer none", "content-type": "application/json"}
ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Tell me about tabs."}]}


def body(streamed: bool) -> bytes:
    """The request."""
    extra: Any = {"stream": True, "stream_options": {"include_usage": True}} if streamed else {}
    return json.dumps({**ASK, **extra}).encode()


def make_httpx(module: str) -> Any:
    """A maker of clients of httpx or of its successor."""

    def make(origin: str, is_async: bool) -> Any:
        from importlib import import_module

        http = import_module(module)
        return (http.AsyncClient if is_async else http.Client)(base_url=origin, headers=HEADERS, trust_env=False)

    return make


def ask_httpx(client: Any, streamed: bool) -> Any:
    """Post, or stream; ``raise_for_status`` is what makes an exception of a refusal."""
    if hasattr(client, "aclose"):
        return _streamed_async(client) if streamed else _posted_async(client)
    if streamed:
        return _streamed(client)
    response = client.post(PATH, content=body(streamed=False))
    response.raise_for_status()
    return [response.status_code, response.headers.multi_items(), response.json()]


def _streamed(client: Any) -> Iterator[Any]:
    with client.stream("POST", PATH, content=body(streamed=True)) as response:
        yield from response.iter_lines()


async def _posted_async(client: Any) -> Any:
    response = await client.post(PATH, content=body(streamed=False))
    response.raise_for_status()
    return [response.status_code, response.headers.multi_items(), response.json()]


async def _streamed_async(client: Any) -> AsyncIterator[Any]:
    async with client.stream("POST", PATH, content=body(streamed=True)) as response:
        async for line in response.aiter_lines():
            yield line


class Requests:
    """A session of requests."""

    def __init__(self, origin: str, is_async: bool) -> None:
        import requests

        self._origin, self._session = origin, requests.Session()

    def ask(self, streamed: bool) -> Any:
        """Post, and read whole or line by line."""
        response = self._session.post(self._origin + PATH, data=body(streamed), headers=HEADERS, stream=streamed)
        response.raise_for_status()
        return response.iter_lines() if streamed else [response.status_code, dict(response.headers), response.json()]

    def close(self) -> None:
        """Close the session."""
        self._session.close()


class Urllib3:
    """A pool manager of urllib3, which raises nothing for a refusal: the case does."""

    def __init__(self, origin: str, is_async: bool) -> None:
        import urllib3

        self._origin, self._pools = origin, urllib3.PoolManager(retries=False)

    def ask(self, streamed: bool) -> Any:
        """Post, and read whole or chunk by chunk."""
        response = self._pools.request(
            "POST", self._origin + PATH, body=body(streamed), headers=HEADERS, preload_content=not streamed
        )
        if response.status >= 400:
            raise RuntimeError(response.status, response.data.decode())
        return response.stream() if streamed else [response.status, dict(response.headers), response.json()]

    def close(self) -> None:
        """Close the pools."""
        self._pools.clear()


class HttpClient:
    """A connection of the standard library, which raises nothing for a refusal: the case does."""

    def __init__(self, origin: str, is_async: bool) -> None:
        import http.client

        self._connection = http.client.HTTPConnection(urlsplit(origin).netloc)

    def ask(self, streamed: bool) -> Any:
        """Post, and read whole or line by line."""
        self._connection.request("POST", PATH, body(streamed), HEADERS)
        response = self._connection.getresponse()
        if response.status >= 400:
            raise RuntimeError(response.status, response.read().decode())
        return iter(response) if streamed else [response.status, response.getheaders(), json.load(response)]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Urllib:
    """``urllib.request``, over the standard library's connection."""

    def __init__(self, origin: str, is_async: bool) -> None:
        self._origin = origin

    def ask(self, streamed: bool) -> Any:
        """Post, and read whole or line by line."""
        from urllib.request import Request, urlopen

        response = urlopen(Request(self._origin + PATH, body(streamed), HEADERS))
        return iter(response) if streamed else [response.status, response.getheaders(), json.load(response)]


class Aiohttp:
    """A session of aiohttp."""

    def __init__(self, origin: str, is_async: bool) -> None:
        import aiohttp

        self._origin, self._session = origin, aiohttp.ClientSession(headers=HEADERS, raise_for_status=True)

    def ask(self, streamed: bool) -> Any:
        """Post, and read whole or line by line."""
        return self._streamed() if streamed else self._posted()

    async def _posted(self) -> Any:
        async with self._session.post(self._origin + PATH, data=body(streamed=False)) as response:
            return [response.status, list(response.headers.items()), await response.json()]

    async def _streamed(self) -> AsyncIterator[bytes]:
        async with self._session.post(self._origin + PATH, data=body(streamed=True)) as response:
            async for line in response.content:
                yield line

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()


def row(name: str, make: Any, ask: Any, *flavours: str, http: str = "") -> Sdk:
    """The row of one client."""
    return Sdk(
        name=name,
        package="" if http else name,
        http=http or name,
        make=make,
        file="openai",
        host="api.openai.com",
        provider="openai",
        flavours=flavours,
        endpoints=(Endpoint("POST chat.completions", ask, "chat", "chat"),),
        bare=True,
    )


def _ask(client: Any, streamed: bool) -> Any:
    return client.ask(streamed)


SDKS = (
    row("httpx", make_httpx("httpx"), ask_httpx, "sync", "async"),
    row("httpx2", make_httpx("httpx2"), ask_httpx, "sync", "async"),
    row("requests", Requests, _ask, "sync"),
    row("urllib3", Urllib3, _ask, "sync"),
    row("http.client", HttpClient, _ask, "sync", http="http.client"),
    row("urllib.request", Urllib, _ask, "sync", http="http.client"),
    row("aiohttp", Aiohttp, _ask, "async"),
)
