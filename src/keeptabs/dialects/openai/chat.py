"""Chat completions: ``POST …/chat/completions``, as JSON and as an event stream.

A stream carries its usage in a last chunk without choices, and only when ``stream_options.include_usage`` asked.
A model that refuses stops as if it were done: the refusal stands in a field of its own, and is the reason that counts.
xAI answers ``deferred`` requests with a ``request_id`` alone. Models that search cost more the more of the web they
read: a request may say how much that is, and Perplexity's usage says how much it was. Sources: openai-python 3.54.0
``types/chat``, docs.x.ai/docs/guides/deferred-chat-completions, perplexityai 0.46.1 ``types/shared``; checked
2026-11-24.
"""

from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai._breakdown import TOOLS, shares
from keeptabs.dialects.openai._request import Format, labels, only_model, output_type
from keeptabs.dialects.openai.include_usage import INCLUDE_USAGE

_SETTINGS = {
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "seed": "gen_ai.request.seed",
    "reasoning_effort": "gen_ai.request.reasoning.level",
    "agent_id": "gen_ai.agent.id",
}
_SEARCH = {"search_context_size": "keeptabs.search_context_size", "search_type": "keeptabs.search_type"}


class _Search(msgspec.Struct):
    """How the web is searched, as a request wants it or a usage tells it."""

    search_context_size: str | None = None
    search_type: str | None = None


class _Request(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    service_tier: str | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    reasoning_effort: str | None = None
    n: int | None = None
    stop: str | list[str] | None = None
    response_format: Format | None = None
    user: str | None = None
    safety_identifier: str | None = None
    metadata: Any = None
    agent_id: str | None = None  # Mistral
    web_search_options: _Search | None = None


class _Message(msgspec.Struct):
    refusal: Any = None
    executed_tools: Any = None  # Groq


class _Choice(msgspec.Struct):
    index: int = 0
    finish_reason: str | None = None
    message: _Message | None = None
    delta: _Message | None = None

    @property
    def refuses(self) -> bool:
        """True when it holds words, or a part of them, with which the model refuses."""
        return any(said is not None and said.refusal for said in (self.message, self.delta))

    @property
    def used_tools(self) -> bool:
        """True when the host ran tools for it."""
        return any(said is not None and said.executed_tools for said in (self.message, self.delta))


class _Groq(msgspec.Struct):
    """Where Groq puts the usage of a stream."""

    usage: msgspec.Raw = msgspec.Raw()
    usage_breakdown: msgspec.Raw = msgspec.Raw()


class _Answer(msgspec.Struct):
    """A whole completion or one chunk of it; the same fields matter in both."""

    model: str | None = None
    id: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    choices: list[_Choice] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    usage_breakdown: msgspec.Raw = msgspec.Raw()  # Groq
    x_groq: _Groq | None = None
    request_id: str | None = None
    error: Any = None


_DONE = "stop"
_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_SEARCHED = msgspec.json.Decoder(_Search, strict=False)


def ask(request: Request) -> Asked:
    """Model, stream and sampling parameters of a chat request."""
    asked = reading.request(_REQUEST, request.body)
    if asked is None:
        return only_model(request.body)
    settings = reading.settings(asked, _SETTINGS) | reading.settings(asked.web_search_options or _Search(), _SEARCH)
    if asked.n is not None and asked.n != 1:
        settings["gen_ai.request.choice.count"] = asked.n
    if asked.stop is not None:
        settings["gen_ai.request.stop_sequences"] = [asked.stop] if isinstance(asked.stop, str) else asked.stop
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        service_tier=asked.service_tier,
        output_type=output_type(asked.response_format),
        settings=settings,
        user=asked.safety_identifier or asked.user,
        metadata=labels(asked.metadata),
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a completion, or all chunks of one, into what it says."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    streamed, events = reading.is_stream(response), reading.events(_ANSWER, response)
    folded = _Fold()
    for event in events:
        folded.add(event)
    return folded.result(streamed, response.body)


class _Fold:
    """Adds chunks up: the last value that is there wins, finish reasons by the index of their choice."""

    def __init__(self) -> None:
        self._last = _Answer()
        self._reasons: dict[int, str] = {}
        self._refused: set[int] = set()
        self._used_tools = False
        self._unreadable = False

    def add(self, event: _Answer | None) -> None:
        if event is None:
            self._unreadable = True
            return
        last = self._last
        last.model, last.id = event.model or last.model, event.id or last.id
        last.service_tier = event.service_tier or last.service_tier
        last.system_fingerprint = event.system_fingerprint or last.system_fingerprint
        last.error = event.error or last.error
        usage = event.x_groq.usage if event.x_groq and _usage.is_absent(event.usage) else event.usage
        if not _usage.is_absent(usage):
            last.usage = usage
        for breakdown in (event.usage_breakdown, event.x_groq.usage_breakdown if event.x_groq else msgspec.Raw()):
            if not _usage.is_absent(breakdown):
                last.usage_breakdown = breakdown
        last.request_id, last.choices = event.request_id or last.request_id, event.choices or last.choices
        for choice in event.choices or ():
            self._choice(choice)

    def _choice(self, choice: _Choice) -> None:
        if choice.finish_reason:
            self._reasons[choice.index] = choice.finish_reason
        for said in (choice.message, choice.delta):
            if said is not None:
                self._used_tools = self._used_tools or bool(said.executed_tools)
                if said.refusal:
                    self._refused.add(choice.index)

    def result(self, streamed: bool, body: bytes) -> Answered:
        last = self._last
        unreadable = (reading.UNREADABLE_EVENT if streamed else reading.UNREADABLE,) if self._unreadable else ()
        usage, gaps = _usage.read(last.usage)
        parts = shares(last.usage_breakdown)
        if usage is not None and parts:
            usage = msgspec.structs.replace(usage, shares=parts, apart=TOOLS if self._used_tools else "")
        return Answered(
            model=last.model,
            id=last.id,
            service_tier=last.service_tier,
            system_fingerprint=last.system_fingerprint,
            finish_reasons=tuple(self._reason(index) for index in sorted(self._reasons)),
            usage=usage,
            facts=_searched(last.usage),
            error=error_body.of(last.error),
            complete=not streamed or bool(self._reasons) or usage is not None or reading.ends_with_done(body),
            pending=last.request_id is not None and usage is None and not last.choices,
            gaps=unreadable + gaps,
        )

    def _reason(self, index: int) -> str:
        said = self._reasons[index]
        return "refusal" if said == _DONE and index in self._refused else said


def _searched(usage: msgspec.Raw) -> dict[str, str]:
    said = readable(_SEARCHED, usage) if b'"search_' in bytes(usage) else None
    return reading.settings(said or _Search(), _SEARCH)


DIALECT = Dialect(
    api="chat_completions",
    operation="chat",
    estimates=True,
    usage_on_request=INCLUDE_USAGE,
    ask=ask,
    answer=answer,
    ends=(b"\ndata: [DONE]", b"\ndata:[DONE]"),
    markers=(
        *reading.USAGE,
        *reading.ERROR,
        *reading.DONE,
        b'"finish_reason":"',
        b'"finish_reason": "',
        b'"executed_tools":[{',
        b'"executed_tools": [{',
        b'"refusal":"',
        b'"refusal": "',
    ),
)
