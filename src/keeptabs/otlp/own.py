"""What spans of keeptabs say beyond the conventions: the counterpart of ``sinks/otel/semconv.py``."""

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.exchange import Account, CallSite
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.usage import Unit, Usage
from keeptabs.otlp.span import Span

_TAG, _METADATA, _UNIT = "keeptabs.tag.", "keeptabs.metadata.", "keeptabs.usage."
_MOST_TAGS, _LONGEST = 64, 64
_T = TypeVar("_T", OutcomeKind, CostStatus)


def completed(call: Call, span: Span) -> Call:
    """A call with what only keeptabs tells."""
    outcome = call.outcome
    said = msgspec.structs.replace(
        outcome,
        kind=_word(OutcomeKind, span.text("keeptabs.outcome"), outcome.kind),
        code=span.text("keeptabs.error.code"),
        message_fingerprint=span.text("keeptabs.error.message_fingerprint"),
    )
    limit = RateLimit(
        remaining_requests=span.count("keeptabs.rate_limit.remaining_requests"),
        remaining_tokens=span.count("keeptabs.rate_limit.remaining_tokens"),
        retry_after=span.number("keeptabs.rate_limit.retry_after"),
    )
    return msgspec.structs.replace(
        call,
        outcome=said,
        request_id=span.text("keeptabs.request.id"),
        request=msgspec.structs.replace(call.request, metadata=_below(span, _METADATA)),
        usage=_usage(call.usage, span),
        cost=_cost(span),
        timing=msgspec.structs.replace(
            call.timing,
            chunks=span.count("keeptabs.stream.chunks") or 0,
            longest_gap=round((span.number("keeptabs.stream.longest_gap") or 0) * 1e9),
        ),
        rate_limit=limit if limit != RateLimit() else None,
        resend_count=span.count("http.request.resend_count") or 0,
        site=_site(span),
        account=Account(
            key=span.text("keeptabs.account.key"),
            organization=span.text("keeptabs.account.organization"),
            project=span.text("keeptabs.account.project"),
        ),
        batch=span.is_set("keeptabs.batch"),
        cached=span.text("keeptabs.cached"),
    )


def placed(identity: Identity, span: Span) -> Identity:
    """Where a call stands among its attempts."""
    return msgspec.structs.replace(
        identity,
        operation_id=span.text("keeptabs.operation.id") or identity.operation_id,
        attempt=(span.count("http.request.resend_count") or 0) + 1,
        waited=span.number("keeptabs.attempt.waited"),
        too_early=span.is_set("keeptabs.attempt.too_early"),
        route=span.text("keeptabs.http.route"),
    )


def tags_of(span: Span) -> dict[str, str]:
    """The tags of a call, which a span of anybody's may bear."""
    return _below(span, _TAG)


def _below(span: Span, prefix: str) -> dict[str, str]:
    names = [name for name in span.attributes if name.startswith(prefix)][:_MOST_TAGS]
    found = {name.removeprefix(prefix)[:_LONGEST]: span.text(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _cost(span: Span) -> Cost:
    return Cost(
        usd=_usd(span.number("keeptabs.cost.usd")),
        status=_word(CostStatus, span.text("keeptabs.cost.status"), CostStatus.UNPRICED),
        book=span.text("keeptabs.cost.book") or "",
        why="as a span of keeptabs told it",
        saved=_usd(span.number("keeptabs.cost.saved")),
    )


def _usd(told: float | None) -> Decimal | None:
    """An amount: the shortest number that is this one is what was written."""
    found = Decimal(repr(told)) if told is not None else None
    return found if found is not None and found.is_finite() else None


def _usage(usage: Usage | None, span: Span) -> Usage | None:
    counts: dict[str, Any] = {unit: span.number(f"{_UNIT}{unit}") for unit in Unit}
    units = {Unit(unit): Decimal(repr(n)).normalize() for unit, n in counts.items() if n is not None and n < 2**53}
    if usage is None and not units:
        return None
    return msgspec.structs.replace(usage or Usage(), units=units, estimated=span.is_set("keeptabs.usage.estimated"))


def _site(span: Span) -> CallSite | None:
    file, line = span.text("code.file.path"), span.count("code.line.number")
    return CallSite(file, line or 0, span.text("code.function.name") or "") if file else None


def _word(kind: type[_T], said: str | None, otherwise: _T) -> _T:
    return kind(said) if said in {each.value for each in kind} else otherwise
