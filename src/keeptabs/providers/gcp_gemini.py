"""The Gemini API, which also speaks OpenAI's below /openai."""

from keeptabs.core.provider import Provider
from keeptabs.dialects import gemini_live
from keeptabs.dialects.gemini.routes import DEVELOPER, ROUTES
from keeptabs.dialects.openai import chat, embeddings, images

PROVIDER = Provider(
    name="gcp.gemini",
    hosts=("generativelanguage.googleapis.com",),
    routes={
        **ROUTES,
        **gemini_live.ROUTES,
        **DEVELOPER,
        "openai/chat/completions": chat.DIALECT,
        "openai/embeddings": embeddings.DIALECT,
        "openai/images/generations": images.DIALECT,
    },
    source="https://ai.google.dev/api",
    checked="2026-11-24",
    book="google",
    marks=("x-gemini-service-tier",),
    limits={},
    request_id=(),
)
