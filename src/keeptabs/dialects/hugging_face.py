"""Hugging Face's own formats: text generation and features, at ``/models/{id}``, or at the root of an endpoint.

Tokens are counted in ``details``, which a request must ask for, and by the servers of text-generation-inference in
headers as well. An endpoint is billed by the hour, so its hardware and time are facts.
Source: huggingface_hub 2.4.0 and recorded traffic; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.limits import count, seconds
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Usage

_SETTINGS = {
    "max_new_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "stop": "gen_ai.request.stop_sequences",
}


class _Parameters(msgspec.Struct):
    max_new_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    stop: list[str] | None = None


class _Request(msgspec.Struct):
    parameters: _Parameters | None = None
    stream: bool | None = None


class _Details(msgspec.Struct):
    finish_reason: str | None = None
    generated_tokens: int | None = None
    input_length: int | None = None


class _Answer(msgspec.Struct):
    """One of the results, or one event of a stream; the last event has the details."""

    details: _Details | None = None
    error: Any = None
    error_type: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """Parameters; the model is in the path, or is the endpoint's only one."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    streams = bool(asked.stream) or request.path.rstrip("/").endswith("_stream")
    return Asked(stream=streams, settings=reading.settings(asked.parameters or _Parameters(), _SETTINGS))


def answer(response: Response, asked: Asked) -> Answered:
    """Fold results, or the events of one, into what they say."""
    if response.status >= 400:
        return Answered(error=_error(readable(_ANSWER, response.body)) or ProviderError())
    said, gaps = reading.everything(_ANSWER, response)
    details = [each.details for each in said if each.details is not None]
    reasons = tuple(each.finish_reason for each in details if each.finish_reason)
    return Answered(
        finish_reasons=reasons,
        usage=_usage(details, response),
        facts=_facts(response),
        error=next(filter(None, map(_error, said)), None),
        complete=bool(reasons) or not asked.stream,
        gaps=gaps,
    )


def answer_features(response: Response, asked: Asked) -> Answered:
    """Vectors are passed over: only the headers tell something."""
    if response.status >= 400:
        return answer(response, asked)
    return Answered(facts=_facts(response))


def _error(said: _Answer | None) -> ProviderError | None:
    if said is None or said.error is None:
        return None
    message = said.error if isinstance(said.error, str) else msgspec.json.encode(said.error).decode()
    return ProviderError(code=said.error_type, message=message)


def _usage(details: list[_Details], response: Response) -> Usage | None:
    inputs = [each.input_length for each in details if each.input_length is not None]
    outputs = [each.generated_tokens for each in details if each.generated_tokens is not None]
    counts = {
        Bucket.INPUT_TEXT: sum(inputs) if inputs else count(response.headers.get("x-prompt-tokens")),
        Bucket.OUTPUT_TEXT: sum(outputs) if outputs else count(response.headers.get("x-generated-tokens")),
    }
    tokens = {bucket: max(n, 0) for bucket, n in counts.items() if n is not None}
    return Usage(tokens=tokens) if tokens else None


def _facts(response: Response) -> dict[str, Any]:
    time, hardware = seconds(response.headers.get("x-compute-time")), response.headers.get("x-compute-type")
    found = {"keeptabs.server.duration": time, "keeptabs.server.hardware": hardware}
    return {name: value for name, value in found.items() if value is not None}


TEXT = Dialect(
    api="text_generation",
    operation="text_completion",
    ask=ask,
    answer=answer,
    markers=(b'"details":{', b'"details": {', b'"generated_text":"', b'"generated_text": "', *reading.ERROR),
    needs_model=False,
    estimates=True,
)
FEATURES = Dialect(api="feature_extraction", operation="embeddings", ask=ask, answer=answer_features, needs_model=False)
ROUTES = {
    "": TEXT,
    "generate": TEXT,
    "generate_stream": TEXT,
    "models/{model+}": TEXT,
    "pipeline/feature-extraction/{model+}": FEATURES,
}
