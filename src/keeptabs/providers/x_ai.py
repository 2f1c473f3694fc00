"""xAI: OpenAI's chat, Responses and images."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="x_ai",
    hosts=("api.x.ai", "*.api.x.ai"),
    routes=ROUTES,
    source="https://docs.x.ai/docs/api-reference",
    checked="2026-11-24",
)
