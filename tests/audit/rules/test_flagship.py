from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.flagship import RULE
from keeptabs.core.usage import Usage
from keeptabs.store.record import Record
from keeptabs.testing.month.made import LIMITED, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("short", "count", "model", "used", "expected"),
    [
        (5, 60, "gpt-6.1-sol", {}, (1, Decimal("0.0615"))),
        (5, 60, "gpt-6.1-sol", {"reasoning": 500}, (1, Decimal("0.2115"))),
        (17, 60, "gpt-6.1-sol", {}, NOTHING),
        (5, 49, "gpt-6.1-sol", {}, NOTHING),
        (5, 60, "gpt-6-luna", {}, NOTHING),
    ],
    ids=["a word", "a word after much thought", "a sentence", "too few", "a small model"],
)
def test_answers_of_a_word(
    short: int, count: int, model: str, used: dict[str, int], expected: Any, maker: Maker, kind: Kinds, found: Find
) -> None:
    """At half the price, with the smallest model of the family."""
    records = [
        maker.record(kind(model=model), START + number, Used(input=1_000, output=short, **used))
        for number in range(count)
    ]
    assert found(RULE, records) == expected


@pytest.mark.parametrize("fields", [{"usage": None}, {"usage": Usage()}, {"outcome": LIMITED}])
def test_what_is_no_answer_is_no_short_one(fields: dict[str, Any], maker: Maker, kind: Kinds, found: Find) -> None:
    """Nothing was said, or nobody knows how much."""
    records = [maker.record(kind(), START + n, Used(input=1_000, output=5), **fields) for n in range(60)]
    assert found(RULE, records) == NOTHING


def test_fifty_answers_are_enough(maker: Maker, kind: Kinds, found: Find) -> None:
    """With sixteen tokens each."""
    records = [maker.record(kind(), START + n, Used(input=1_000, output=16)) for n in range(50)]
    assert found(RULE, records)[0] == 1


@pytest.mark.parametrize(("long", "count"), [(5, 1), (6, 0)])
def test_nearly_all_must_be_short(long: int, count: int, maker: Maker, kind: Kinds, found: Find) -> None:
    """Five of a hundred may be longer."""
    records = [
        maker.record(kind(), START + number, Used(input=1_000, output=300 if number < long else 5))
        for number in range(100)
    ]
    assert found(RULE, records)[0] == count
