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
        ({}, {"pause": 61}, None),
        ({}, {"count": 40}, None),
        ({"operation": "speech_to_text"}, {}, None),
        ({"model": "house-model-1"}, {}, None),
    ],
    ids=["at night", "under a request", "streamed", "flex", "batched", "slowly", "a few", "another kind", "no price"],
)
def test_work_that_nobody_waits_for(
    kinds: dict[str, Any], given: dict[str, Any], saved: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """400 calls at half the price; whatever tells of somebody who waits, or of a batch, is a reason to be silent."""
    records = night(maker, kind(**{"route": None, **kinds}), **given)
    assert found(RULE, records) == (NOTHING if saved is None else (1, Decimal(saved)))


def test_what_runs_all_day_is_no_batch(maker: Maker, kind: Kinds, found: Find) -> None:
    """A queue that is worked off around the clock is waited for by somebody."""
    records = [maker.record(kind(route=None), START + number * 50 * SECOND, USED) for number in range(3_000)]
    assert found(RULE, records) == NOTHING


def test_one_call_that_is_waited_for_is_enough(maker: Maker, kind: Kinds, found: Find) -> None:
    """The same place serves somebody."""
    waiting = maker.record(kind(), START, USED)
    assert found(RULE, [waiting, *night(maker, kind(route=None))]) == NOTHING
