"""Scenarios that are one call with one answer: a table of calls, ways to take the answer, and server behaviours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from calls import TOOL, keywords
from modes import MODES
from registry import scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from world import World

USAGE = {"stream_options": {"include_usage": True}}


class Case(NamedTuple):
    """A row: the scenario's name, the call, how its answer is taken, and what the server is asked to do."""

    name: str
    call: str
    mode: str = "plain"
    mock: str = ""
    extra: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}


ANSWERS: tuple[Case, ...] = (
    Case("chat.plain", "chat"),
    Case("chat.n2", "chat", extra={"n": 2}),
    Case("chat.tools", "chat", mock="tools", extra={"tools": [TOOL]}),
    Case("chat.refusal", "chat", mock="refusal"),
    Case("chat.length", "chat", mock="length"),
    Case("chat.filter", "chat", mock="filter"),
    Case("chat.no_usage", "chat", mock="no-usage"),
    Case("chat.by_model", "chat", extra={"model": "mock-chunks:3@gpt-4o-mini"}),
    Case("chat.raw", "chat", "raw"),
    Case("chat.stream", "chat", "stream"),
    Case("chat.stream_n2", "chat", "stream", extra={"n": 2, **USAGE}),
    Case("chat.stream_tools", "chat", "stream", "tools", {"tools": [TOOL], **USAGE}),
    Case("chat.stream_usage", "chat", "stream", extra=USAGE),
    Case("chat.stream_raw", "chat", "raw_stream", extra=USAGE),
    Case("chat.stream_long", "chat", "stream", "chunks:300,batch:7", USAGE),
    Case("responses.plain", "responses"),
    Case("responses.raw", "responses", "raw"),
    Case("responses.stream", "responses", "stream"),
    Case("responses.stream_raw", "responses", "raw_stream"),
    Case("completions.plain", "completions"),
    Case("completions.stream", "completions", "stream", extra=USAGE),
    Case("embeddings.plain", "embeddings"),
    Case("embeddings.raw", "embeddings", "raw"),
    Case("embeddings.float", "embeddings", extra={"encoding_format": "float"}),
    Case("images.generate", "images"),
    Case("images.stream", "images", "stream", extra={"partial_images": 1}),
    Case("images.edit", "edit"),
    Case("transcription.plain", "transcription"),
    Case("transcription.raw", "transcription", "raw"),
    Case("transcription.stream", "transcription", "stream"),
    Case("transcription.verbose", "transcription", extra={"model": "whisper-1", "response_format": "verbose_json"}),
    Case("transcription.text", "transcription", extra={"model": "whisper-1", "response_format": "text"}),
    Case("translation.plain", "translation"),
    Case("speech.binary", "speech", "binary"),
    Case("speech.file", "speech", "streaming_file"),
    Case("speech.bytes", "speech", "streaming_small"),
    Case("speech.events", "speech", "streaming_lines", extra={"stream_format": "sse"}),
    Case("moderations.plain", "moderations"),
    Case("moderations.raw", "moderations", "raw"),
)

TAKEN: tuple[Case, ...] = (
    *(
        Case(f"taken.{how}", "chat", f"streaming_{how}")
        for how in ("lines", "bytes", "small", "text", "wire", "read", "json", "parse", "file", "nothing")
    ),
    *(
        Case(f"taken.stream_{how}", "chat", f"streaming_{how}", extra={"stream": True, **USAGE})
        for how in ("lines", "bytes", "small", "wire", "read", "nothing")
    ),
    Case("taken.gzip_wire", "chat", "streaming_wire", "gzip"),
    Case("taken.gzip_small", "chat", "streaming_small", "gzip"),
    Case("taken.refused", "chat", "streaming_json", "400"),
    Case("taken.responses", "responses", "streaming_parse"),
)

ERRORS: tuple[Case, ...] = (
    *(
        Case(f"error.{name}", "chat", "plain", name)
        for name in ("400", "401", "403", "404", "429", "quota", "500", "503", "policy", "context", "html", "drop")
    ),
    Case("error.stream_refused", "chat", "stream", "429"),
    Case("error.stream_drop", "chat", "stream", "drop"),
    Case("error.raw_refused", "chat", "raw", "404"),
    Case("error.responses", "responses", "plain", "400"),
    Case("error.embeddings", "embeddings", "plain", "429"),
    Case("error.upload_refused", "transcription", "plain", "400"),
    Case("error.upload_drop", "transcription", "plain", "drop"),
    Case("error.no_field", "chat", extra={"messages": None}),
    Case("error.timeout", "chat", "plain", "hang:5", {"timeout": 0.2}),
    Case("error.timeout_stream", "chat", "stream", "slow:5000", {"timeout": 0.2}),
    Case("error.upload_timeout", "transcription", "plain", "hang:5", {"timeout": 0.2}),
)

RETRIES: tuple[Case, ...] = (
    Case("retry.then_ok", "chat", "plain", "429-then-ok", options={"max_retries": 2}),
    Case("retry.twice", "chat", "plain", "429-twice", options={"max_retries": 2}),
    Case("retry.given_up", "chat", "plain", "429", options={"max_retries": 2}),
    Case("retry.500", "chat", "plain", "500", options={"max_retries": 1}),
    Case("retry.quota", "chat", "plain", "quota", options={"max_retries": 2}),
    Case("retry.stream", "chat", "stream", "429-then-ok", USAGE, {"max_retries": 2}),
    Case("retry.raw", "chat", "raw", "429-then-ok", options={"max_retries": 2}),
    Case("retry.taken", "chat", "streaming_json", "429-then-ok", options={"max_retries": 2}),
    Case("retry.upload", "transcription", "plain", "429-then-ok", options={"max_retries": 2}),
    Case("retry.responses", "responses", "plain", "429-twice", options={"max_retries": 2}),
    Case("retry.drop", "chat", "plain", "drop", options={"max_retries": 1}),
    Case("retry.timeout", "chat", "plain", "hang:5", {"timeout": 0.2}, {"max_retries": 1}),
)

BROKEN: tuple[Case, ...] = (
    *(Case(f"wire.{name}", "chat", "plain", name) for name in ("gzip", "deflate", "split", "liar", "bad-json")),
    *(
        Case(f"wire.stream_{name}", "chat", "stream", name, USAGE)
        for name in ("gzip", "deflate", "split", "liar", "bad-json", "bad-sse", "stream-dies", "stream-error")
    ),
    *(Case(f"wire.responses_{name}", "responses", "stream", name) for name in ("stream-dies", "stream-error", "split")),
    Case("wire.raw_deflate", "chat", "plain", "raw-deflate"),
    Case("wire.dies", "chat", "plain", "stream-dies"),
    Case("wire.raw_bad_json", "chat", "raw", "bad-json"),
)

CASES = (*ANSWERS, *TAKEN, *ERRORS, *RETRIES, *BROKEN)


def _enter(case: Case) -> None:
    @scenario(case.name)
    async def run(world: World) -> None:
        client = world.sdk(**case.options)
        await MODES[case.mode](world, client, case.call, keywords(case.call, case.mock, **case.extra))


for _case in CASES:
    _enter(_case)
