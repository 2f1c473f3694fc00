"""Where recorded traffic went: who answers there, and what is done; or why it is no call.

Each line is a pattern of method, host and path. The first that matches the whole of it holds, and each entry must have
one: nothing in the corpus is passed over in silence.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Place(NamedTuple):
    """A pattern, and what it stands for. ``operation`` is None for what is no call; ``family`` reads its answers."""

    pattern: str
    provider: str | None
    operation: str | None
    family: str = "openai"


_OPENAI = (
    ("chat/completions", "chat"),
    ("responses", "chat"),
    ("completions", "text_completion"),
    ("embeddings", "embeddings"),
    ("images/(generations|edits|variations)", "image_generation"),
    ("audio/(transcriptions|translations)", "speech_to_text"),
    ("audio/speech", "text_to_speech"),
    ("moderations", "moderation"),
)
_HOSTS = (  # hosts that serve OpenAI's paths, with what stands before them
    (r"api\.openai\.com/v1/", "openai"),
    (r"[\w-]+\.openai\.azure\.com/openai/.*", "azure.ai.openai"),
    (r"[\w-]+\.services\.ai\.azure\.com/openai/.*", "azure.ai.openai"),
    (r"[\w-]+\.services\.ai\.azure\.com/models/", "azure.ai.inference"),
    (r"(127\.0\.0\.1|localhost):11434/v1/", "ollama"),
    (r"ollama\.com/v1/", "ollama"),
    (r"api\.cerebras\.ai/v1/", "cerebras"),
    (r"api\.deepseek\.com/(v1/|beta/)?", "deepseek"),
    (r"api\.groq\.com/openai/v1/", "groq"),
    (r"api\.mistral\.ai/v1/", "mistral_ai"),
    (r"api\.perplexity\.ai/(v1/)?", "perplexity"),
    (r"api\.together\.xyz/v1/", "together"),
    (r"api\.voyageai\.com/v1/", "voyage_ai"),
    (r"api\.x\.ai/v1/", "x_ai"),
    (r"api\.z\.ai/api/(paas|coding/paas)/v4/", "z_ai"),
    (r"bedrock-mantle\.[\w<>-]+\.api\.aws/(openai/)?v1/", "aws.bedrock"),
    (r"openrouter\.ai/api/v1/", "openrouter"),
    (r"router\.huggingface\.co/.*v1/", "hugging_face"),
)
_GOOGLE = r"generativelanguage\.googleapis\.com/v1(beta)?/models/[^/]+"
_VERTEX = r"[\w-]*aiplatform\.googleapis\.com/v1(beta1)?/projects/[^/]+/locations/[^/]+/publishers/google/models/[^/]+"
_BEDROCK = r"bedrock-runtime\.[\w<>-]+\.amazonaws\.com/model/.+"
_OTHERS = (
    Place(r"POST api\.anthropic\.com/v1/messages", "anthropic", "chat", "anthropic"),
    Place(r"POST api\.anthropic\.com/v1/complete", "anthropic", "text_completion", "none"),
    Place(r"POST api\.anthropic\.com/v1/messages/count_tokens", "anthropic", "count_tokens", "none"),
    Place(r"GET api\.anthropic\.com/v1/messages/batches/\w+/results", "anthropic", "chat", "anthropic batch"),
    Place(rf"POST {_GOOGLE}:(generateContent|streamGenerateContent)", "gcp.gemini", "generate_content", "gemini"),
    Place(rf"POST {_GOOGLE}:batchEmbedContents", "gcp.gemini", "embeddings", "gemini"),
    Place(rf"POST {_GOOGLE}:countTokens", "gcp.gemini", "count_tokens", "none"),
    Place(rf"POST {_VERTEX}:(generateContent|streamGenerateContent)", "gcp.vertex_ai", "generate_content", "gemini"),
    Place(rf"POST {_VERTEX}:predict", "gcp.vertex_ai", "embeddings", "vertex predict"),
    Place(rf"POST {_VERTEX}:countTokens", "gcp.vertex_ai", "count_tokens", "none"),
    Place(rf"POST {_BEDROCK}/converse(-stream)?", "aws.bedrock", "chat", "converse"),
    Place(r"POST .*/model/[^/]*embed[^/]*/invoke", "aws.bedrock", "embeddings", "invoke"),
    Place(rf"POST {_BEDROCK}/invoke(-with-response-stream)?", "aws.bedrock", None, "invoke"),  # by the model
    Place(rf"POST {_BEDROCK}/count-tokens", "aws.bedrock", "count_tokens", "none"),
    Place(r"POST api\.cohere\.com/v[12]/chat", "cohere", "chat", "cohere"),
    Place(r"POST api\.cohere\.com/v1/generate", "cohere", "text_completion", "cohere"),
    Place(r"POST api\.cohere\.com/v2/embed", "cohere", "embeddings", "cohere"),
    Place(r"POST api\.cohere\.com/v[12]/rerank", "cohere", "rerank", "cohere"),
    Place(r"POST api\.cohere\.com/v2/audio/transcriptions", "cohere", "speech_to_text", "none"),
    Place(r"POST 127\.0\.0\.1:11434/api/chat", "ollama", "chat", "ollama"),
    Place(r"POST 127\.0\.0\.1:11434/api/generate", "ollama", "text_completion", "ollama"),
    Place(r"POST 127\.0\.0\.1:11434/api/embeddings", "ollama", "embeddings", "ollama"),
    Place(r"POST [\w-]+\.ml\.cloud\.ibm\.com/ml/v1-beta/generation/text(_stream)?", "ibm.watsonx.ai", None, "watsonx"),
    Place(r"POST api\.voyageai\.com/v1/rerank", "voyage_ai", "rerank", "total"),
    Place(r"POST openrouter\.ai/api/v1/rerank", "openrouter", "rerank", "total"),
    Place(r"POST openrouter\.ai/api/v1/images", "openrouter", "image_generation", "total"),
    Place(r"POST api\.mistral\.ai/v1/ocr", "mistral_ai", "ocr", "pages"),
    Place(r"POST api\.x\.ai/v1/stt", "x_ai", "speech_to_text", "none"),
    Place(r"POST api\.x\.ai/v1/tts", "x_ai", "text_to_speech", "none"),
    Place(r"POST .*pinecone\.io/query", "pinecone", "retrieval", "none"),
    Place(r"POST w8qtunpthvh1r7a0\..*\.endpoints\.huggingface\.cloud/", "hugging_face", None, "endpoint"),
    Place(r"POST api\.openai\.com/v1/responses/input_tokens", "openai", "count_tokens", "none"),
)
# Deferred work: a result is a call, a question that has none yet is not.
_DEFERRED = (
    Place(r"GET api\.openai\.com/v1/threads/\w+/runs/\w+", "openai", "deferred", "assistants"),
    Place(r"GET api\.openai\.com/v1/files/[\w-]+/content", "openai", "deferred", "batch file"),
    Place(r"GET api\.openai\.com/v1/responses/\w+", "openai", "deferred", "none"),
    Place(r"POST api\.openai\.com/v1/threads/\w+/runs(/\w+/submit_tool_outputs)?", "openai", "deferred", "assistants"),
    Place(r"(GET|POST) api\.replicate\.com/v1/.*predictions(/\w+)?", "replicate", "deferred", "none"),
    Place(r"GET streaming-api\..*replicate\.net/.*", "replicate", "deferred", "none"),
    Place(r"GET api\.x\.ai/v1/batches/[\w-]+/results", "x_ai", "deferred", "x_ai batch"),
    Place(r"GET api\.x\.ai/v1/videos/[\w-]+", "x_ai", "deferred", "none"),
    Place(r"POST api\.x\.ai/v1/videos/generations", "x_ai", "deferred", "none"),
    Place(r"GET api\.mistral\.ai/v1/(batch/jobs|files)/.*", "mistral_ai", "deferred", "none"),
    Place(r"GET generativelanguage\.googleapis\.com/v1beta/batches/\w+", "gcp.gemini", "deferred", "none"),
    Place(rf"POST {_GOOGLE}:(predictLongRunning|batchGenerateContent)", "gcp.gemini", "deferred", "none"),
    Place(rf"GET {_GOOGLE}/operations/\w+", "gcp.gemini", "deferred", "none"),
    Place(r"POST generativelanguage\.googleapis\.com/.*cachedContents", "gcp.gemini", "create_cache", "written"),
    Place(r"POST .*aiplatform\.googleapis\.com/.*cachedContents", "gcp.vertex_ai", "create_cache", "written"),
    Place(r"POST .*weaviate\.network/v1/graphql", "weaviate", "deferred", "none"),
)
_NO_CALLS = (  # what runs no model, and says nothing of one that has run
    r"(GET|POST|DELETE) api\.openai\.com/v1/(assistants|threads|files|batches|vector_stores)\b.*",
    r"POST api\.openai\.com/v1/(traces/ingest|realtime/calls)",
    r"(GET|POST|DELETE) api\.anthropic\.com/v1/(messages/batches|files)\b.*",
    r"(GET|POST) api\.mistral\.ai/v1/(batch/jobs|files)\b.*",
    r"(GET|POST) api\.x\.ai/v1/(batches|files)\b.*",
    r"GET (imgen|vidgen)\.x\.ai/.*",
    r"GET [\w.<>-]+/v1/models",
    r"(GET|POST|PATCH|DELETE) .*googleapis\.com/.*(cachedContents|files|fileSearchStores)\b.*",
    r"GET api\.replicate\.com/v1/models/.*",
    r"(GET|POST|DELETE) .*weaviate\.network/v1/(batch|schema|objects|meta|nodes|\.well-known).*",
    r"GET api\.pinecone\.io/.*",
    r"(GET|POST) api\.cloud\.llamaindex\.ai/.*",
    r"GET [\w-]+\.ml\.cloud\.ibm\.com/.*",
)

PLACES = (
    *_OTHERS,
    *_DEFERRED,
    *(Place(rf"POST {host}{end}", name, operation) for host, name in _HOSTS for end, operation in _OPENAI),
    *(Place(pattern, None, None, "") for pattern in _NO_CALLS),
)
_COMPILED = [(re.compile(place.pattern), place) for place in PLACES]


def place_of(text: str) -> Place | None:
    """The place of an entry, or None when the table has none for it."""
    return next((place for pattern, place in _COMPILED if pattern.fullmatch(text)), None)
