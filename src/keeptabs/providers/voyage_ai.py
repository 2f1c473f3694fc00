"""Voyage: OpenAI's embeddings, with the total alone as usage."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="voyage_ai",
    hosts=("api.voyageai.com",),
    routes=ROUTES,
    source="https://docs.voyageai.com/reference/embeddings-api",
    checked="2026-11-24",
)
