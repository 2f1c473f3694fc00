"""Moonshot: OpenAI's chat and batches; Anthropic's messages below /anthropic.

``api.moonshot.cn`` bills in yuan (platform.moonshot.cn/docs/pricing): the dollar prices of ``api.moonshot.ai`` are not
its own. ``X-RateLimit-Reset`` is documented without its form, and therefore not read.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="moonshot_ai",
    hosts=("api.moonshot.ai", "api.moonshot.cn"),
    routes={**ROUTES, **BATCHES, **ANTHROPIC},
    source="https://www.kimi.com/help/kimi-api/api-rate-limits",
    checked="2026-11-24",
    book="moonshotai",
    books={"api.moonshot.cn": ""},
    limits={"limit_requests": "x-ratelimit-limit", "remaining_requests": "x-ratelimit-remaining"},
    request_id=("msh-request-id",),
)
