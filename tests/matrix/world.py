"""What a scenario works with: a fresh server, clients of it, a transcript, and one way to write sync and async."""

from __future__ import annotations

import asyncio
import gc
import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from describe import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import ModuleType

    from keeptabs.testing.mock import MockServer

KEY = "k" * 20
ROUNDS = 10  # of collecting: generators of generators of a stream are closed one a round


class World:
    """One scenario's surroundings.

    ``http`` is the client module of the scenario: the SDK's own, or the raw one under test. A scenario is written
    once, as a coroutine: ``settle``, ``each`` and ``entered`` take a synchronous client's objects as they take an
    asynchronous one's, and without any of the latter nothing in it ever waits.
    """

    def __init__(self, flavour: str, http: ModuleType, openai: ModuleType | None, server: MockServer) -> None:
        self.is_async, self.http, self.openai, self.server = flavour == "async", http, openai, server
        self.notes: list[list[Any]] = []
        self.ports = [server.origin.rpartition(":")[2]]
        self._opened: list[Any] = []

    @property
    def sdk_module(self) -> Any:
        """The SDK, in scenarios that are only run where there is one."""
        return self.openai

    def sdk(self, **options: Any) -> Any:
        """A client of the SDK, closed at the end of the scenario."""
        given = {"base_url": self.server.url, "api_key": KEY, "max_retries": 0, **options}
        make = self.sdk_module.AsyncOpenAI if self.is_async else self.sdk_module.OpenAI
        return self.opened(make(**given))

    def client(self, **options: Any) -> Any:
        """A raw HTTP client, closed at the end of the scenario."""
        given = {"headers": {"authorization": f"Bearer {KEY}"}, "trust_env": False, **options}
        if "transport" not in given:
            given = {"base_url": self.server.origin, **given}
        make = self.http.AsyncClient if self.is_async else self.http.Client
        return self.opened(make(**given))

    def opened(self, client: Any) -> Any:
        """Take note of what is to be closed at the end."""
        self._opened.append(client)
        return client

    async def finish(self) -> None:
        """Close the scenario's clients."""
        for client in reversed(self._opened):
            await self.get("closing the client", self.close, client)
        self._opened.clear()

    def note(self, label: str, value: Any) -> None:
        """Put what the application sees into the transcript."""
        self.notes.append([label, plain(value)])

    async def call(self, label: str, function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        """Call, note the result or the exception, and give the result."""
        result = await self.get(label, function, *args, **keywords)
        if result is not None:
            self.note(label, result)
        return result

    async def get(self, label: str, function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        """Call and give the result; only an exception is noted."""
        try:
            return await self.settle(function(*args, **keywords))
        except BaseException as error:  # noqa: BLE001 - all of them are part of what is compared
            self.note(f"{label} raised", error)
            return None

    async def settle(self, value: Any) -> Any:
        """The value of an awaitable, or the value itself."""
        return await value if inspect.isawaitable(value) else value

    async def each(self, iterable: Any) -> AsyncIterator[Any]:
        """Iterate over either kind of iterable, to its end."""
        if hasattr(iterable, "__aiter__"):
            async for one in iterable:
                yield one
        else:
            for one in iterable:
                yield one

    async def items(self, label: str, iterable: Any) -> None:
        """Iterate to the end or to an exception, and note everything that came."""
        seen: list[Any] = []
        try:
            async for one in self.each(iterable):
                seen.append(plain(one))  # noqa: PERF401 - what came before an exception counts
        except Exception as error:  # noqa: BLE001 - all of them are part of what is compared
            self.note(f"{label} raised", error)
        self.note(label, seen)

    async def first(self, iterable: Any, count: int) -> list[Any]:
        """The first items of an iterable, which is then left alone, as ``break`` leaves it."""
        if hasattr(iterable, "__aiter__"):
            waiting = aiter(iterable)
            return [plain(await anext(waiting)) for _ in range(count)]
        ready = iter(iterable)
        return [plain(next(ready)) for _ in range(count)]

    @asynccontextmanager
    async def entered(self, manager: Any) -> AsyncIterator[Any]:
        """Enter either kind of context manager."""
        if hasattr(manager, "__aenter__"):
            async with manager as value:
                yield value
        else:
            with manager as value:
                yield value

    async def close(self, what: Any) -> None:
        """Close a client, stream or response of either kind."""
        close = getattr(what, "aclose", None) if self.is_async else None
        await self.settle((close or what.close)())

    async def collect(self) -> None:
        """Let the garbage collector, and the event loop's part in it, do their work."""
        for _ in range(ROUNDS):
            gc.collect()
            if self.is_async:
                await asyncio.sleep(0)
