from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rules.retries import RULE
from keeptabs.core.digest import Digest
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome
from keeptabs.store.record import Record
from keeptabs.testing.month.made import (
    BROKEN_OFF,
    INVALID,
    LIMITED,
    MINUTE,
    OK,
    OVERLOADED,
    SECOND,
    START,
    Kind,
    Maker,
    Used,
)

Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD


def attempts(maker: Maker, kind: Kind, outcomes: list[Outcome], wait: float, **given: Any) -> list[Record]:
    """Operations of attempts that end so, with so many seconds between two; the first uses what is given."""
    records = []
    for number in range(given.get("count", 10)):
        ids: dict[str, Any] = {"trace_id": maker.hash(), "operation_id": maker.hash()}
        limit = RateLimit(retry_after=given["retry_after"]) if "retry_after" in given else None
        for attempt, outcome in enumerate(outcomes):
            at = START + number * 60 * MINUTE + int(attempt * (1 + wait) * SECOND)
            used = USED if outcome is OK or (given.get("paid") and not attempt) else None
            identity = ids | {"attempt": attempt + 1}
            made = {"outcome": outcome, "rate_limit": limit, "identity": identity, "duration": SECOND}
            records.append(maker.record(kind, at, used, **made))
    return records


@pytest.mark.parametrize(
    ("outcomes", "wait", "given", "title", "usd"),
    [
        ([BROKEN_OFF, OK], 1, {"paid": True}, "pays for attempts", "0.03"),
        ([LIMITED, LIMITED], 1, {"retry_after": 2.0}, "before the provider allows it", "0"),
        ([LIMITED, OK], 1, {"retry_after": 2.0}, "before the provider allows it", "0"),
        ([OVERLOADED, OVERLOADED], 0.01, {}, "at once", "0"),
        ([INVALID, INVALID], 5, {}, "cannot succeed", "0"),
        ([BROKEN_OFF, OK], 1, {}, None, None),
        ([LIMITED, OK], 1.9, {"retry_after": 2.0}, None, None),
        ([OVERLOADED, OK], 0.5, {}, None, None),
        ([INVALID, OK], 5, {}, None, None),
        ([OK], 0, {}, None, None),
    ],
    ids=[
        "paid for",
        "too early",
        "too early, and lucky",
        "at once",
        "for good",
        "nothing was billed",
        "as long as asked",
        "after a while",
        "it succeeded",
        "no failure",
    ],
)
def test_retries(
    outcomes: list[Outcome],
    wait: float,
    given: dict[str, Any],
    title: str | None,
    usd: str | None,
    maker: Maker,
    kind: Kinds,
    prices: Prices,
) -> None:
    """Each kind of mistake is told by itself."""
    findings = RULE.find(attempts(maker, kind(), outcomes, wait, **given), prices)
    assert [(title in each.title, each.usd, each.calls) for each in findings if title] == (
        [(True, Decimal(usd), 10)] if usd else []
    )
    assert bool(findings) is bool(title)


@pytest.mark.parametrize(("count", "findings"), [(5, 1), (4, 0)])
def test_a_few_are_no_habit(count: int, findings: int, maker: Maker, kind: Kinds, prices: Prices) -> None:
    """Five are."""
    records = attempts(maker, kind(), [OVERLOADED, OVERLOADED], 0.01, count=count)
    assert len(RULE.find(records, prices)) == findings


@pytest.mark.parametrize(("wait", "findings"), [(0.09, 1), (0.11, 0)])
def test_a_tenth_of_a_second_is_a_pause(wait: float, findings: int, maker: Maker, kind: Kinds, prices: Prices) -> None:
    """Who waits less does not wait."""
    assert len(RULE.find(attempts(maker, kind(), [OVERLOADED, OVERLOADED], wait), prices)) == findings


@pytest.mark.parametrize(
    ("apart", "calls"), [(1, 9), (9, 9), (11, 0)], ids=["a minute later", "minutes later", "much later"]
)
def test_the_same_refused_request_is_a_try_again_without_a_word(
    apart: int, calls: int, maker: Maker, kind: Kinds, prices: Prices
) -> None:
    """A loop of the application's own is known by the hash of what it asks."""
    digest = Digest(body=maker.hash())
    records = [
        maker.record(kind(), START + number * apart * MINUTE, outcome=INVALID, digest=digest) for number in range(10)
    ]
    assert [each.calls for each in RULE.find(records, prices)] == ([calls] if calls else [])
