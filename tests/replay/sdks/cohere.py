"""Cohere's SDK, in the second version of its API."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk


def make(origin: str, is_async: bool) -> Any:
    """A client, which tries again once."""
    import cohere

    kind = cohere.AsyncClientV2 if is_async else cohere.ClientV2
    return kind(api_key="none", base_url=origin, max_retries=1)


def chat(client: Any, streamed: bool) -> Any:
    """Chat."""
    call = client.chat_stream if streamed else client.chat
    return call(model="command-a-03-2025", messages=[{"role": "user", "content": "Tell me about tabs."}])


def embed(client: Any, streamed: bool) -> Any:
    """Embeddings of two texts."""
    return client.embed(model="embed-v4.0", input_type="search_query", texts=["one", "two"], embedding_types=["float"])


def rerank(client: Any, streamed: bool) -> Any:
    """Order two documents."""
    return client.rerank(model="rerank-v3.5", query="tabs", documents=["one", "two"])


ONCE = ("plain", "error")

SDKS = (
    Sdk(
        name="cohere",
        package="cohere",
        http="httpx",
        make=make,
        file="cohere",
        host="api.cohere.com",
        provider="cohere",
        endpoints=(
            Endpoint("v2.chat", chat, "chat", "cohere", r"api\.cohere\.com/v2/chat$"),
            Endpoint("v2.embed", embed, "embed", "cohere", r"api\.cohere\.com/v2/embed$", flows=ONCE),
            Endpoint("v2.rerank", rerank, "rerank", "cohere", r"api\.cohere\.com/v2/rerank$", flows=ONCE),
        ),
    ),
)
