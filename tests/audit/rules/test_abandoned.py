from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.abandoned import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import CANCELLED, OK, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("left", "of", "streamed", "expected"),
    [
        (20, 100, True, (1, Decimal("0.06"))),
        (9, 100, True, NOTHING),
        (10, 100, True, (1, Decimal("0.03"))),
        (20, 1_000, True, (1, Decimal("0.06"))),
        (20, 1_001, True, NOTHING),
        (20, 100, False, NOTHING),
    ],
    ids=["many", "a few", "just enough", "two of a hundred", "a few of a hundred", "no streams"],
)
def test_streams_that_are_left(
    left: int, of: int, streamed: bool, expected: Any, maker: Maker, kind: Kinds, found: Find
) -> None:
    """What is billed for them, where it is more than now and then."""
    records = [
        maker.record(kind(streamed=streamed), START + number, USED, outcome=CANCELLED if number < left else OK)
        for number in range(of)
    ]
    assert found(RULE, records) == expected
