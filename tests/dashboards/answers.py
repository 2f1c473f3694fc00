"""What each panel must say of the fleet: counted from the calls themselves, in no query language.

An answer is a value for each key, a key being the labels or columns that tell the rows apart.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fleet import BATCHES, INSTANCE, RANGE, SERVICE

from keeptabs.core.call import IN_PROMPT, is_gap
from keeptabs.core.cost import CostStatus
from keeptabs.sinks.otel.semconv import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.core.call import Call

Key = tuple[str, ...]
Answer = dict[Key, float]
BUDGET, QUANTILE = 1000.0, 0.95
HOUR, MINUTE = 3600 / RANGE * BATCHES, 60 / RANGE * BATCHES  # batches in each, at the pace of the range

ERRORS = ("rate_limited", "truncated", "auth", "server_error")


def everything(_: Call) -> Key:
    return ()


def asked_model(call: Call) -> Key:
    """As the metrics have it."""
    return (call.request.model or "",)


def known_model(call: Call) -> Key:
    """As the ledger and ClickHouse have it: of a search, what was searched."""
    return (call.model,)


def feature(call: Call) -> Key:
    return (call.tags.get("feature", ""),)


def provider(call: Call) -> Key:
    return (call.provider,)


def outcome(call: Call) -> Key:
    return (call.outcome.kind.value,)


def usd(call: Call) -> float:
    return float(call.cost.usd or 0)


def one(_: Call) -> float:
    return 1.0


def seconds(call: Call) -> float:
    return call.timing.duration / 1e9


def tokens(*prefixes: str) -> Callable[[Call], float]:
    return lambda call: float((call.usage and call.usage.sum(*prefixes)) or 0)


INPUT, READ, WRITE, OUTPUT = tokens("input", "cache"), tokens("cache_read"), tokens("cache_write"), tokens("output")


def total(calls: list[Call], of: Callable[[Call], float], by: Callable[[Call], Key], times: float = 1) -> Answer:
    """A sum for each key, so many times over; keys without anything are not there."""
    found: Answer = defaultdict(float)
    for call in calls:
        found[by(call)] += of(call) * times
    return {key: value for key, value in found.items() if value}


def ratio(above: Answer, below: Answer) -> Answer:
    return {key: value / below[key] for key, value in above.items()}


def quantile(calls: list[Call], of: Callable[[Call], float], by: Callable[[Call], Key], exact: bool) -> Answer:
    """The value that a share of the calls stays below: of the calls themselves, or of the histogram's buckets."""
    values: dict[Key, list[float]] = defaultdict(list)
    for call in calls:
        values[by(call)].append(of(call))
    take = _exact if exact else _in_buckets
    return {key: take(sorted(some)) for key, some in values.items()}


def _exact(values: list[float]) -> float:
    many = sorted(values * BATCHES)
    return many[int(QUANTILE * len(many))]


def _in_buckets(values: list[float]) -> float:
    """As Prometheus interpolates: evenly within the bucket that holds the rank."""
    rank, before, low = QUANTILE * len(values), 0, 0.0
    for high in SECONDS:
        until = sum(value <= high for value in values)
        if until >= rank:
            return low + (high - low) * (rank - before) / (until - before)
        before, low = until, high
    return math.nan


def days_in_month(at: int) -> int:
    day = datetime.fromtimestamp(at, UTC)
    return monthrange(day.year, day.month)[1]


def having(calls: list[Call], *outcomes: str) -> list[Call]:
    return [call for call in calls if call.outcome.kind.value in outcomes]


def answers(calls: list[Call], at: int, *, exact: bool) -> dict[str, Answer]:
    """The answer of every panel that can be counted from calls, at a time in seconds; ``exact``: as SQL gives it."""
    model = known_model if exact else asked_model
    whole, failed = BATCHES, having(calls, *ERRORS)
    searches = [call for call in calls if call.operation == "retrieval"]
    streamed = [call for call in calls if call.streamed]
    priced = [call for call in calls if call.cost.usd]
    leaks = [call for call in calls if call.facts.get(IN_PROMPT)]
    gaps = [call for call in calls if is_gap(call, call.cost)]
    uncertain = [call for call in calls if call.cost.status is CostStatus.ESTIMATED]
    writers = {model(call) for call in calls if WRITE(call)}
    spend, count = total(calls, usd, everything), total(calls, one, everything)
    pace = {(): spend[()] * BATCHES / RANGE * 86400 * days_in_month(at)}
    kinds = {
        "input": tokens("input"),
        "cache_read": READ,
        "cache_write": WRITE,
        "reasoning": tokens("output.reasoning"),
    }
    kinds["output"] = tokens("output.text")

    def duration(some: list[Call], by: Callable[[Call], Key]) -> Answer:
        return quantile(some, seconds, by, exact)

    return {
        "spend": total(calls, usd, everything, whole),
        "spend-change": {(): 1.0},  # twice as many batches as in the half hour before
        "budget-used": total(calls, usd, everything, whole / BUDGET),
        "month-at-this-pace": pace,
        "unpriced": total(gaps, one, everything, whole),
        "calls": total(calls, one, everything, whole),
        "error-share": ratio(total(failed, one, everything), count),
        "rate-limited-share": ratio(total(having(calls, "rate_limited"), one, everything), count),
        "cache-share": ratio(total(calls, READ, everything), total(calls, INPUT, everything)),
        "duration": duration(calls, everything),
        "cost-by-model": total(calls, usd, model, HOUR),
        "cost-by-feature": total(calls, usd, feature, HOUR),
        "budget-burn": {(): pace[()] / BUDGET},
        "cost-per-call": ratio(total(calls, usd, model), total(calls, one, model)),
        "wasted": total([call for call in calls if call.outcome.kind.value != "ok"], usd, outcome, whole),
        "cost-by-status": total(priced, usd, lambda call: (call.cost.status.value,), whole),
        "cost-by-site": total(priced, usd, lambda call: (f"{call.site.file}:7" if call.site else "",), whole),
        "cost-by-user": total(priced, usd, lambda call: (call.tags.get("user", ""),), whole),
        "tokens-by-kind": {(kind,): total(calls, of, everything, MINUTE)[()] for kind, of in kinds.items()},
        "tokens-by-model": total(calls, tokens("input", "cache", "output"), model, MINUTE),
        "cache-share-by-model": ratio(total(calls, READ, model), total(calls, INPUT, model)),
        "reads-a-write": ratio(
            {key: value for key, value in total(calls, READ, model).items() if key in writers},
            total(calls, WRITE, model),
        ),
        "output-a-call": ratio(total(calls, OUTPUT, model), total(calls, one, model)),
        "reasoning-share": ratio(total(calls, kinds["reasoning"], model), total(calls, OUTPUT, model)),
        "duration-by-model": duration(calls, model),
        "duration-by-feature": duration(calls, feature),
        "first-chunk": quantile(streamed, lambda call: (call.timing.first_chunk or 0) / 1e9, model, exact),
        "output-speed": ratio(total(calls, OUTPUT, model), total(calls, seconds, model)),
        "outcomes": total(calls, one, outcome, MINUTE),
        "errors-by-type": total(failed, one, lambda call: (*model(call), call.outcome.error_type or ""), whole),
        "rate-limited-by-model": ratio(total(having(calls, "rate_limited"), one, model), total(calls, one, model)),
        "retries": ratio(total([call for call in calls if call.resend_count], one, everything), count),
        "headroom": {("o3", "requests"): 0.4},
        "empty-in": {("o3", "requests"): 86400.0},
        "leaks": total(leaks, one, everything, whole),
        "leaks-by-kind": total(leaks, one, lambda call: tuple(call.facts[IN_PROMPT]), whole),
        "leaks-by-service": total(leaks, one, lambda _: (SERVICE,), whole),
        "declined": total(having(calls, "refusal", "content_policy"), one, outcome, MINUTE),
        "turned-away": total(having(calls, "auth", "permission"), one, provider, whole),
        "searches": total(searches, one, provider, MINUTE),
        "search-duration": duration(searches, provider),
        "search-errors": ratio(total(having(searches, *ERRORS), one, provider), total(searches, one, provider)),
        "empty-searches": {("docs",): float(whole)},
        "processes": {(SERVICE,): float(len({INSTANCE}))},
        "unpriced-share": ratio(total(gaps, one, model), total(calls, one, model)),
        "uncertain-share": ratio(total(uncertain, usd, everything), spend),
        "overflow": {(): 0.0},
    }
