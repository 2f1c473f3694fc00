"""Perplexity: OpenAI's chat with web search built in."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="perplexity",
    hosts=("api.perplexity.ai",),
    routes=ROUTES,
    source="https://docs.perplexity.ai/api-reference",
    checked="2026-11-24",
)
