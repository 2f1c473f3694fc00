"""How a call ended, in words that hold for every provider, with the provider's own words beside them."""

import re
from enum import StrEnum
from hashlib import blake2s

import msgspec


class OutcomeKind(StrEnum):
    """The ways a call can end."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    CONTENT_POLICY = "content_policy"
    AUTH = "auth"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    CONTEXT_LENGTH = "context_length"
    BAD_REQUEST = "bad_request"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    CANCELLED = "cancelled"
    TRUNCATED = "truncated"  # the stream broke off, or was closed, before its end
    LENGTH = "length"  # the answer was cut at a limit of tokens
    REFUSAL = "refusal"  # the model declined


class ProviderError(msgspec.Struct, frozen=True, kw_only=True):
    """An error as the provider words it. The message is reduced to a fingerprint: it may quote the prompt."""

    code: str | None = None
    type: str | None = None
    message: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a call ended. ``error_type`` is what OpenTelemetry's ``error.type`` gets: None when nothing failed."""

    kind: OutcomeKind
    status: int | None = None
    code: str | None = None
    type: str | None = None
    message_fingerprint: str | None = None
    error_type: str | None = None

    @property
    def is_answer(self) -> bool:
        """True where there is an answer, also one that the model cut short or declined to give."""
        return self.error_type is None and self.kind is not OutcomeKind.CANCELLED


# What differs between two occurrences of the same message: numbers, ids, quoted values.
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\b[\w-]*\d[\w-]*\b")


_LOOKED_AT = 500  # characters: what is the same stands at the beginning, and a hostile message costs no time


def message_fingerprint(message: str) -> str:
    """Eight hexadecimal digits that are equal for equal messages, whatever ids, numbers and quotations they hold."""
    stable = _VARIABLE.sub("#", message[:_LOOKED_AT]).encode("utf-8", "replace")
    return blake2s(stable, digest_size=4).hexdigest()
