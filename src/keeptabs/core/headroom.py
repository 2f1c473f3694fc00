"""A rate limit as a token bucket: how full it is, how fast it drains, and when it is empty at that rate.

A provider refills a bucket of ``limit`` continuously, and tells after each call what ``remaining`` there is and, often,
how long until it is full again. What is used between two answers, by whomever, follows from the two.
"""

import msgspec

_WINDOW = 60.0  # seconds: limits are mostly per minute, and so is the memory of the rate
_LEAST = 0.05  # seconds between two observations from which a rate can be told


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One limit as it stood at ``at`` (nanoseconds since the epoch). Rates are per second; None: not known yet."""

    limit: int
    remaining: int
    at: int
    refill: float
    drain: float | None = None

    @property
    def headroom(self) -> float:
        """The share of the limit that is left, from 0 to 1."""
        return min(max(self.remaining / self.limit, 0.0), 1.0) if self.limit > 0 else 0.0

    @property
    def empty_in(self) -> float | None:
        """Seconds until the bucket is empty when it drains on as it does; None when it does not empty."""
        if self.drain is None or self.drain <= self.refill:
            return 0.0 if self.remaining <= 0 else None
        return max(self.remaining, 0) / (self.drain - self.refill)


def observe(
    before: Bucket | None, *, limit: int | None, remaining: int | None, reset: float | None, at: int
) -> Bucket | None:
    """The bucket after an answer, or ``before`` when the answer says too little or is older than what is known."""
    if limit is None or remaining is None or limit <= 0 or (before is not None and at < before.at):
        return before
    refill = (limit - remaining) / reset if reset and remaining < limit else limit / _WINDOW
    if before is None or before.limit != limit:
        return Bucket(limit=limit, remaining=remaining, at=at, refill=refill)
    passed = (at - before.at) / 1e9
    if passed < _LEAST:  # answers to calls that ran at once: keep the lowest, and wait to tell a rate
        lowest = min(remaining, before.remaining)
        return msgspec.structs.replace(before, remaining=lowest, refill=refill)
    used = max(before.remaining + min(refill * passed, limit - before.remaining) - remaining, 0.0)
    weight = min(passed / _WINDOW, 1.0) if before.drain is not None else 1.0
    drain = used / passed * weight + (before.drain or 0.0) * (1 - weight)
    return Bucket(limit=limit, remaining=remaining, at=at, refill=refill, drain=drain)
