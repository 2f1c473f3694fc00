"""InvokeModel and its stream: ``POST …/model/{id}/invoke`` and ``…/invoke-with-response-stream``.

The body is that of the model's vendor. What it does not tell is in headers (``x-amzn-bedrock-*-token-count``), or in
what Bedrock adds to the last chunk of a stream. Source: botocore 1.44.5 and recorded traffic; checked 2026-11-24.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.limits import count
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.bedrock import _errors, _places
from keeptabs.dialects.bedrock._counts import Counts, in_headers, seconds
from keeptabs.dialects.bedrock._places import Document
from keeptabs.dialects.bedrock._request import ask

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def answer(response: Response, asked: Asked) -> Answered:
    """Fold a body, or the chunks of one, into what it says."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    events, gaps = reading.everything(_MEMBERS, response)
    folded = _Fold()
    for members in events:
        folded.add(_places.document(members), members.get("usage"))
    return folded.result(response, gaps)


class _Fold:
    """Adds chunks up: the last value that is there wins."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._raw: bytes | None = None
        self._reasons: tuple[str, ...] = ()
        self._said: Document = {}
        self._images = 0
        self._is_guarded = self._is_chat = self._is_over = False
        self._latency: int | None = None

    def add(self, said: Document, usage: msgspec.Raw | None) -> None:
        """Take the next chunk, or the whole body."""
        self._counts = _counts(said).over(self._counts)
        self._raw = bytes(usage) if usage and isinstance(said["usage"], dict) else self._raw
        reasons = (reason for reason in _places.values(said, _places.REASONS) if isinstance(reason, str) and reason)
        self._reasons = tuple(reasons) or self._reasons
        self._said |= {name: said[name] for name in ("id", "model", "message", "error") if said.get(name)}
        self._images += len(list(_places.values(said, _places.IMAGES)))
        self._latency = first(_places.number(said, _places.LATENCY), self._latency)
        self._is_over = self._is_over or any(True for _ in _places.values(said, _places.ENDS))
        self._is_guarded = self._is_guarded or said.get(_places.GUARDRAIL[0]) == "INTERVENED"
        self._is_chat = self._is_chat or any(True for _ in _places.values(said, _places.OF_CHAT))

    def result(self, response: Response, gaps: tuple[str, ...]) -> Answered:
        """What all of it says, the headers included."""
        latency = first(self._latency, count(response.headers.get("x-amzn-bedrock-invocation-latency")))
        return Answered(
            id=_places.text(self._said, _places.IDS),
            model=_places.text(self._said, _places.MODELS),
            operation="chat" if self._is_chat else None,
            service_tier=response.headers.get("x-amzn-bedrock-service-tier"),
            finish_reasons=self._reasons + (("guardrail_intervened",) if self._is_guarded else ()),
            usage=self._usage(in_headers(response.headers)),
            facts=seconds(latency),
            error=error_body.of(self._said.get("error")),
            complete=not reading.is_stream(response) or self._is_over or bool(self._reasons),
            gaps=gaps,
        )

    def _usage(self, headers: Counts) -> Usage | None:
        usage = self._counts.over(headers).usage(self._raw)
        if not self._images:
            return usage
        return msgspec.structs.replace(usage or Usage(), units={Unit.IMAGES: Decimal(self._images)})


def first(*counts: int | None) -> int | None:
    """The first count that was said."""
    return next((each for each in counts if each is not None), None)


def _counts(said: Document) -> Counts:
    prompt, cached = _places.number(said, _places.PROMPT), _places.number(said, _places.PROMPT_CACHED)
    fresh = None if prompt is None else prompt - (cached or 0)
    by_ttl: Mapping[str, int | None] = {ttl: _places.number(said, at) for ttl, at in _places.BY_TTL.items()}
    return Counts(
        input=first(_places.number(said, _places.INPUT), fresh),
        output=_places.number(said, _places.OUTPUT),
        cache_read=first(_places.number(said, _places.CACHE_READ), cached),
        cache_write=_places.number(said, _places.CACHE_WRITE),
        by_ttl={ttl: tokens for ttl, tokens in by_ttl.items() if tokens is not None},
    )


def _dialect(operation: str, markers: tuple[bytes, ...] = ()) -> Dialect:
    return Dialect(
        api="invoke_model",
        operation=operation,
        ask=ask,
        answer=answer,
        markers=markers,
        needs_model=False,
        estimates=operation == "text_completion",
    )


# Names of what tells counts or an end, as chunks hold them: with a value, since most chunks say null.
_REASONS = ("stopReason", "stop_reason", "finish_reason", "completionReason")
TEXT = _dialect(
    "text_completion",
    (
        *(f'"{name}":{space}"'.encode() for name in _REASONS for space in ("", " ")),
        b'"message_start"',
        b'"prompt_token_count":',
        b'"generation_token_count":',
        b'"amazon-bedrock-',
        b"OutputTextTokenCount",
        *reading.USAGE,
        *reading.ERROR,
    ),
)
EMBEDDINGS = _dialect("embeddings")
IMAGES = _dialect("image_generation")
RERANK = _dialect("rerank")


def hosted(vendor: Dialect) -> Dialect:
    """A vendor's own dialect, as it is spoken on Bedrock: with AWS's errors, and with what only Bedrock tells."""

    def asks(request: Request) -> Asked:
        said, bedrock = vendor.ask(request), ask(request)
        return msgspec.structs.replace(
            said,
            stream=bedrock.stream,
            service_tier=bedrock.service_tier or said.service_tier,
            settings=bedrock.settings | said.settings,
            metadata=bedrock.metadata,
        )

    def answers(response: Response, asked: Asked) -> Answered:
        failed = _errors.failed(response)
        if failed is not None:
            return failed
        said, bedrock = vendor.answer(response, asked), answer(response, asked)
        return msgspec.structs.replace(
            said,
            usage=said.usage or bedrock.usage,
            finish_reasons=said.finish_reasons or bedrock.finish_reasons,
            service_tier=bedrock.service_tier or said.service_tier,
            facts=said.facts | bedrock.facts,
            complete=said.complete or bedrock.complete,
        )

    markers = (*vendor.markers, *TEXT.markers)
    return msgspec.structs.replace(vendor, ask=asks, answer=answers, markers=markers, needs_model=False)
