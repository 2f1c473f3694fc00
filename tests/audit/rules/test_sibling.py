from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.sibling import RULE
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (1, Decimal("0.0015"))),
        ({"model": "gpt-6-luna"}, NOTHING),
        ({"provider": "groq"}, NOTHING),
        ({"model": "house-model-1"}, NOTHING),
    ],
    ids=["a larger one", "the smallest", "another seller", "unknown"],
)
def test_the_next_smaller_model(fields: dict[str, Any], expected: Any, maker: Maker, kind: Kinds, found: Find) -> None:
    """The same tokens at its rates."""
    assert found(RULE, [maker.record(kind(**fields), START, USED)]) == expected


def test_models_are_told_apart_as_the_code_names_them(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """The version that answered is the same for two names of it."""
    made = [
        maker.record(kind(model=name), START, USED, response_model="gpt-4o-2024-08-06")
        for name in ("gpt-4o", "gpt-4o-2024-08-06")
    ]
    assert [each.models for each in RULE.find(made, prices)] == [
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4o-2024-08-06", "gpt-4o-mini"),
    ]


def test_what_cost_nothing_cannot_cost_less(maker: Maker, kind: Kinds, found: Find) -> None:
    """A refused call, and one that a cache answered."""
    free = Cost(usd=Decimal(0), status=CostStatus.FREE)
    assert found(RULE, [maker.record(kind(), START), maker.record(kind(), START, cost=free)]) == NOTHING
