"""Groq: OpenAI's API below /openai."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="groq",
    hosts=("api.groq.com",),
    routes=ROUTES,
    source="https://console.groq.com/docs/api-reference",
    checked="2026-11-24",
)
