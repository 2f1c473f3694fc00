from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.reasoning import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("output", "reasoning", "level", "count", "expected"),
    [
        (100, 900, "high", 60, (1, Decimal("0.54"))),
        (100, 900, None, 60, (1, Decimal("0.54"))),
        (100, 900, "low", 60, NOTHING),
        (200, 900, "high", 50, (1, Decimal("0.45"))),
        (100, 400, "high", 60, (1, Decimal("0.24"))),
        (201, 1_900, "high", 60, NOTHING),
        (100, 390, "high", 60, NOTHING),
        (100, 900, "high", 49, NOTHING),
        (100, 0, "high", 60, NOTHING),
    ],
    ids=[
        "high",
        "by default",
        "low",
        "just short enough",
        "just thought enough",
        "long answers",
        "less thought",
        "too few",
        "no thought",
    ],
)
def test_thought_that_is_most_of_the_bill(
    output: int, reasoning: int, level: str | None, count: int, expected: Any, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Its whole cost is told, of which a lower effort saves a part."""
    settings = {"gen_ai.request.reasoning.level": level} if level else {}
    used = Used(input=100, output=output, reasoning=reasoning)
    records = [maker.record(kind(settings=settings), START + number, used) for number in range(count)]
    assert found(RULE, records) == expected
