"""An app whose calls an engine is told of: the real SDKs, each call under the name of its case.

``engine_app.py OPENAI_URL ANTHROPIC_URL STORE``; where the spans go is said by OpenTelemetry's own variables.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anthropic
import openai

import keeptabs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONG = "Answer kindly, in two sentences, and never promise a date. " * 90  # more than 1,024 tokens: half is cached
TOLD = {"stream": True, "stream_options": {"include_usage": True}}


class App:
    """The calls, one method a way to ask."""

    def __init__(self, openai_url: str, anthropic_url: str) -> None:
        self._openai = openai.OpenAI(base_url=openai_url, api_key="none-is-needed")
        self._anthropic = anthropic.Anthropic(base_url=anthropic_url, api_key="none-is-needed")

    def chat(self, model: str, text: str = "Hello.", trouble: str = "", **more: Any) -> None:
        """A chat completion, read to its end."""
        headers = {"x-mock": trouble} if trouble else None
        messages: Any = [{"role": "user", "content": text}]
        answer = self._openai.chat.completions.create(model=model, messages=messages, extra_headers=headers, **more)
        _read(answer)

    def respond(self, model: str, text: str, **more: Any) -> None:
        """A response."""
        _read(self._openai.responses.create(model=model, input=text, **more))

    def embed(self, model: str) -> None:
        """The vectors of three texts."""
        self._openai.embeddings.create(model=model, input=["one", "two", LONG])

    def message(self, model: str, usage: str, **more: Any) -> None:
        """A message of Anthropic's, of which the server says what was used: see ``engine_anthropic.py``."""
        messages: Any = [{"role": "user", "content": usage}]
        _read(self._anthropic.messages.create(model=model, max_tokens=900, messages=messages, **more))


def _read(answer: Any) -> None:
    if isinstance(answer, openai.Stream | anthropic.Stream):
        for _ in answer:
            pass


def cases(app: App) -> Iterator[tuple[str, Callable[[], None]]]:
    """Every call, by the name of its case."""
    yield "chat", lambda: app.chat("gpt-4o")
    yield "cached input", lambda: app.chat("gpt-4o-mini", LONG)
    yield "stream", lambda: app.chat("gpt-4.1", **TOLD)
    yield "cached stream", lambda: app.chat("gpt-4.1-mini", LONG, **TOLD)
    yield "stream without usage", lambda: app.chat("gpt-4.1-nano", stream=True)
    yield "stream cut off", lambda: app.chat("gpt-4o-mini", trouble="stream-dies", **TOLD)
    yield "reasoning", lambda: app.respond("o3", LONG)
    yield "reasoning stream", lambda: app.respond("gpt-5-mini", "Why?", stream=True)
    yield "newest model", lambda: app.chat("gpt-6-luna", LONG)
    yield "429, then an answer", lambda: app.chat("gpt-4o", trouble="429-then-ok")
    yield "refused request", lambda: app.chat("gpt-4o", trouble="policy")
    yield "embeddings", lambda: app.embed("text-embedding-3-small")
    yield "model without a price", lambda: app.chat("house-model-7b")
    yield "flex tier", lambda: app.respond("gpt-5-mini", LONG, service_tier="flex")
    yield "message", lambda: app.message("claude-sonnet-5-5", "input=2100 output=310")
    yield "cache read", lambda: app.message("claude-haiku-5-5", "input=90 cache_read=4000 output=75")
    yield "cache write", lambda: app.message("claude-sonnet-4-6", "input=12 cache_5m=3000 output=40")
    yield "cache write for an hour", lambda: app.message("claude-sonnet-4-6", "input=12 cache_1h=3000 output=40")
    yield "message stream", lambda: app.message("claude-opus-5-5", "input=800 cache_read=2000 output=64", stream=True)
    yield "web search", lambda: app.message("claude-sonnet-4-6", "input=5000 output=200 searches=3")


def names() -> list[str]:
    """The names of all attempts: the cases, and the one that is made again."""
    found = [name for name, _ in cases(App("http://127.0.0.1:1", "http://127.0.0.1:1"))]
    return [*found, "429, then an answer (attempt 2)"]


def main(openai_url: str, anthropic_url: str, store: str) -> int:
    """Make every call, a failure of the provider's included, and wait until all of them are told of."""
    keeptabs.install(store=store, service="engine-app")
    for name, call in cases(App(openai_url, anthropic_url)):
        with keeptabs.tag(feature=name), suppress(openai.APIError, anthropic.APIError):
            call()
    return 0 if keeptabs.flush(30.0) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
