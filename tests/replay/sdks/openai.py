"""OpenAI's own SDK, in its newest version."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk

ASK = [{"role": "user", "content": "Tell me about tabs."}]


def make(origin: str, is_async: bool) -> Any:
    """A client, which tries again once."""
    import openai

    kind = openai.AsyncOpenAI if is_async else openai.OpenAI
    return kind(base_url=f"{origin}/v1", api_key="none", max_retries=1)


def chat(client: Any, streamed: bool) -> Any:
    """Chat completions; a stream is asked for its usage."""
    extra: Any = {"stream": True, "stream_options": {"include_usage": True}} if streamed else {}
    return client.chat.completions.create(model="gpt-4o", messages=ASK, **extra)


SDKS = (
    Sdk(
        name="openai",
        package="openai",
        http="httpx2",
        environment="openai-3",
        make=make,
        file="openai",
        host="api.openai.com",
        provider="openai",
        endpoints=(
            Endpoint("chat.completions", chat, "chat", "chat", r"api\.openai\.com/v1/chat/completions$"),
            Endpoint(
                "responses",
                lambda client, streamed: client.responses.create(model="gpt-4o", input="Hi", stream=streamed),
                "responses",
                "responses",
                r"api\.openai\.com/v1/responses$",
            ),
            Endpoint(
                "completions",
                lambda client, streamed: client.completions.create(
                    model="gpt-3.5-turbo-instruct", prompt="Tabs are", stream=streamed
                ),
                "completions",
                "chat",
                r"api\.openai\.com/v1/completions$",
            ),
            Endpoint(
                "embeddings",
                lambda client, streamed: client.embeddings.create(model="text-embedding-3-small", input=["one", "two"]),
                "embeddings",
                "embeddings",
                r"api\.openai\.com/v1/embeddings$",
                flows=("plain", "error"),
            ),
        ),
    ),
)
