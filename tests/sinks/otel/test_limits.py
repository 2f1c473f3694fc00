"""Rate limits as gauges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Account, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.sinks.otel import limits
from keeptabs.sinks.otel.limits import GAUGES, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.store.record import Record

SECOND = 1_000_000_000


def follow(found: Limits, record: Callable[..., Record], at: int, remaining: int, **fields: Any) -> dict[str, Any]:
    """The gauges, by kind and name, after an answer at a second."""
    state = RateLimit(limit_tokens=600, remaining_tokens=remaining)
    found.follow(record(rate_limit=state, timing=Timing(started_at=at * SECOND), **fields).call)
    return {
        f"{attributes['keeptabs.rate_limit.kind']} {name.rpartition('.')[2]}": of(bucket)
        for attributes, bucket in found.read(at * SECOND)
        for name, (_, of) in GAUGES.items()
    }


def test_the_gauges_of_a_bucket(record: Callable[..., Record]) -> None:
    """What is left, as a number and as a share, and when there is nothing left."""
    found = Limits()
    first = follow(found, record, 0, 600)
    assert first == {"tokens limit": 600, "tokens remaining": 600, "tokens headroom": 1.0, "tokens empty_in": 86_400.0}
    then = follow(found, record, 10, 300)
    assert then["tokens headroom"] == 0.5
    assert then["tokens empty_in"] == pytest.approx(300 / (30 - 10))
    assert follow(found, record, 20, 0)["tokens empty_in"] == 0.0


@pytest.mark.parametrize(
    "other",
    [{"provider": "groq"}, {"request": Asked(model="o3")}, {"account": Account(key="k2")}],
    ids=["another provider", "another model", "another account"],
)
def test_each_account_and_model_has_a_bucket_of_its_own(record: Callable[..., Record], other: dict[str, Any]) -> None:
    """What one used is not taken from another."""
    found = Limits()
    follow(found, record, 0, 600)
    assert follow(found, record, 10, 300, **other)["tokens empty_in"] == 86_400.0


def test_an_answer_without_limits_has_no_gauges(record: Callable[..., Record]) -> None:
    """Nothing is told of what was not said."""
    found = Limits()
    found.follow(msgspec.structs.replace(record().call, rate_limit=None))
    found.follow(record().call)
    assert found.read(0) == []


@pytest.mark.parametrize(("seconds", "buckets"), [(299, 1), (300, 0)], ids=["a moment before", "five minutes later"])
def test_what_was_told_long_ago_is_told_no_more(record: Callable[..., Record], seconds: int, buckets: int) -> None:
    """A gauge does not stand at nearly nothing for as long as nobody calls."""
    found = Limits()
    follow(found, record, 0, 5)
    assert len(found.read(seconds * SECOND)) == buckets


def test_buckets_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch, record: Callable[..., Record]
) -> None:
    """Names come from the wire: what is kept by name has an end, and the one seen least lately goes."""
    monkeypatch.setattr(limits, "_MOST", 2)
    found = Limits()
    for at, model in enumerate(["a", "b", "a", "c"]):
        follow(found, record, at, 500 - at, request=Asked(model=model))
    assert [key[2] for key in found._buckets] == ["a", "c"]
