"""Groq's SDK."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk

ASK = [{"role": "user", "content": "Tell me about tabs."}]


def make(origin: str, is_async: bool) -> Any:
    """A client, which tries again once."""
    import groq

    kind = groq.AsyncGroq if is_async else groq.Groq
    return kind(base_url=origin, api_key="none", max_retries=1)


def chat(client: Any, streamed: bool) -> Any:
    """Chat completions; the usage of a stream is in a field of Groq's own."""
    return client.chat.completions.create(model="llama-3.3-70b-versatile", messages=ASK, stream=streamed)


SDKS = (
    Sdk(
        name="groq",
        package="groq",
        http="httpx",
        make=make,
        file="groq",
        host="api.groq.com",
        provider="groq",
        endpoints=(Endpoint("chat.completions", chat, "chat", "chat", r"api\.groq\.com/openai/v1/chat/completions$"),),
    ),
)
