"""OpenRouter: OpenAI's chat, in front of many providers."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="openrouter",
    hosts=("openrouter.ai",),
    routes=ROUTES,
    source="https://openrouter.ai/docs/api-reference/overview",
    checked="2026-11-24",
)
