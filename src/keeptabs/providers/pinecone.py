"""Pinecone: searches on an index's own host, and hosted models. Its gRPC client cannot be seen."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.vector import pinecone, pinecone_inference

PROVIDER = Provider(
    name="pinecone",
    hosts=("*.pinecone.io",),
    routes={
        "query": pinecone.DIALECT,
        "records/namespaces/{namespace}/search": pinecone.DIALECT,
        "namespaces/{namespace}/documents/search": pinecone.DIALECT,
        "embed": pinecone_inference.EMBED,
        "rerank": pinecone_inference.RERANK,
    },
    limits={},
    request_id=("x-pinecone-request-id",),
    source="https://docs.pinecone.io/reference/api/introduction",
    checked="2026-11-24",
)
