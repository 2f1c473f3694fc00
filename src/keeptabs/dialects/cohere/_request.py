"""What requests to Cohere have in common."""

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request

_SETTINGS = {
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "p": "gen_ai.request.top_p",
    "k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "stop_sequences": "gen_ai.request.stop_sequences",
    "output_dimension": "gen_ai.embeddings.dimension.count",
    "embedding_types": "gen_ai.request.encoding_formats",
}


class _Format(msgspec.Struct):
    type: str | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    p: float | None = None
    k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    stop_sequences: list[str] | None = None
    output_dimension: int | None = None
    embedding_types: list[str] | None = None
    response_format: _Format | None = None


class _Named(msgspec.Struct):
    model: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_NAMED = msgspec.json.Decoder(_Named)


def ask(request: Request) -> Asked:
    """Model, stream and parameters of a request; of one with odd parameters the model alone."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        named = reading.request(_NAMED, request.body)
        return Asked(model=named.model if named else None)
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        output_type="json" if asked.response_format and asked.response_format.type == "json_object" else None,
        settings=reading.settings(asked, _SETTINGS),
    )
