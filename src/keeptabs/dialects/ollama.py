"""Ollama's own API: ``POST /api/chat``, ``/api/generate``, ``/api/embed`` and ``/api/embeddings``.

A stream, which is what comes unless a request declines it, is JSON lines, of which the last has the counts. Older
servers leave ``prompt_eval_count`` out when the prompt was cached. An error is a text without a code: a prompt that is
too long cannot be told from another mistake, and by default is cut in silence. Source: docs.ollama.com/api/usage,
docs.ollama.com/api/errors and ollama-python 0.6.3; checked 2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage, split

_SETTINGS = {
    "num_predict": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
}
_DURATIONS = {  # from nanoseconds to seconds
    "total_duration": "keeptabs.server.duration",
    "load_duration": "keeptabs.server.load_duration",
    "prompt_eval_duration": "keeptabs.server.prompt_duration",
    "eval_duration": "keeptabs.server.output_duration",
}


class _Options(msgspec.Struct):
    num_predict: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    stop: str | list[str] | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    format: Any = None
    options: _Options | None = None
    dimensions: int | None = None


class _Named(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None


class _Answer(msgspec.Struct):
    """A whole answer or one line of a stream; the last line has what is counted."""

    model: str | None = None
    done: bool | None = None
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    prompt_eval_cached_count: int | None = None
    eval_count: int | None = None
    total_duration: int | None = None
    load_duration: int | None = None
    prompt_eval_duration: int | None = None
    eval_duration: int | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_NAMED = msgspec.json.Decoder(_Named)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def _ask_for_text(request: Request) -> Asked:
    """Model, stream and parameters; of a request with odd parameters the model alone."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        named = reading.request(_NAMED, request.body) or _Named()
        return Asked(model=named.model, stream=named.stream is not False)
    options = asked.options or _Options()
    settings = reading.settings(options, _SETTINGS)
    if options.stop:
        settings["gen_ai.request.stop_sequences"] = [options.stop] if isinstance(options.stop, str) else options.stop
    return Asked(
        model=asked.model,
        stream=asked.stream is not False,
        output_type="json" if asked.format else None,
        settings=settings,
    )


def _ask_for_vectors(request: Request) -> Asked:
    """Model and dimensions of an embeddings request."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    settings = {} if asked.dimensions is None else {"gen_ai.embeddings.dimension.count": asked.dimensions}
    return Asked(model=asked.model, settings=settings)


def answer(response: Response, asked: Asked) -> Answered:
    """Fold an answer, or the lines of one, into what it says."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    lines, gaps = reading.everything(_ANSWER, response)
    last = _Answer()
    for line in lines:
        for name in _Answer.__struct_fields__:
            value = getattr(line, name)
            if value is not None:
                setattr(last, name, value)
    return Answered(
        model=last.model,
        finish_reasons=(last.done_reason,) if last.done_reason else (),
        usage=_usage(last),
        facts={fact: getattr(last, name) / 1e9 for name, fact in _DURATIONS.items() if getattr(last, name) is not None},
        error=error_body.of(last.error),
        complete=bool(last.done) or not reading.is_stream(response),
        gaps=gaps,
    )


def _usage(said: _Answer) -> Usage | None:
    tokens: dict[Bucket, int] = {}
    if said.prompt_eval_count is not None:
        cached: dict[Bucket, int | None] = {Bucket.CACHE_READ_TEXT: said.prompt_eval_cached_count}
        tokens = split(said.prompt_eval_count, Bucket.INPUT_TEXT, cached)
    if said.eval_count is not None:
        tokens[Bucket.OUTPUT_TEXT] = max(said.eval_count, 0)
    return Usage(tokens=tokens) if tokens else None


def _of_text(api: str, operation: str) -> Dialect:
    return Dialect(
        api=api,
        operation=operation,
        ask=_ask_for_text,
        answer=answer,
        markers=(b'"done":true', b'"done": true', b'eval_count":', *reading.ERROR),
        estimates=True,
    )


def _of_vectors(api: str) -> Dialect:
    return Dialect(api=api, operation="embeddings", ask=_ask_for_vectors, answer=answer)


CHAT = _of_text("chat", "chat")
GENERATE = _of_text("generate", "text_completion")
EMBED = _of_vectors("embed")
EMBEDDINGS = _of_vectors("embeddings")
ROUTES = {
    "api/chat": CHAT,
    "api/generate": GENERATE,
    "api/embed": EMBED,
    "api/embeddings": EMBEDDINGS,
}
