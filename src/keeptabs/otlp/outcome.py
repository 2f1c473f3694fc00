"""How a call ended, by what its span says: an exception's class or a provider's word, a status, a finish reason."""

from collections.abc import Sequence

from keeptabs.core.classify import CODES, FINISHES, STATUSES
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.otlp.naming import Naming
from keeptabs.otlp.span import Span

# Exceptions of SDKs, in lower case. Sources: openai-python 3.57.0 and anthropic-sdk-python 2.13.0 _exceptions.py;
# checked 2026-11-24.
_CLASSES = {
    "ratelimiterror": OutcomeKind.RATE_LIMITED,
    "authenticationerror": OutcomeKind.AUTH,
    "permissiondeniederror": OutcomeKind.PERMISSION,
    "notfounderror": OutcomeKind.NOT_FOUND,
    "badrequesterror": OutcomeKind.BAD_REQUEST,
    "unprocessableentityerror": OutcomeKind.BAD_REQUEST,
    "conflicterror": OutcomeKind.BAD_REQUEST,
    "requesttoolargeerror": OutcomeKind.CONTEXT_LENGTH,
    "overloadederror": OutcomeKind.OVERLOADED,
    "serviceunavailableerror": OutcomeKind.OVERLOADED,
}
_MOST, _LONGEST = 20, 64  # reasons of one call, and their characters
_WORDS = {
    "timeout": OutcomeKind.TIMEOUT,
    "deadline": OutcomeKind.TIMEOUT,
    "connect": OutcomeKind.CONNECTION,
    "cancel": OutcomeKind.CANCELLED,
    "abort": OutcomeKind.CANCELLED,
}


def outcome_of(span: Span, finishes: Sequence[str]) -> Outcome:
    """The outcome of a call."""
    status = span.count("http.response.status_code", "http.status_code")
    error = span.text("error.type") or span.raised
    if span.status != "error" and error is None and (status or 0) < 400:
        kinds = (FINISHES.get(reason.lower()) for reason in finishes)
        return Outcome(kind=next(filter(None, kinds), OutcomeKind.OK), status=status)
    name = (error or str(status or "error")).rpartition(".")[2]
    if status is None and name.isascii() and name.isdigit() and len(name) == 3:
        status = int(name)
    return Outcome(kind=_kind(name.lower(), status), status=status, error_type=name[:200])


def _kind(name: str, status: int | None) -> OutcomeKind:
    known = CODES.get(name) or _CLASSES.get(name) or STATUSES.get(status or 0)
    if known is not None:
        return known
    by_word = next((kind for word, kind in _WORDS.items() if word in name), None)
    return by_word or (OutcomeKind.BAD_REQUEST if 400 <= (status or 0) < 500 else OutcomeKind.SERVER_ERROR)


def finishes_of(span: Span, naming: Naming) -> tuple[str, ...]:
    """Why the model stopped; some schemes tell one reason as a text."""
    found = next((span.attributes[name] for name in naming.finishes if span.attributes.get(name)), ())
    some = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(reason[:_LONGEST] for reason in some[:_MOST] if isinstance(reason, str))
