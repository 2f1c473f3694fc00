"""IBM watsonx.ai: text generation, chat, embeddings and reranking, below ``/ml/v1``.

Generation counts in its results, a stream of it in each event: the input in the first one, the output so far in all.
Chat counts as OpenAI does, the others beside their results. Source: ibm-watsonx-ai 1.8.1, the types of
github.com/IBM/watsonx-ai-node-sdk, and recorded traffic; checked 2026-11-24.
"""

from collections.abc import Iterable

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Usage

_SETTINGS = {
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "max_new_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "random_seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "stop_sequences": "gen_ai.request.stop_sequences",
}
_UNFINISHED = "not_finished"


class _Parameters(msgspec.Struct):
    """Parameters of chat stand in the body itself, those of generation in an object of it."""

    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    max_new_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    random_seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    stop_sequences: list[str] | None = None


class _Request(_Parameters):
    model_id: str | None = None
    parameters: _Parameters | None = None


class _Named(msgspec.Struct):
    model_id: str | None = None


class _Result(msgspec.Struct):
    input_token_count: int | None = None
    generated_token_count: int | None = None
    stop_reason: str | None = None


class _Choice(msgspec.Struct):
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Error(msgspec.Struct):
    code: str | None = None
    message: str | None = None


class _Answer(msgspec.Struct):
    """A whole answer of any kind, or one event of a stream."""

    id: str | None = None
    model_id: str | None = None
    results: list[_Result] | None = None
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    input_token_count: int | None = None
    errors: list[_Error] | None = None

    def input(self) -> int | None:
        """The input tokens, wherever this answer counts them."""
        in_usage = self.usage.prompt_tokens if self.usage else None
        in_results = _sum(result.input_token_count for result in self.results or ())
        return next((n for n in (self.input_token_count, in_usage, in_results) if n is not None), None)

    def output(self) -> int | None:
        """The output tokens so far."""
        in_results = _sum(result.generated_token_count for result in self.results or ())
        return self.usage.completion_tokens if self.usage else in_results

    def reasons(self) -> tuple[str, ...]:
        """Why it ended, where it did."""
        found = [result.stop_reason for result in self.results or ()]
        found += [choice.finish_reason for choice in self.choices or ()]
        return tuple(reason for reason in found if reason and reason.lower() != _UNFINISHED)


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_NAMED = msgspec.json.Decoder(_Named)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def _sum(counts: Iterable[int | None]) -> int | None:
    said = [n for n in counts if n is not None]
    return sum(said) if said else None


def ask(request: Request) -> Asked:
    """Model and parameters; the model of a deployment is in its path."""
    streams = request.path.rstrip("/").endswith("_stream")
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        named = reading.request(_NAMED, request.body)
        return Asked(model=named.model_id if named else None, stream=streams)
    settings = reading.settings(asked, _SETTINGS) | reading.settings(asked.parameters or _Parameters(), _SETTINGS)
    return Asked(model=asked.model_id, stream=streams, settings=settings)


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an answer, or the events of one, into what it says."""
    if response.status >= 400:
        return Answered(error=_error([readable(_ANSWER, response.body) or _Answer()]) or ProviderError())
    said, gaps = reading.everything(_ANSWER, response)
    reasons = next((event.reasons() for event in reversed(said) if event.reasons()), ())
    return Answered(
        id=next((event.id for event in said if event.id), None),
        model=next((event.model_id for event in said if event.model_id), None),
        finish_reasons=reasons,
        usage=_usage(said),
        error=_error(said),
        complete=bool(reasons) or not reading.is_stream(response),
        gaps=gaps,
    )


def _error(said: list[_Answer]) -> ProviderError | None:
    errors = [error for event in said for error in event.errors or ()]
    return ProviderError(code=errors[0].code, message=errors[0].message) if errors else None


def _usage(said: list[_Answer]) -> Usage | None:
    """The largest counts of all events: a stream counts its output as it goes on."""
    given = [n for event in said if (n := event.input()) is not None]
    made = [n for event in said if (n := event.output()) is not None]
    counts = {Bucket.INPUT_TEXT: max(given, default=None), Bucket.OUTPUT_TEXT: max(made, default=None)}
    tokens = {bucket: max(n, 0) for bucket, n in counts.items() if n is not None}
    return Usage(tokens=tokens) if tokens else None


def _of_text(api: str, operation: str) -> Dialect:
    return Dialect(
        api=api,
        operation=operation,
        ask=ask,
        answer=answer,
        markers=(
            b'"input_token_count":',
            b'"generated_token_count":',
            b'"finish_reason":"',
            b'"finish_reason": "',
            b'"errors":',
            *reading.USAGE,
        ),
        needs_model=False,
        estimates=True,
    )


GENERATION = _of_text("text_generation", "text_completion")
CHAT = _of_text("text_chat", "chat")
EMBEDDINGS = Dialect(api="text_embeddings", operation="embeddings", ask=ask, answer=answer, needs_model=False)
RERANK = Dialect(api="text_rerank", operation="rerank", ask=ask, answer=answer, needs_model=False)

_DEPLOYED = "deployments/{model}/"
ROUTES = {
    f"{start}{end}": dialect
    for start in ("", _DEPLOYED)
    for end, dialect in (
        ("text/generation", GENERATION),
        ("text/generation_stream", GENERATION),
        ("generation/text", GENERATION),  # of the beta
        ("generation/text_stream", GENERATION),
        ("text/chat", CHAT),
        ("text/chat_stream", CHAT),
        ("text/embeddings", EMBEDDINGS),
        ("text/rerank", RERANK),
    )
}
