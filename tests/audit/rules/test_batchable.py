from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.batchable import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import DAY, SECOND, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


def night(maker: Maker, kind: Kind, count: int = 200, pause: int = 2, **fields: Any) -> list[Record]:
    """Calls on two nights, some seconds apart."""
    return [
        maker.record(kind, START + day * DAY + number * pause * SECOND, USED, **fields)
        for day in (1, 2)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("kinds", "given", "saved"),
    [
        ({}, {}, "0.6"),
        ({"route": "POST /ask"}, {}, None),
        ({"streamed": True}, {}, None),
        ({}, {"service_tier": "flex"}, None),
        ({}, {"batch": True}, None),
        ({}, {"count": 50}, "0.15"),
        ({}, {"count": 50, "pause": 60}, "0.15"),
        ({}, {"count": 60, "pause": 61}, None),
        ({}, {"count": 49}, None),
        ({"operation": "speech_to_text"}, {}, None),
        ({"model": "house-model-1"}, {}, None),
    ],
    ids=[
        "at night",
        "under a request",
        "streamed",
        "flex",
        "batched",
        "just enough",
        "just fast enough",
        "slowly",
        "a few",
        "another kind",
        "no price",
    ],
)
def test_work_that_nobody_waits_for(
    kinds: dict[str, Any], given: dict[str, Any], saved: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """400 calls at half the price; whatever tells of somebody who waits, or of a batch, is a reason to be silent."""
    records = night(maker, kind(**{"route": None, **kinds}), **given)
    assert found(RULE, records) == (NOTHING if saved is None else (1, Decimal(saved)))


@pytest.mark.parametrize(("alone", "findings"), [(44, 1), (45, 0)])
def test_nearly_all_must_stand_in_runs(alone: int, findings: int, maker: Maker, kind: Kinds, found: Find) -> None:
    """Of ten calls one may be made by itself."""
    lonely = [maker.record(kind(route=None), START + 3 * DAY + n * 61 * SECOND, USED) for n in range(alone)]
    assert found(RULE, [*night(maker, kind(route=None)), *lonely])[0] == findings


@pytest.mark.parametrize(("hours", "findings"), [(32, 1), (30, 0)])
def test_runs_fill_a_quarter_of_the_hours_at_most(
    hours: int, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Runs in eight of so many hours."""
    at = [*range(7), hours - 1]
    records = [
        maker.record(kind(route=None), START + hour * 3_600 * SECOND + n * 2 * SECOND, USED)
        for hour in at
        for n in range(60)
    ]
    assert found(RULE, records)[0] == findings


def test_what_runs_all_day_is_no_batch(maker: Maker, kind: Kinds, found: Find) -> None:
    """A queue that is worked off around the clock is waited for by somebody."""
    records = [maker.record(kind(route=None), START + number * 50 * SECOND, USED) for number in range(3_000)]
    assert found(RULE, records) == NOTHING


def test_one_call_that_is_waited_for_is_enough(maker: Maker, kind: Kinds, found: Find) -> None:
    """The same place serves somebody."""
    waiting = maker.record(kind(), START, USED)
    assert found(RULE, [waiting, *night(maker, kind(route=None))]) == NOTHING
