"""The rate-limit state that the headers of an answer tell, by the names that its provider has for them."""

from collections.abc import Mapping

from keeptabs.core.limits import RateLimit, count, retry_after, seconds, until
from keeptabs.core.provider import Provider


def rate_limit(provider: Provider, headers: Mapping[str, str], at: int) -> RateLimit | None:
    """The rate-limit state in the headers of an answer (names in lower case), or None when they say nothing of it.

    ``at`` is when the answer came, in nanoseconds since the epoch.
    """
    said = {field: headers.get(name) for field, name in provider.limits.items()}
    state = RateLimit(
        limit_requests=count(said.get("limit_requests")),
        remaining_requests=count(said.get("remaining_requests")),
        reset_requests=_reset(said.get("reset_requests"), at),
        limit_tokens=count(said.get("limit_tokens")),
        remaining_tokens=count(said.get("remaining_tokens")),
        reset_tokens=_reset(said.get("reset_tokens"), at),
        retry_after=retry_after(headers),
    )
    return None if state == RateLimit() else state


def _reset(text: str | None, at: int) -> float | None:
    duration = seconds(text)
    return duration if duration is not None else until(text, at)
