"""Mistral: OpenAI's chat and embeddings, agents, and documents of its own.

No header is known that tells when a limit is full again.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.mistral import ocr
from keeptabs.dialects.openai import batches, chat, conversations, moderations
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="mistral_ai",
    hosts=("api.mistral.ai", "codestral.mistral.ai"),
    routes={
        **ROUTES,
        **BATCHES,
        "GET batch/jobs/{id}": batches.PAGE,
        "agents/completions": chat.DIALECT,
        "chat/classifications": moderations.DIALECT,
        "chat/moderations": moderations.DIALECT,
        "classifications": moderations.DIALECT,
        "conversations": conversations.DIALECT,
        "conversations/{id}": conversations.DIALECT,
        "conversations/{id}/restart": conversations.DIALECT,
        "ocr": ocr.DIALECT,
    },
    source="https://docs.mistral.ai/api/",
    checked="2026-11-24",
    book="mistral",
    marks=("mistral-correlation-id",),
    limits={
        "limit_requests": "x-ratelimit-limit-req-minute",
        "remaining_requests": "x-ratelimit-remaining-req-minute",
        "limit_tokens": "x-ratelimit-limit-tokens-minute",
        "remaining_tokens": "x-ratelimit-remaining-tokens-minute",
    },
    request_id=("mistral-correlation-id", "x-kong-request-id"),
)
