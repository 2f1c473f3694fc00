"""Mistral: OpenAI's chat and embeddings."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="mistral_ai",
    hosts=("api.mistral.ai", "codestral.mistral.ai"),
    routes=ROUTES,
    source="https://docs.mistral.ai/api/",
    checked="2026-11-24",
)
