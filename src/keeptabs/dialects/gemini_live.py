"""Gemini Live: ``…BidiGenerateContent``, a websocket on which one session has many turns. One exchange is one turn.

The request is the client's ``setup`` and what asked for the turn, a message a line; the answer is the server's
messages up to ``turnComplete``. Usage is told once a turn, or once a step of it where tools are called, each for
itself; its total leaves the thoughts out, which are billed as output. The Developer API says ``responseTokenCount``,
Vertex AI ``candidatesTokenCount``. Source: google-genai 3.4.0 ``types.LiveServerMessage``, recorded traffic,
ai.google.dev/gemini-api/docs/pricing; checked 2026-11-24.
"""

from collections import Counter
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect, Routes, Session
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage, split

UNREADABLE = "the usage metadata has an unknown shape"
_OUTPUTS = {"AUDIO": "speech", "TEXT": "text", "IMAGE": "image"}  # OpenTelemetry's words
_INPUT = {"AUDIO": Bucket.INPUT_AUDIO, "IMAGE": Bucket.INPUT_IMAGE, "VIDEO": Bucket.INPUT_VIDEO}
_CACHED = {"AUDIO": Bucket.CACHE_READ_AUDIO, "IMAGE": Bucket.CACHE_READ_IMAGE, "VIDEO": Bucket.CACHE_READ_VIDEO}
_OUTPUT = {"AUDIO": Bucket.OUTPUT_AUDIO, "IMAGE": Bucket.OUTPUT_IMAGE}
_SETTINGS = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "max_output_tokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
}


class _Config(msgspec.Struct, rename="camel"):
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    response_modalities: list[str] | None = None


class _Setup(msgspec.Struct, rename="camel"):
    model: str | None = None
    generation_config: _Config | None = None


class _Sent(msgspec.Struct, rename="camel"):
    setup: _Setup | None = None


class _Part(msgspec.Struct, rename="camel"):
    modality: str | None = None
    token_count: int | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    response_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    prompt_tokens_details: list[_Part] | None = None
    cache_tokens_details: list[_Part] | None = None
    response_tokens_details: list[_Part] | None = None
    candidates_tokens_details: list[_Part] | None = None
    service_tier: str | None = None


class _Content(msgspec.Struct, rename="camel"):
    turn_complete: bool | None = None
    turn_complete_reason: str | None = None
    interrupted: bool | None = None


class _Message(msgspec.Struct, rename="camel"):
    server_content: _Content | None = None
    usage_metadata: msgspec.Raw = msgspec.Raw()
    error: Any = None


_SENT = msgspec.json.Decoder(_Sent, strict=False)
_MESSAGE = msgspec.json.Decoder(_Message, strict=False)
_METADATA = msgspec.json.Decoder(_Metadata, strict=False)


def ask(request: Request) -> Asked:
    """Model, settings and kind of output that the session was set up with."""
    said = (readable(_SENT, line) for line in request.body.splitlines())
    setup = next((line.setup for line in said if line is not None and line.setup is not None), _Setup())
    config = setup.generation_config or _Config()
    wanted = next(iter(config.response_modalities or ()), "")
    return Asked(
        model=setup.model.rpartition("/")[2] if setup.model else None,
        stream=True,
        output_type=_OUTPUTS.get(wanted.upper()),
        settings=reading.settings(config, _SETTINGS),
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold the messages of one turn into what they say."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    messages, gaps = reading.everything(_MESSAGE, response)
    contents = [message.server_content for message in messages if message.server_content is not None]
    told = [message.usage_metadata for message in messages if bytes(message.usage_metadata) not in (b"", b"null")]
    steps = [(readable(_METADATA, raw), bytes(raw)) for raw in told]
    known = [(step, raw) for step, raw in steps if step is not None]
    return Answered(
        service_tier=next((step.service_tier for step, _ in known if step.service_tier), None),
        finish_reasons=_reasons(contents),
        usage=_usage(known),
        error=next((error_body.of(message.error) for message in messages if message.error), None),
        complete=any(content.turn_complete for content in contents),
        gaps=(*gaps, *(() if len(known) == len(steps) else (UNREADABLE,))),
    )


def _reasons(contents: list[_Content]) -> tuple[str, ...]:
    """Why the turn ended, where the server says so or the user spoke into it."""
    said = next((content.turn_complete_reason for content in contents if content.turn_complete_reason), None)
    broken_into = "interrupted" if any(content.interrupted for content in contents) else None
    reason = said or broken_into
    return (reason,) if reason else ()


def _usage(steps: list[tuple[_Metadata, bytes]]) -> Usage | None:
    """All steps of a turn together."""
    tokens: Counter[Bucket] = Counter()
    for step, _ in steps:
        for bucket, count in _tokens(step).items():
            tokens[bucket] += count
    raw = [text.decode("utf-8", "replace") for _, text in steps]
    return Usage(tokens=dict(tokens), raw=raw[0] if len(raw) == 1 else f"[{','.join(raw)}]") if steps else None


def _tokens(said: _Metadata) -> dict[Bucket, int]:
    found: dict[Bucket, int] = {}
    if said.prompt_token_count is not None:
        found.update(_prompt(said, said.prompt_token_count))
    if said.tool_use_prompt_token_count is not None:
        found[Bucket.INPUT_TOOL] = max(said.tool_use_prompt_token_count, 0)
    answered = said.response_token_count if said.response_token_count is not None else said.candidates_token_count
    if answered is not None:
        details = _by(_OUTPUT, said.response_tokens_details or said.candidates_tokens_details)
        found.update(split(answered, Bucket.OUTPUT_TEXT, details))
    if said.thoughts_token_count is not None:
        found[Bucket.OUTPUT_REASONING] = max(said.thoughts_token_count, 0)
    return found


def _prompt(said: _Metadata, total: int) -> dict[Bucket, int]:
    """The prompt includes what came from a cache."""
    cached = _by(_CACHED, said.cache_tokens_details)
    fresh = {
        bucket: count - (cached.get(_CACHED[modality]) or 0)
        for modality, bucket in _INPUT.items()
        if (count := _by(_INPUT, said.prompt_tokens_details).get(bucket)) is not None
    }
    text = None if said.cached_content_token_count is None else said.cached_content_token_count - sum(cached.values())
    return split(total, Bucket.INPUT_TEXT, {**fresh, **cached, Bucket.CACHE_READ_TEXT: text})


def _by(buckets: dict[str, Bucket], parts: list[_Part] | None) -> dict[Bucket, int]:
    """The parts that are not text, by their bucket; a part without a count is one of none."""
    known = ((buckets.get((part.modality or "").upper()), part.token_count or 0) for part in parts or ())
    found: Counter[Bucket] = Counter()
    for bucket, count in known:
        if bucket is not None:
            found[bucket] += max(count, 0)
    return dict(found)


_ASKS = tuple(f'"{name}":{space}true'.encode() for name in ("turnComplete", "turn_complete") for space in ("", " "))

DIALECT = Dialect(
    api="gemini_live",
    operation="generate_content",
    ask=ask,
    answer=answer,
    markers=(b'"usageMetadata"', b'"turnComplete"', b'"interrupted"', *reading.ERROR),
    session=Session(
        setup=(b'"setup":',),
        asks=_ASKS,
        begins=(b'"serverContent"', b'"toolCall"'),
        ends=(b'"turnComplete"',),
    ),
)

# The Developer API has its version within a segment, Vertex AI in one of its own.
ROUTES: Routes = {
    "WS google.cloud.aiplatform.{version}.LlmBidiService/BidiGenerateContent": DIALECT,
    **{
        f"WS google.ai.generativelanguage.{version}.GenerativeService.{method}": DIALECT
        for version in ("v1", "v1alpha", "v1beta")
        for method in ("BidiGenerateContent", "BidiGenerateContentConstrained")
    },
}
