from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.max_tokens import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]


@pytest.mark.parametrize(
    ("limit", "longest", "count", "findings"),
    [
        (8_000, 50, 50, 1),
        (4_000, 50, 60, 1),
        (8_000, 800, 60, 1),
        (8_000, 801, 60, 0),
        (3_999, 50, 60, 0),
        (8_000, 50, 49, 0),
        (None, 50, 60, 0),
        ("8", 5, 60, 0),
    ],
    ids=["far above", "just harmful", "ten times", "not so far", "harmless", "too few", "none", "no number"],
)
def test_limits_that_limit_nothing(
    limit: Any, longest: int, count: int, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Ten times the longest answer and more; it has no dollars."""
    settings = {} if limit is None else {"gen_ai.request.max_tokens": limit}
    records = [
        maker.record(kind(settings=settings), START + number, Used(input=10, output=longest - number % 3))
        for number in range(count)
    ]
    assert found(RULE, records) == (findings, None)


def test_what_to_set_is_a_round_number_above_the_longest(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """Twice the longest, up to the next hundred."""
    settings = {"gen_ai.request.max_tokens": 8_000}
    records = [maker.record(kind(settings=settings), START, Used(input=1, output=151)) for _ in range(50)]
    assert "Set max_tokens to 400," in RULE.find(records, prices)[0].change[0]
