"""Transports of an application's own, for either client module and either flavour."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import ModuleType

    from world import World

CHUNK = {
    "id": "chatcmpl-own",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hi"}, "finish_reason": None}],
}
ANSWER = {
    "id": "chatcmpl-own",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
}
TEXT = {
    "text": "Hi",
    "usage": {"type": "tokens", "input_tokens": 11, "output_tokens": 7, "total_tokens": 18},
}
EVENT_STREAM = {"content-type": "text/event-stream"}


def _event(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def chat_answer(http: ModuleType, request: Any) -> Any:
    """An answer that is made on the spot, with its body in memory."""
    if not json.loads(request.content).get("stream"):
        return http.Response(200, json=ANSWER, headers={"x-request-id": "req_own"})
    last = {**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return http.Response(200, content=_event(CHUNK) + _event(last) + b"data: [DONE]\n\n", headers=EVENT_STREAM)


def stream_answer(world: World, raised: BaseException) -> Any:
    """An answer whose body is a generator that raises after its first event."""

    def parts() -> Iterator[bytes]:
        yield _event(CHUNK)
        raise raised

    async def parts_async() -> AsyncIterator[bytes]:
        yield _event(CHUNK)
        raise raised

    content = parts_async() if world.is_async else parts()
    return world.http.Response(200, content=content, headers=EVENT_STREAM)


def answer(http: ModuleType, request: Any) -> Any:
    """An answer as the API that is asked gives it, without a look at the body."""
    return http.Response(200, json=TEXT if "audio" in request.url.path else ANSWER)


class Broken:
    """Raises in place of an answer."""

    def __init__(self, http: ModuleType, raised: BaseException) -> None:
        self._raised = raised

    def handle_request(self, request: Any) -> Any:
        """Raise."""
        raise self._raised

    async def handle_async_request(self, request: Any) -> Any:
        """Raise."""
        raise self._raised


class Moving:
    """Moves each request that has no query to one that has, and answers that, without a look at the body."""

    def __init__(self, http: ModuleType) -> None:
        self._http = http

    def handle_request(self, request: Any) -> Any:
        """Move or answer."""
        if request.url.query:
            return answer(self._http, request)
        return self._http.Response(307, headers={"location": f"{request.url.path}?moved=1"})

    async def handle_async_request(self, request: Any) -> Any:
        """Move or answer."""
        return self.handle_request(request)


class Cache:
    """Keeps answers by request body, and answers from what it has kept."""

    def __init__(self, http: ModuleType) -> None:
        self._http, self._kept, self.hits = http, {}, 0
        self._transport = http.HTTPTransport()
        self._async_transport = http.AsyncHTTPTransport()

    def handle_request(self, request: Any) -> Any:
        """Answer from the cache, or ask and keep."""
        body = request.read()
        if body not in self._kept:
            response = self._transport.handle_request(request)
            response.read()
            response.close()
            self._keep(body, response)
        else:
            self.hits += 1
        return self._answer(body)

    async def handle_async_request(self, request: Any) -> Any:
        """Answer from the cache, or ask and keep."""
        body = await request.aread()
        if body not in self._kept:
            response = await self._async_transport.handle_async_request(request)
            await response.aread()
            await response.aclose()
            self._keep(body, response)
        else:
            self.hits += 1
        return self._answer(body)

    def _keep(self, body: bytes, response: Any) -> None:
        self._kept[body] = (response.status_code, response.headers, response.content)

    def _answer(self, body: bytes) -> Any:
        status, headers, content = self._kept[body]
        return self._http.Response(status, headers=headers, content=content)

    def close(self) -> None:
        """Close the connection below."""
        self._transport.close()

    async def aclose(self) -> None:
        """Close the connection below."""
        await self._async_transport.aclose()


def make(world: World, ours: type, *arguments: Any) -> Any:
    """An instance of a transport of ours that also is one of the client module's own classes."""
    base = world.http.AsyncBaseTransport if world.is_async else world.http.BaseTransport
    return type(ours.__name__, (ours, base), {})(*arguments)
