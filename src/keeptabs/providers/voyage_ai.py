"""Voyage: OpenAI's embeddings and reranking, with the total alone as usage. No header with a limit is known.

Below /multimodalembeddings the tokens of texts and the pixels stand beside the total. Keys made in MongoDB Atlas go to
``ai.mongodb.com`` (voyageai 0.5.0 ``util.py``), with the same paths.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import embeddings, rerank

PROVIDER = Provider(
    name="voyage_ai",
    hosts=("api.voyageai.com", "ai.mongodb.com"),
    routes={
        "embeddings": embeddings.DIALECT,
        "contextualizedembeddings": embeddings.DIALECT,
        "multimodalembeddings": embeddings.DIALECT,
        "rerank": rerank.DIALECT,
    },
    source="https://www.mongodb.com/docs/voyageai/api-reference/overview",
    checked="2026-11-24",
    book="voyageai",
    limits={},
)
