"""Rate-limit state as a provider tells it in response headers."""

import re

import msgspec


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Limits after a call; ``reset_*`` and ``retry_after`` are seconds from the response. None: not said."""

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests: float | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens: float | None = None
    retry_after: float | None = None


_DIGITS = 12
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


def count(text: str | None) -> int | None:
    """A whole number from a header, or None when it is absent or no number."""
    stripped = (text or "").strip()
    if stripped.isascii() and stripped.isdecimal() and len(stripped) <= _DIGITS:  # the common case, without a pattern
        return int(stripped)
    return int(stripped) if re.fullmatch(r"-?[0-9]{1,18}", stripped) else None
