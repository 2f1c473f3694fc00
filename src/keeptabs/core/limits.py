"""Rate-limit state as a provider tells it in response headers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from keeptabs.core.exchange import Headers


class RateLimit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Limits after a call; ``reset_*`` and ``retry_after`` are seconds from the response. None: not said."""

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests: float | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens: float | None = None
    retry_after: float | None = None


_DIGITS = 12
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]")
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_PART = re.compile(rf"({_NUMBER})(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str | None) -> float | None:
    """Seconds of a Go-style duration ("6m0s", "120ms") or a plain number ("20"); None when it is neither."""
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return float(text)
    if re.fullmatch(_NUMBER, text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return round(sum(float(number) * _SECONDS[unit] for number, unit in parts), 6)


def until(text: str | None, now: int) -> float | None:
    """Seconds from ``now`` (nanoseconds since the epoch) to a point in time as RFC 3339; None when it is none.

    Anthropic tells when a limit is full again as a time, not as a duration. What is over is 0 seconds away.
    """
    try:
        at = datetime.fromisoformat(text) if text and text.isascii() and _DATE.match(text) else None
    except ValueError:
        return None
    if at is None:
        return None
    seconds_at = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return round(max(seconds_at - now / 1e9, 0.0), 6)


def count(text: str | None) -> int | None:
    """A whole number from a header, or None when it is absent or no number."""
    stripped = (text or "").strip()
    if stripped.isascii() and stripped.isdecimal() and len(stripped) <= _DIGITS:  # the common case, without a pattern
        return int(stripped)
    return int(stripped) if re.fullmatch(r"-?[0-9]{1,18}", stripped) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, by headers with names in lower case.

    The finer one counts where it says more than nothing, since Azure sends 0 beside a real value.
    """
    in_ms, in_seconds = seconds(headers.get("retry-after-ms")), seconds(headers.get("retry-after"))
    return in_ms / 1000 if in_ms or (in_ms is not None and in_seconds is None) else in_seconds


_AMAZON = re.compile(r"attempt=([0-9]{1,4})\b")


def resends(headers: Headers) -> int:
    """How often a request was sent before, where its SDK says so: the Stainless SDKs do, and Amazon's."""
    stainless = count(headers.get("x-stainless-retry-count"))
    if stainless is not None:
        return max(stainless, 0)
    amazon = _AMAZON.search(headers.get("amz-sdk-request") or "")
    return max(int(amazon[1]) - 1, 0) if amazon else 0
