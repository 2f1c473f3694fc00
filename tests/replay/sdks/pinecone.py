"""Pinecone's SDK: searches of an index, and the models that it hosts."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk

ONCE = ("plain", "error")


def make_index(origin: str, is_async: bool) -> Any:
    """An index by its own host. How often it tries again cannot be set."""
    import pinecone

    return (pinecone.AsyncIndex if is_async else pinecone.Index)(host=origin, api_key="none")


def make(origin: str, is_async: bool) -> Any:
    """A client, where the hosted models are, which tries again once."""
    import pinecone

    kind = pinecone.AsyncPinecone if is_async else pinecone.Pinecone
    return kind(api_key="none", host=origin, retry_config=pinecone.RetryConfig(max_retries=1, backoff_factor=0.01))


SDKS = (
    Sdk(
        name="pinecone",
        package="pinecone",
        http="httpcore",
        http_async="httpx",
        make=make_index,
        file="pinecone",
        host="docs-abc1234.svc.aped-4627-b74a.pinecone.io",
        provider="pinecone",
        endpoints=(
            Endpoint(
                "index.query",
                lambda index, streamed: index.query(vector=[0.25, 0.5], top_k=2, namespace="ns"),
                "query",
                "pinecone",
                r"\.pinecone\.io/query$",
                flows=ONCE,
                error="error.query",
            ),
        ),
    ),
    Sdk(
        name="pinecone (inference)",
        package="pinecone",
        http="httpcore",
        http_async="httpx",
        make=make,
        file="pinecone",
        host="api.pinecone.io",
        provider="pinecone",
        endpoints=(
            Endpoint(
                "inference.embed",
                lambda client, streamed: client.inference.embed(
                    model="multilingual-e5-large", inputs=["one"], parameters={"input_type": "query"}
                ),
                "embed",
                "pinecone",
                flows=ONCE,
            ),
            Endpoint(
                "inference.rerank",
                lambda client, streamed: client.inference.rerank(
                    model="bge-reranker-v2-m3", query="tabs", documents=["one", "two"]
                ),
                "rerank",
                "pinecone",
                flows=ONCE,
            ),
        ),
    ),
)
