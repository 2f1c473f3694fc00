"""Moonshot: OpenAI's chat."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="moonshot_ai",
    hosts=("api.moonshot.ai", "api.moonshot.cn"),
    routes=ROUTES,
    source="https://platform.moonshot.ai/docs/api/chat",
    checked="2026-11-24",
)
