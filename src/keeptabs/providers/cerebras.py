"""Cerebras: OpenAI's chat."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="cerebras",
    hosts=("api.cerebras.ai",),
    routes=ROUTES,
    source="https://inference-docs.cerebras.ai/api-reference/chat-completions",
    checked="2026-11-24",
)
