"""DeepSeek: OpenAI's chat at the root of the host, cache hits under names of its own."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="deepseek",
    hosts=("api.deepseek.com",),
    routes=ROUTES,
    source="https://api-docs.deepseek.com/api/create-chat-completion",
    checked="2026-11-24",
)
