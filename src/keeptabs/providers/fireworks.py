"""Fireworks: OpenAI's and Anthropic's API below /inference. The limits of tokens are those of prompts.

The page on limits says that their headers count by the second; measured values are those of a minute. It names no
reset, and limits of requests only in an older version (docs.fireworks.ai/guides/quotas_usage/rate-limits).
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai.routes import RESULTS, ROUTES

PROVIDER = Provider(
    name="fireworks",
    hosts=("api.fireworks.ai",),
    routes={**ROUTES, **RESULTS, **ANTHROPIC},
    source="https://docs.fireworks.ai/serverless/rate-limits",
    checked="2026-11-24",
    book="fireworks",
    limits={
        "limit_requests": "x-ratelimit-limit-requests",
        "remaining_requests": "x-ratelimit-remaining-requests",
        "limit_tokens": "x-ratelimit-limit-tokens-prompt",
        "remaining_tokens": "x-ratelimit-remaining-tokens-prompt",
    },
)
