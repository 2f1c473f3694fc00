"""Fireworks: OpenAI's API below /inference."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="fireworks",
    hosts=("api.fireworks.ai",),
    routes=ROUTES,
    source="https://docs.fireworks.ai/api-reference/introduction",
    checked="2026-11-24",
)
