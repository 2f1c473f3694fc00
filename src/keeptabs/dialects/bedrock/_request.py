"""What requests of InvokeModel ask for: in the body in the spelling of each vendor, in headers for all of them.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html and botocore 1.44.5; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Headers, Request

_NAMES = {  # of every spelling; where a body has two of them the first counts
    "maxTokens": "gen_ai.request.max_tokens",  # Nova, AI21's Jurassic
    "maxTokenCount": "gen_ai.request.max_tokens",  # Titan
    "max_tokens": "gen_ai.request.max_tokens",  # Mistral, Cohere, Claude, OpenAI, DeepSeek
    "max_completion_tokens": "gen_ai.request.max_tokens",  # OpenAI
    "max_gen_len": "gen_ai.request.max_tokens",  # Llama
    "max_new_tokens": "gen_ai.request.max_tokens",  # Nova
    "max_tokens_to_sample": "gen_ai.request.max_tokens",  # Claude 2
    "temperature": "gen_ai.request.temperature",
    "topP": "gen_ai.request.top_p",
    "top_p": "gen_ai.request.top_p",
    "p": "gen_ai.request.top_p",  # Cohere
    "topK": "gen_ai.request.top_k",
    "top_k": "gen_ai.request.top_k",
    "k": "gen_ai.request.top_k",  # Cohere
    "seed": "gen_ai.request.seed",
    "dimensions": "gen_ai.embeddings.dimension.count",  # Titan
    "output_dimension": "gen_ai.embeddings.dimension.count",  # Cohere
    "outputEmbeddingLength": "gen_ai.embeddings.dimension.count",  # Titan, of images
    "embeddingDimension": "gen_ai.embeddings.dimension.count",  # Nova
}
_OBJECTS = ("textGenerationConfig", "inferenceConfig", "embeddingConfig", "singleEmbeddingParams")
_BODY = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NUMBER = msgspec.json.Decoder(int | float)
_METADATA = msgspec.json.Decoder(dict[str, str])


def ask(request: Request) -> Asked:
    """Parameters of a request; its model is in the path."""
    body = reading.request(_BODY, request.body) or {}
    objects = [readable(_BODY, body[name]) or {} for name in _OBJECTS if name in body]
    headers = request.headers
    metadata = headers.get("x-amzn-bedrock-request-metadata")
    return Asked(
        stream=request.path.rstrip("/").endswith("-stream"),
        service_tier=headers.get("x-amzn-bedrock-service-tier"),
        settings=_numbers([body, *objects]) | _guardrail(headers),
        metadata=(readable(_METADATA, metadata.encode()) if metadata else None) or {},
    )


def _numbers(objects: list[dict[str, msgspec.Raw]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spelling, name in _NAMES.items():
        said = (readable(_NUMBER, each[spelling]) for each in objects if spelling in each)
        value = next((number for number in said if number is not None), None)
        if value is not None:
            found.setdefault(name, value)
    return found


def _guardrail(headers: Headers) -> dict[str, Any]:
    guardrail = headers.get("x-amzn-bedrock-guardrailidentifier")
    return {} if guardrail is None else {"aws.bedrock.guardrail.id": guardrail}
