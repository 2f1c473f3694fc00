"""Cerebras: OpenAI's chat. Requests are limited by the day, tokens by the minute; resets are in seconds.

The limits by the minute and the hour that answers tell besides are not on the page.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="cerebras",
    hosts=("api.cerebras.ai",),
    routes={**ROUTES, **BATCHES},
    source="https://inference-docs.cerebras.ai/support/rate-limits",
    checked="2026-11-24",
    book="cerebras",
    limits={
        "limit_requests": "x-ratelimit-limit-requests-day",
        "remaining_requests": "x-ratelimit-remaining-requests-day",
        "reset_requests": "x-ratelimit-reset-requests-day",
        "limit_tokens": "x-ratelimit-limit-tokens-minute",
        "remaining_tokens": "x-ratelimit-remaining-tokens-minute",
        "reset_tokens": "x-ratelimit-reset-tokens-minute",
    },
    request_id=("inference-id",),
)
