"""Planted cases in what goes wrong: retries that cannot help, streams that are left."""

from collections.abc import Iterator
from typing import Any

from keeptabs.core.exchange import CallSite
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome
from keeptabs.store.record import Record
from keeptabs.testing.month.made import (
    BROKEN_OFF,
    CANCELLED,
    DAY,
    INVALID,
    LIMITED,
    MINUTE,
    OK,
    OVERLOADED,
    SECOND,
    Kind,
    Maker,
    Used,
)

_FLAKY = Kind(
    service="writer",
    model="gpt-6.1-sol",
    site=CallSite("/srv/writer/post.py", 102, "post"),
    route="POST /post",
    streamed=True,
    key="90cf41d7e6",
)
_TYPEAHEAD = Kind(
    service="typeahead",
    model="gpt-6.1-sol",
    site=CallSite("/srv/typeahead/suggest.py", 14, "suggest"),
    route="GET /suggest",
    streamed=True,
    key="ab6d0e53f1",
)
_USED = Used(input=1_000, output=800)  # 0.01 USD
_SHORT = SECOND // 2  # of an attempt that is refused


def retried(maker: Maker, start: int) -> Iterator[Record]:
    """300 streams that break off and are repeated, 50 retries too early, 50 at once, 100 that are refused again."""
    for number in range(300):
        yield from _twice(maker, start + 4 * DAY + number * 5 * MINUTE, BROKEN_OFF, 2 * SECOND, first=_USED, second=OK)
    limit = RateLimit(retry_after=20.0)
    for number in range(50):
        at = start + 8 * DAY + number * 5 * MINUTE
        yield from _twice(maker, at, LIMITED, SECOND, second=LIMITED, rate_limit=limit)
        yield from _twice(maker, at + 2 * MINUTE, OVERLOADED, SECOND // 100, second=OVERLOADED)
    for number in range(100):
        yield from _twice(maker, start + 9 * DAY + number * 5 * MINUTE, INVALID, SECOND, second=INVALID)


def _twice(  # noqa: PLR0913 - what two attempts are made of
    maker: Maker, at: int, outcome: Outcome, wait: int, *, second: Outcome, first: Used | None = None, **fields: Any
) -> Iterator[Record]:
    """An attempt that fails and the one after it."""
    failed = maker.record(_FLAKY, at, first, outcome=outcome, duration=_SHORT, **fields)
    yield failed
    identity = {"trace_id": failed.identity.trace_id, "operation_id": failed.identity.operation_id, "attempt": 2}
    used = _USED if second is OK else None
    yield maker.record(_FLAKY, at + _SHORT + wait, used, outcome=second, identity=identity, duration=_SHORT)


def abandoned(maker: Maker, start: int) -> Iterator[Record]:
    """600 streams, of which every other one is left."""
    for number in range(600):
        outcome = CANCELLED if number % 2 else OK
        yield maker.record(_TYPEAHEAD, start + 6 * DAY + number * MINUTE, _USED, outcome=outcome)
