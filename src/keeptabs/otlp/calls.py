"""From a span to a call: what any scheme says, and what only spans of keeptabs do.

A cost that another tool tells is not believed: it is worked out from the tokens, as for every call.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from keeptabs.charges import charged
from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Timing
from keeptabs.otlp.names import naming_of
from keeptabs.otlp.naming import PROVIDERS, Naming
from keeptabs.otlp.outcome import finishes_of, outcome_of
from keeptabs.otlp.own import completed, placed, tags_of
from keeptabs.otlp.span import Span
from keeptabs.otlp.usage import usage_of
from keeptabs.pricing.book import Book
from keeptabs.store.record import Record
from keeptabs.store.told import OWN_SPAN

_NOT_YET = Cost(status=CostStatus.UNPRICED, why="not priced yet")
_SETTINGS = ("gen_ai.request.", "gen_ai.data_source.id")
_LONGEST = 64  # characters of a word
_ELSEWHERE = ("gen_ai.request.model", "gen_ai.request.stream", "gen_ai.request.structured_output_schema")


def record_of(span: Span, book: Book | None) -> Record | None:
    """The call that a span is, priced; None where it is none."""
    found = naming_of(span)
    if found is None:
        return None
    naming, operation = found
    call, identity = _call(span, naming, operation), _identity(span)
    if naming.id == OWN_SPAN:
        call, identity = completed(call, span), placed(identity, span)
    else:
        call = msgspec.structs.replace(call, cost=charged(call, book))
    return Record(call=call, identity=identity, service=span.service, source=naming.id)


def _call(span: Span, naming: Naming, operation: str) -> Call:
    finishes = finishes_of(span, naming)
    first_chunk = span.number(*naming.first_chunk)
    parameters = _parameters(span, naming)
    streamed = span.is_set(*naming.streamed) or first_chunk is not None or parameters.stream
    return Call(
        provider=_provider(span, naming),
        operation=operation,
        api=span.text("openai.api.type") or "",
        server=span.text("server.address") or "",
        port=span.count("server.port") or 0,
        path="",
        client=span.scope[:_LONGEST],
        sdk=None,
        request=_asked(span, naming, parameters, streamed=streamed),
        response_model=span.text(*naming.answered),
        response_id=span.text(*naming.answer_id),
        request_id=None,
        service_tier=span.text("openai.response.service_tier"),
        system_fingerprint=span.text("openai.response.system_fingerprint"),
        finish_reasons=finishes,
        streamed=streamed,
        timing=Timing(
            started_at=span.started_at,
            duration=span.duration,
            first_chunk=None if first_chunk is None else _nanoseconds(first_chunk),
        ),
        usage=usage_of(span, naming),
        cost=_NOT_YET,
        outcome=outcome_of(span, finishes),
        rate_limit=None,
        resend_count=0,
        site=None,
        tags=tags_of(span),
        gaps=(),
    )


class _Parameters(msgspec.Struct):
    model: str | None = None
    stream: bool = False


def _parameters(span: Span, naming: Naming) -> _Parameters:
    found = next((text for name in naming.parameters if isinstance(text := span.attributes.get(name), str)), "{}")
    try:
        return msgspec.json.decode(found, type=_Parameters)
    except (msgspec.MsgspecError, RecursionError):
        return _Parameters()


def _asked(span: Span, naming: Naming, parameters: _Parameters, *, streamed: bool) -> Asked:
    return Asked(
        model=span.text(*naming.asked) or parameters.model,
        stream=streamed,
        service_tier=span.text("openai.request.service_tier"),
        output_type=span.text("gen_ai.output.type"),
        settings=_settings(span.attributes),
        user=span.text(*naming.user),
    )


def _settings(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the request that are numbers or words, as a tap keeps them."""
    return {
        name: value
        for name, value in attributes.items()
        if name.startswith(_SETTINGS)
        and name not in _ELSEWHERE
        and (isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST))
    }


def _provider(span: Span, naming: Naming) -> str:
    said = (span.text(*naming.provider) or "unknown").lower()
    return PROVIDERS.get(said, said)


def _nanoseconds(seconds: float) -> int | None:
    return round(seconds * 1e9) if 0 <= seconds < 1e6 else None


def _identity(span: Span) -> Identity:
    return Identity(trace_id=span.trace_id, span_id=span.span_id, parent_id=span.parent_id, operation_id=span.span_id)
