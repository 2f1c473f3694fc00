"""Qdrant's SDK over REST."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from table import Endpoint, Sdk


def make(origin: str, is_async: bool) -> Any:
    """A client that does not ask for the server's version first."""
    from qdrant_client import AsyncQdrantClient, QdrantClient

    kind = AsyncQdrantClient if is_async else QdrantClient
    return kind(url=origin, port=urlsplit(origin).port, check_compatibility=False)


SDKS = (
    Sdk(
        name="qdrant-client",
        package="qdrant-client",
        http="httpx",
        make=make,
        file="qdrant",
        host="abc-1234.eu-central-1-0.aws.cloud.qdrant.io",
        provider="qdrant",
        endpoints=(
            Endpoint(
                "query_points",
                lambda client, streamed: client.query_points("docs", query=[0.25, 0.5], limit=2),
                "query",
                "none",
                flows=("plain", "error"),
            ),
        ),
    ),
)
