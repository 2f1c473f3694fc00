"""The headers every API answer carries: the request's id and the rate limits."""

from __future__ import annotations

REQUESTS_LIMIT = 10_000
TOKENS_LIMIT = 2_000_000
_TOKENS_A_CALL = 150
_REQUEST_RESET_MS = 60_000 // REQUESTS_LIMIT
_TOKEN_RESET_MS = 60_000 * _TOKENS_A_CALL / TOKENS_LIMIT


def api_headers(number: int) -> dict[str, str]:
    """Give the headers of the `number`-th answer of a server, counted from 1.

    What remains goes down with each call and starts again once the limit is used up.
    """
    used = (number - 1) % REQUESTS_LIMIT + 1
    return {
        "x-request-id": f"req_{number:032x}",
        "openai-version": "2020-10-01",
        "openai-organization": "org-mock",
        "openai-processing-ms": "5",
        "x-ratelimit-limit-requests": str(REQUESTS_LIMIT),
        "x-ratelimit-limit-tokens": str(TOKENS_LIMIT),
        "x-ratelimit-remaining-requests": str(REQUESTS_LIMIT - used),
        "x-ratelimit-remaining-tokens": str(TOKENS_LIMIT - used * _TOKENS_A_CALL),
        "x-ratelimit-reset-requests": duration(used * _REQUEST_RESET_MS),
        "x-ratelimit-reset-tokens": duration(int(used * _TOKEN_RESET_MS)),
    }


def duration(milliseconds: int) -> str:
    """Write a duration as the API does: `6ms`, `1s`, `1.5s`, `6m0s`, `1h0m0s`."""
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    if hours:
        return f"{hours}h{minutes}m{seconds}s"
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
