"""A provider of aiohttp's own on loopback, for the tests of its client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ANSWER = {"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}}
EVENTS = [b'data: {"choices":[]}\n\n', b'data: {"choices":[],"usage":{"prompt_tokens":3}}\n\n', b"data: [DONE]\n\n"]
BROKEN = {"error": {"code": "insufficient_quota", "message": "No money"}}
ENCODINGS = {"gzip": web.ContentCoding.gzip, "deflate": web.ContentCoding.deflate}


class Provider:
    """What it does stands in the query, and what it got is kept."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[bytes] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        how = request.query.get("how", "")
        if how == "silent":
            await asyncio.sleep(30)
        if how == "moved":
            raise web.HTTPTemporaryRedirect(request.path)
        if how == "astray":
            raise web.HTTPTemporaryRedirect(f"http://127.0.0.1:9{request.path}")
        if how == "empty":
            return web.Response(status=204)
        if how.isdecimal():
            return web.json_response(BROKEN, status=int(how))
        return web.json_response(ANSWER) if not how else await self._stream(request, how)

    async def _stream(self, request: web.Request, how: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if how in ENCODINGS:
            response.enable_compression(ENCODINGS[how])
        await response.prepare(request)
        for event in EVENTS:
            await response.write(event)
            await asyncio.sleep(30 if how == "hangs" else 0.01)
            if how == "dies" and request.transport:
                request.transport.abort()
        return response

    async def play(
        self, use: Callable[[Any, str], Awaitable[Any]], kind: Any = aiohttp.ClientSession, **options: Any
    ) -> Any:
        """What an application sees that uses a session, of a kind and with options of its own."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self.answer)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/chat/completions"
        try:
            async with kind(**options) as session:
                return await use(session, self.url)
        finally:
            await runner.cleanup()
