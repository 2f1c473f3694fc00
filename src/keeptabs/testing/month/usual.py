"""A month in which nothing is to be said: four services, nights and weekends, two incidents, retries that wait.

Prompts are cached where they can be, models are pinned and the smallest of their family, failures are retried after as
long as the provider asked for.
"""

from collections.abc import Iterator
from math import pi, sin
from typing import Any

from keeptabs.core.dialect import Asked
from keeptabs.core.digest import Digest
from keeptabs.core.exchange import CallSite
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome
from keeptabs.store.record import Record
from keeptabs.testing.month.made import (
    CANCELLED,
    DAYS,
    HOUR,
    LIMITED,
    MINUTE,
    OK,
    OVERLOADED,
    SECOND,
    Kind,
    Maker,
    Used,
    prompt,
)

DESK = Kind(
    service="desk",
    model="gpt-6-luna",
    site=CallSite("/srv/desk/answer.py", 88, "Answerer.reply"),
    route="POST /tickets/{id}/reply",
    streamed=True,
)
NOTES = Kind(
    service="notes",
    provider="anthropic",
    server="api.anthropic.com",
    path="/v1/messages",
    api="messages",
    model="claude-haiku-5-5",
    site=CallSite("/srv/notes/summary.py", 31, "summarise"),
    route="POST /notes",
    key="9d20e4b6aa",
)
SEARCH = Kind(
    service="search",
    model="text-embedding-3-small",
    path="/v1/embeddings",
    api="embeddings",
    operation="embeddings",
    site=CallSite("/srv/search/query.py", 12, "vector"),
    route="GET /search",
    settings={"gen_ai.embeddings.dimension.count": 512},
    key="7b3311c0de",
)
FORMS = Kind(
    service="forms",
    model="gpt-6-luna",
    site=CallSite("/srv/forms/extract.py", 54, "fields"),
    route="POST /forms",
    settings={"gen_ai.request.max_tokens": 400},
    key="a8e0f7d215",
)
_OF_A_HUNDRED = ((DESK, 45), (NOTES, 75), (SEARCH, 90), (FORMS, 100))  # up to which number of a hundred
_PREFIX = 1_536  # tokens of the desk's instructions
_CACHE = 5 * MINUTE  # for which a provider keeps a prefix
_LIMITED_HOURS = range(11 * 24 + 13, 11 * 24 + 16)
_OVERLOADED_HOURS = range(19 * 24 + 9, 19 * 24 + 10)
_LEFT_OF_A_THOUSAND = 3  # replies that nobody waits for


def usual(maker: Maker, count: int, start: int) -> Iterator[Record]:
    """``count`` calls from ``start`` on, in the order of time; some are tried again, which makes two of them."""
    month = _Month(maker)
    for hour, number in enumerate(_by_hour(count)):
        begins = start + hour * HOUR
        times = sorted(maker.random.randrange(HOUR - MINUTE) for _ in range(number))
        records = [record for time in times for record in month.calls(hour, begins + time)]
        yield from sorted(records, key=lambda record: record.call.timing.started_at)


def _by_hour(count: int) -> Iterator[int]:
    """How many of all calls each hour has."""
    weights = [_weight(hour) for hour in range(DAYS * 24)]
    whole, so_far, given = sum(weights), 0.0, 0
    for weight in weights:
        so_far += weight
        due = round(count * so_far / whole)
        yield due - given
        given = due


def _weight(hour: int) -> float:
    """How busy an hour is: quiet nights, half as much on the two days of each weekend."""
    day, of_day = divmod(hour, 24)
    busy = 0.1 + max(sin(pi * (of_day - 6) / 15), 0.0)
    return busy * (0.55 if day % 7 in {0, 6} else 1.0)


class _Month:
    """Makes the calls one after another, and knows what the provider has in its cache."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._prefix, self._cached_until = maker.hash(), 0

    def calls(self, hour: int, at: int) -> list[Record]:
        """One call, with the attempt before it where that failed."""
        number = self._maker.random.randrange(100)
        kind = next(kind for kind, up_to in _OF_A_HUNDRED if number < up_to)
        if kind is DESK and hour in _LIMITED_HOURS and number % 3 == 0:
            return self._again(at, LIMITED, RateLimit(retry_after=2.0), 2.5)
        if kind is DESK and hour in _OVERLOADED_HOURS and number % 2 == 0:
            return self._again(at, OVERLOADED, None, 1.2)
        return [self._call(kind, at)]

    def _again(self, at: int, outcome: Outcome, limit: RateLimit | None, wait: float) -> list[Record]:
        failed = self._maker.record(DESK, at, outcome=outcome, rate_limit=limit, duration=SECOND // 5)
        first = failed.identity
        identity = {"trace_id": first.trace_id, "operation_id": first.operation_id, "attempt": 2}
        again = self._desk(at + SECOND // 5 + int(wait * SECOND), {**identity, "previous_span_id": first.span_id})
        return [failed, again]

    def _call(self, kind: Kind, at: int) -> Record:
        random, record = self._maker.random, self._maker.record
        if kind is DESK:
            return self._desk(at, {})
        if kind is SEARCH:
            one = Digest(body=self._maker.hash(), items=(self._maker.hash(),), embedded=1)
            return record(kind, at, Used(input=random.randint(4, 40)), digest=one)
        if kind is FORMS:
            asked = Asked(model=kind.model, output_type="json", settings=kind.settings)
            return record(kind, at, Used(input=random.randint(300, 900), output=random.randint(60, 220)), request=asked)
        return record(kind, at, Used(input=random.randint(350, 950), output=random.randint(90, 260)))

    def _desk(self, at: int, identity: dict[str, Any]) -> Record:
        """A reply: long instructions that are cached for five minutes, a question, an answer that flows."""
        random = self._maker.random
        asked, cached = random.randint(60, 600), at < self._cached_until
        self._cached_until = at + _CACHE
        used = Used(
            input=asked if cached else asked + _PREFIX, cached=_PREFIX if cached else 0, output=random.randint(80, 420)
        )
        is_left = random.randrange(1000) < _LEFT_OF_A_THOUSAND
        return self._maker.record(
            DESK,
            at,
            used,
            identity=identity,
            outcome=CANCELLED if is_left else OK,
            rate_limit=RateLimit(limit_tokens=2_000_000, remaining_tokens=random.randint(1_100_000, 1_900_000)),
            digest=prompt(self._maker.hash(), ("s", self._prefix, _PREFIX), ("u", self._maker.hash(), asked)),
        )
