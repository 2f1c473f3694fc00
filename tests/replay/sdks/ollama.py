"""Ollama's SDK."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk


def make(origin: str, is_async: bool) -> Any:
    """A client; it never tries again."""
    import ollama

    return ollama.AsyncClient(host=origin) if is_async else ollama.Client(host=origin)


def chat(client: Any, streamed: bool) -> Any:
    """Chat."""
    return client.chat(model="llama3.2", messages=[{"role": "user", "content": "Hi"}], stream=streamed)


SDKS = (
    Sdk(
        name="ollama",
        package="ollama",
        http="httpx",
        make=make,
        file="ollama",
        host="ollama.com",
        provider="ollama",
        endpoints=(
            Endpoint("chat", chat, "chat", "ollama", r":11434/api/chat$"),
            Endpoint(
                "generate",
                lambda client, streamed: client.generate(model="llama3.2", prompt="Hi", stream=streamed),
                "generate",
                "ollama",
                r":11434/api/generate$",
            ),
            Endpoint(
                "embed",
                lambda client, streamed: client.embed(model="nomic-embed-text", input=["one", "two"]),
                "embed",
                "ollama",
                flows=("plain", "error"),
            ),
        ),
    ),
)
