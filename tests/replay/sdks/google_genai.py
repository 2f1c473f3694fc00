"""Google's SDK, to the Gemini API and to Vertex AI.

Its asynchronous half speaks through aiohttp where that is there, and through websockets for the Live API.
"""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk

MODEL = "gemini-2.5-flash"


def make(origin: str, is_async: bool, **where: Any) -> Any:
    """A client, or its asynchronous half, which tries again once."""
    from google import genai
    from google.genai import types

    retry = types.HttpRetryOptions(attempts=2, initial_delay=0.01, max_delay=0.01, jitter=0.0)
    options = types.HttpOptions(base_url=origin, retry_options=retry)
    client = genai.Client(api_key="none", http_options=options, **where)
    return client.aio if is_async else client


def make_vertex(origin: str, is_async: bool) -> Any:
    """A client of Vertex AI with a key, as its express mode has it."""
    return make(origin, is_async, vertexai=True)


def generate(client: Any, streamed: bool) -> Any:
    """Generate content."""
    models = client.models
    call = models.generate_content_stream if streamed else models.generate_content
    return call(model=MODEL, contents="Tell me about tabs.")


GENERATE = Endpoint(
    "models.generate_content",
    generate,
    "generate",
    "gemini",
    r"generativelanguage\.googleapis\.com/.*models/[^/]+:(generateContent|streamGenerateContent)$",
)

SDKS = (
    Sdk(
        name="google-genai",
        package="google-genai",
        http="httpx2",
        http_async="aiohttp",
        make=make,
        file="gemini",
        host="generativelanguage.googleapis.com",
        provider="gcp.gemini",
        endpoints=(
            GENERATE,
            Endpoint(
                "models.embed_content",
                lambda client, streamed: client.models.embed_content(model="gemini-embedding-001", contents="one"),
                "embed",
                "gemini embeddings",
                r"generativelanguage\.googleapis\.com/.*models/[^/]+:batchEmbedContents$",
                flows=("plain", "error"),
            ),
        ),
    ),
    Sdk(
        name="google-genai (Vertex AI)",
        package="google-genai",
        http="httpx2",
        http_async="aiohttp",
        make=make_vertex,
        file="gemini",
        host="aiplatform.googleapis.com",
        provider="gcp.vertex_ai",
        endpoints=(
            GENERATE._replace(recorded=r"aiplatform\.googleapis\.com/.*:(generateContent|streamGenerateContent)$"),
        ),
    ),
)
