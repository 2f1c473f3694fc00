"""Sessions over websockets: one turn of OpenAI's Realtime API and of Google's Live API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from table import Endpoint, Sdk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

CREATE = {"type": "response.create"}
DONE = "response.done"
FLOWS = ("stream", "error")


class Bare:
    """A session with a websocket client itself: ``origin`` is told with the scheme that the client wants."""

    def __init__(self, origin: str, is_async: bool) -> None:
        self.url = f"{origin}/v1/realtime?model=gpt-realtime"
        self.is_async = is_async

    def websockets(self) -> Any:
        """A turn with websockets."""
        url = self.url.replace("http", "ws", 1)
        return self._websockets_async(url) if self.is_async else self._websockets(url)

    def _websockets(self, url: str) -> Iterator[Any]:
        from websockets.sync.client import connect

        with connect(url, proxy=None) as socket:
            socket.send(json.dumps(CREATE))
            for message in socket:
                yield message
                if DONE in message:
                    return

    async def _websockets_async(self, url: str) -> AsyncIterator[Any]:
        from websockets.asyncio.client import connect

        async with connect(url, proxy=None) as socket:
            await socket.send(json.dumps(CREATE))
            async for message in socket:
                yield message
                if DONE in message:
                    return

    async def aiohttp(self) -> AsyncIterator[Any]:
        """A turn with aiohttp."""
        import aiohttp

        async with aiohttp.ClientSession() as session, session.ws_connect(self.url) as socket:
            await socket.send_json(CREATE)
            async for message in socket:
                yield message.data
                if DONE in message.data:
                    return


def make_openai(origin: str, is_async: bool) -> Any:
    """A client of OpenAI's SDK."""
    import openai

    return (openai.AsyncOpenAI if is_async else openai.OpenAI)(base_url=f"{origin}/v1", api_key="none")


def talk_openai(client: Any, streamed: bool) -> Any:
    """A turn of a Realtime session."""
    manager = client.realtime.connect(model="gpt-realtime")
    return _talk_async(manager) if hasattr(manager, "__aenter__") else _talk(manager)


def _talk(manager: Any) -> Iterator[Any]:
    with manager as connection:
        connection.response.create()
        for event in connection:
            yield event
            if event.type == DONE:
                return


async def _talk_async(manager: Any) -> AsyncIterator[Any]:
    async with manager as connection:
        await connection.response.create()
        async for event in connection:
            yield event
            if event.type == DONE:
                return


def make_live(origin: str, is_async: bool) -> Any:
    """The asynchronous half of Google's SDK, which alone has the Live API. It insists on TLS: that alone is changed."""
    from google import genai

    client = genai.Client(api_key="none", http_options=genai.types.HttpOptions(base_url=origin))
    client._api_client._websocket_base_url = lambda options=None: origin.replace("http", "ws", 1)
    client._api_client._websocket_ssl_ctx = {}
    return client.aio


async def talk_live(client: Any, streamed: bool) -> AsyncIterator[Any]:
    """A turn of a Live session."""
    async with client.live.connect(model="gemini-live-2.5-flash", config={"response_modalities": ["TEXT"]}) as session:
        await session.send_client_content(turns={"role": "user", "parts": [{"text": "Hi"}]}, turn_complete=True)
        async for message in session.receive():
            yield message


def bare(name: str, talk: Any, *flavours: str) -> Sdk:
    """The row of one client."""
    endpoint = Endpoint("WS realtime", talk, "realtime", "responses", flows=FLOWS)
    return Sdk(
        name=f"{name} (websocket)",
        package=name,
        http=name,
        make=Bare,
        file="realtime",
        host="api.openai.com",
        provider="openai",
        endpoints=(endpoint,),
        flavours=flavours,
        bare=True,
    )


SDKS = (
    bare("websockets", lambda client, streamed: client.websockets(), "sync", "async"),
    bare("aiohttp", lambda client, streamed: client.aiohttp(), "async"),
    Sdk(
        name="openai (Realtime)",
        package="openai",
        http="websockets",
        make=make_openai,
        file="realtime",
        host="api.openai.com",
        provider="openai",
        endpoints=(Endpoint("realtime.connect", talk_openai, "realtime", "responses", flows=FLOWS),),
    ),
    Sdk(
        name="google-genai (Live)",
        package="google-genai",
        http="websockets",
        make=make_live,
        file="realtime",
        host="generativelanguage.googleapis.com",
        provider="gcp.gemini",
        endpoints=(Endpoint("live.connect", talk_live, "live", "gemini", flows=FLOWS),),
        flavours=("async",),
    ),
)
