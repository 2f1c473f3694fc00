from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.spikes import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import DAY, SECOND, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


def days(maker: Maker, kind: Kind, counts: list[int]) -> list[Record]:
    """So many calls on each day."""
    return [
        maker.record(kind, START + day * DAY + number * SECOND, USED)
        for day, count in enumerate(counts)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("counts", "usd"),
    [
        ([10] * 6 + [50], "0.12"),
        ([10] * 5 + [50, 60], "0.27"),
        ([10] * 6 + [40], None),
        ([2] * 6 + [20], "0.054"),
        ([2] * 6 + [19], None),
        ([10] * 5 + [50], None),
        ([10, 20, 30, 40, 50, 60, 70], None),
    ],
    ids=[
        "one day",
        "two days",
        "four times is not above it",
        "just enough calls",
        "few calls",
        "too few days",
        "it grows",
    ],
)
def test_days_that_stand_out(counts: list[int], usd: str | None, maker: Maker, kind: Kinds, found: Find) -> None:
    """What they cost above the median day."""
    assert found(RULE, days(maker, kind(), counts)) == (NOTHING if usd is None else (1, Decimal(usd)))


def test_places_do_not_hide_each_other(maker: Maker, kind: Kinds, found: Find) -> None:
    """Each is held against its own days."""
    busy = days(maker, kind(service="busy"), [300] * 7)
    assert found(RULE, [*busy, *days(maker, kind(), [10] * 6 + [50])])[0] == 1
