"""Cohere: its own API in two versions, and OpenAI's below /compatibility. Only keys for trials are told a limit."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.cohere import chat, transcription, vectors
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="cohere",
    hosts=("api.cohere.com", "api.cohere.ai"),
    routes={
        **{f"compatibility/v1/{end}": dialect for end, dialect in ROUTES.items()},
        "v1/chat": chat.CHAT,
        "v2/chat": chat.CHAT,
        "v1/generate": chat.GENERATE,
        "v1/embed": vectors.EMBED,
        "v2/embed": vectors.EMBED,
        "v1/rerank": vectors.RERANK,
        "v2/rerank": vectors.RERANK,
        "v2/audio/transcriptions": transcription.DIALECT,
    },
    source="https://docs.cohere.com/reference/about",
    checked="2026-11-24",
    book="cohere",
    limits={"limit_requests": "x-trial-endpoint-call-limit", "remaining_requests": "x-trial-endpoint-call-remaining"},
    request_id=("x-debug-trace-id",),
)
