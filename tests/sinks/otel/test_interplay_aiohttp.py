from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import openai
import pytest
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK: list[Any] = [{"role": "user", "content": "Hi"}]
HEADERS = {"authorization": "Bearer none-is-needed"}
THEIRS = "opentelemetry.instrumentation"


@pytest.fixture(params=[True, False], ids=["ours first", "theirs first"])
def both(bench: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The bench with keeptabs and the instrumentations of both clients on."""
    bench.sdk()
    others = [AioHttpClientInstrumentor(), HTTPX2ClientInstrumentor()]
    steps = [bench.install, *(other.instrument for other in others)]
    for step in steps if request.param else reversed(steps):
        step()
    yield bench
    for other in others:
        other.uninstrument()


async def post(url: str, *, stream: bool) -> None:
    body = {"model": "gpt-4o", "messages": ASK, "stream": stream}
    async with (
        aiohttp.ClientSession(headers=HEADERS) as session,
        session.post(f"{url}/chat/completions", json=body) as response,
    ):
        assert response.status == 200
        async for _ in response.content.iter_any():
            pass


async def ask(url: str) -> None:
    client = openai.DefaultAioHttpClient(trust_env=False)
    async with openai.AsyncOpenAI(base_url=url, api_key="none-is-needed", http_client=client) as sdk:
        await sdk.chat.completions.create(model="gpt-4o", messages=ASK)


def parents(spans: list[Any]) -> list[tuple[str, int | None]]:
    """Each span's scope, and which of the others is its parent."""
    ids = [span.context.span_id for span in spans]
    return [
        (
            span.instrumentation_scope.name.removeprefix(f"{THEIRS}."),
            ids.index(span.parent.span_id) if span.parent else None,
        )
        for span in spans
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_aiohttp(both: Any, stream: bool) -> None:
    """One LLM span, whose child is the HTTP span, and the header that goes out names the child."""
    asyncio.run(post(both.server.url, stream=stream))
    spans = both.spans()
    assert parents(spans) == [("keeptabs", None), ("aiohttp_client", 0)]
    assert len(both.rows()) == 1
    sent = both.server.requests[-1].headers["traceparent"]
    assert sent.split("-")[2] == f"{spans[1].context.span_id:016x}"


def test_httpx_over_aiohttp(both: Any) -> None:
    """With everything on there is one LLM span, one call, and one HTTP span: theirs for httpx knows its transports."""
    asyncio.run(ask(both.server.url))
    assert parents(both.spans()) == [("keeptabs", None), ("aiohttp_client", 0)]
    assert len(both.rows()) == 1


def test_suppressed(both: Any) -> None:
    """Where the application has telemetry turned off there is neither a span nor a call."""
    with suppress_instrumentation():
        asyncio.run(post(both.server.url, stream=True))
    assert (both.spans(), both.rows()) == ([], [])


def test_rows(both: Any) -> None:
    """A call of aiohttp is in the ledger with its cost and call site, and is a stream where the request says so."""
    asyncio.run(post(both.server.url, stream=False))
    asyncio.run(post(both.server.url, stream=True))
    rows = both.rows()
    assert [(row["streamed"], row["outcome"]) for row in rows] == [(0, "ok"), (1, "ok")]
    assert all(row["cost"] and row["site_function"] == "post" for row in rows)
