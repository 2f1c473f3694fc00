"""Vertex AI: Google's own models, and those of Anthropic, Mistral and others in the formats of their makers."""

from keeptabs.core.provider import Provider
from keeptabs.dialects import gemini_live
from keeptabs.dialects.anthropic.routes import VERTEX
from keeptabs.dialects.gemini.routes import ROUTES
from keeptabs.dialects.mistral import ocr
from keeptabs.dialects.openai import chat, embeddings

_MISTRAL = "publishers/mistralai/models"

PROVIDER = Provider(
    name="gcp.vertex_ai",
    hosts=("aiplatform.googleapis.com", "*-aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"),
    routes={
        **ROUTES,
        **gemini_live.ROUTES,
        **VERTEX,
        # Of routes that fit equally well the first one counts.
        f"{_MISTRAL}/{{model:ocr}}:rawPredict": ocr.DIALECT,
        f"{_MISTRAL}/{{model}}:rawPredict": chat.DIALECT,
        f"{_MISTRAL}/{{model}}:streamRawPredict": chat.DIALECT,
        "endpoints/openapi/chat/completions": chat.DIALECT,
        "endpoints/openapi/embeddings": embeddings.DIALECT,
    },
    source="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    checked="2026-11-24",
    book="google",
    limits={},
    request_id=(),
)
