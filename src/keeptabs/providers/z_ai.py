"""Z.ai: OpenAI's chat below /api/paas."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="z_ai",
    hosts=("api.z.ai", "open.bigmodel.cn"),
    routes=ROUTES,
    source="https://docs.z.ai/api-reference/llm/chat-completion",
    checked="2026-11-24",
)
