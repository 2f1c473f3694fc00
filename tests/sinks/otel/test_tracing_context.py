from __future__ import annotations

import asyncio
import contextvars
import gc
import types
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from opentelemetry import context, trace

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES = [{"role": "user", "content": "Hi"}]


class TestContext:
    """The application's context is never changed for longer than the client sends."""

    @pytest.fixture(autouse=True)
    def _begin(self, bench: Any) -> Iterator[None]:
        sdk = bench.sdk()
        bench.install()
        with sdk.tracers.get_tracer("app").start_as_current_span("work"):
            self.before = context.get_current()
            yield
            assert context.get_current() == self.before

    def test_call(self, bench: Any) -> None:
        """After a call, good or bad, the context is what it was."""
        bench.chat()
        assert context.get_current() == self.before
        with pytest.raises(Exception, match="429"):
            bench.chat("mock-429@gpt-4o")

    @pytest.mark.parametrize("ending", ["read", "closed", "dropped"])
    def test_stream(self, bench: Any, ending: str) -> None:
        """Between the chunks of a stream and however it ends, the context is what it was."""
        stream = bench.chat(stream=True)
        pieces = iter(stream)
        next(pieces)
        assert context.get_current() == self.before
        for _ in pieces if ending == "read" else ():
            assert context.get_current() == self.before
        del pieces
        if ending == "closed":
            stream.close()
        elif ending == "dropped":
            del stream
            gc.collect()
        assert context.get_current() == self.before
        assert [span.name for span in bench.spans()] == ["chat gpt-4o"]

    def test_generator(self, bench: Any) -> None:
        """A generator that streams leaves the context of whoever takes from it alone, each time another."""

        def pieces() -> Iterator[Any]:
            yield from bench.chat(stream=True)

        taken = pieces()
        for number in range(3):
            token = context.attach(context.set_value("number", number))
            held = context.get_current()
            next(taken)
            assert context.get_current() == held
            context.detach(token)
        taken.close()
        gc.collect()

    def test_tasks(self, bench: Any) -> None:
        """In tasks that run at the same time each context is what it was, between chunks and after calls."""

        async def one(client: Any, number: int) -> None:
            token = context.attach(context.set_value("number", number))
            held = context.get_current()
            await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            assert context.get_current() == held
            stream = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
            async for _ in stream:
                assert context.get_current() == held
            assert context.get_current() == held
            context.detach(token)

        async def all_of_them() -> None:
            async with bench.async_openai() as client:
                await asyncio.gather(*(one(client, number) for number in range(4)))

        asyncio.run(all_of_them())
        work = trace.get_current_span().get_span_context()
        assert [span.parent.span_id for span in bench.spans()] == [work.span_id] * 8

    def test_coroutine_closed_elsewhere(self, bench: Any, caplog: pytest.LogCaptureFixture) -> None:
        """A call whose coroutine is closed in another context, as a dropped task is, ends without a word."""
        client = httpx2.AsyncClient(transport=_Never())
        calling = client.post("http://localhost:9/v1/chat/completions", json={"model": "m"})
        contextvars.copy_context().run(calling.send, None)
        calling.close()
        (row,) = bench.rows()
        assert row["outcome"] == "cancelled"
        assert caplog.messages == []


class _Never(httpx2.AsyncBaseTransport):
    """A transport that waits for ever."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait."""
        await _pause()
        raise AssertionError(request)


@types.coroutine
def _pause() -> Iterator[None]:
    yield
