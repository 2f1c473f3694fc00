from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anthropic
import httpx
import httpx2
import httpx_aiohttp
import openai
import pytest

from keeptabs.clients.aiohttp import CLIENT
from keeptabs.core.exchange import Ending
from keeptabs.patching.patch import Patches
from keeptabs.patching.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

ASK: list[Any] = [{"role": "user", "content": "Hi"}]
KEY = "none-is-needed"
HEADERS = {"authorization": f"Bearer {KEY}"}
BODY = {"model": "gpt-4o", "messages": ASK}


@pytest.fixture
def notebook(notebook: Any) -> Iterator[Any]:
    """The notebook, with both clients patched: the one that applications hold, and the one below it."""
    patches = Patches()
    patches.install(CLIENT.targets(notebook))
    yield notebook
    patches.undo()


def sdk(url: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=url, api_key=KEY, max_retries=0, http_client=openai.DefaultAioHttpClient(trust_env=False)
    )


async def plain(url: str) -> Any:
    async with sdk(url) as client:
        return (await client.chat.completions.create(model="gpt-4o", messages=ASK)).choices[0].finish_reason


async def stream(url: str) -> Any:
    async with sdk(url) as client:
        chunks = await client.chat.completions.create(model="gpt-4o", messages=ASK, stream=True)
        return [chunk.choices[0].finish_reason async for chunk in chunks][-1]


async def left(url: str) -> Any:
    async with sdk(url) as client:
        chunks = await client.chat.completions.create(model="gpt-4o", messages=ASK, stream=True)
        first = await anext(aiter(chunks))
        await chunks.close()
        return first.choices[0].finish_reason


async def upload(url: str) -> Any:
    async with sdk(url) as client:
        return type(await client.audio.transcriptions.create(model="whisper-1", file=("a.mp3", bytes(9000)))).__name__


async def limited(url: str) -> Any:
    async with sdk(url) as client:
        with pytest.raises(openai.RateLimitError) as caught:
            await client.chat.completions.create(model="mock-429@gpt-4o", messages=ASK)
        return caught.value.code


async def unreachable(url: str) -> Any:
    async with sdk("http://127.0.0.1:9/v1") as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            await client.chat.completions.create(model="gpt-4o", messages=ASK)
        return isinstance(caught.value.__cause__, httpx2.TransportError)


async def by_hand(url: str) -> Any:
    async with httpx_aiohttp.HttpxAiohttpClient(trust_env=False) as client:
        answer = await client.post(f"{url}/chat/completions", json=BODY, headers=HEADERS)
        return answer.json()["choices"][0]["finish_reason"]


async def beside(url: str) -> Any:
    """A transport whose session the application uses itself, too."""
    transport = httpx_aiohttp.AiohttpTransport(trust_env=False)
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post(f"{url}/chat/completions", json=BODY, headers=HEADERS)
        assert not callable(transport.client)
        async with transport.client.post(f"{url}/chat/completions", json=BODY, headers=HEADERS) as response:  # type: ignore[union-attr]
            return response.status


CASES: dict[str, tuple[Callable[[str], Awaitable[Any]], Any, list[tuple[str, Ending]]]] = {
    "openai": (plain, "stop", [("httpx2", Ending.COMPLETE)]),
    "openai stream": (stream, "stop", [("httpx2", Ending.COMPLETE)]),
    "openai stream left": (left, None, [("httpx2", Ending.CLOSED)]),
    "openai upload": (upload, "Transcription", [("httpx2", Ending.COMPLETE)]),
    "openai refused": (limited, "rate_limit_exceeded", [("httpx2", Ending.COMPLETE)]),
    "openai unreachable": (unreachable, True, [("httpx2", Ending.FAILED)]),
    "httpx": (by_hand, "stop", [("httpx", Ending.COMPLETE)]),
    "beside": (beside, 200, [("httpx", Ending.COMPLETE), ("aiohttp", Ending.COMPLETE)]),
}


@pytest.mark.parametrize(("use", "result", "noted"), CASES.values(), ids=list(CASES))
def test_counted_once(
    mock_url: str, request: pytest.FixtureRequest, use: Any, result: Any, noted: list[tuple[str, Ending]]
) -> None:
    """A call through httpx over aiohttp is one call, of the client that the application holds; results are the same."""
    assert asyncio.run(use(mock_url)) == result
    notebook = request.getfixturevalue("notebook")
    assert asyncio.run(use(mock_url)) == result
    assert [(seen.client, seen.ending) for seen in notebook.exchanges] == noted


def test_anthropic(aio: Any, notebook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for the transport that anthropic brings, whatever provider is behind it."""
    monkeypatch.setattr(notebook, "wants", lambda method, path: True)
    monkeypatch.setattr(notebook, "begin", lambda client, request: Recording(client, request, (), 0, notebook._done))

    async def use(_: Any, url: str) -> Any:
        async with anthropic.AsyncAnthropic(
            base_url=url.split("/v1", maxsplit=1)[0],
            api_key=KEY,
            max_retries=0,
            http_client=anthropic.DefaultAioHttpClient(trust_env=False),
        ) as client:
            answer = await client.messages.create(model="claude-any", max_tokens=9, messages=ASK)
            return answer.id

    assert asyncio.run(aio.play(use)) == "chatcmpl-1"
    assert [seen.client for seen in notebook.exchanges] == ["httpx2"]
