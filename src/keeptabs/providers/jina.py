"""Jina: OpenAI's embeddings, and reranking. No header with a limit or an id is known."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import embeddings, rerank

PROVIDER = Provider(
    name="jina",
    hosts=("api.jina.ai",),
    routes={"embeddings": embeddings.DIALECT, "rerank": rerank.DIALECT},
    source="https://api.jina.ai/redoc",
    checked="2026-11-24",
    limits={},
    request_id=(),
)
