from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.headroom import RULE
from keeptabs.core.limits import RateLimit
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("low", "of", "left", "findings"),
    [(20, 100, 9, 1), (19, 100, 9, 0), (20, 100, 10, 0), (20, 2_000, 9, 1), (20, 2_001, 9, 0), (20, 100, None, 0)],
    ids=["often", "seldom", "enough is left", "one of a hundred", "fewer", "not told"],
)
def test_limits_that_are_nearly_used_up(
    low: int, of: int, left: int | None, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Less than a tenth is left, again and again."""
    records = [
        maker.record(
            kind(),
            START + number,
            USED,
            rate_limit=RateLimit(limit_requests=100, remaining_requests=left if number < low else 60),
        )
        for number in range(of)
    ]
    assert found(RULE, records) == (findings, None)


def test_each_key_has_limits_of_its_own(maker: Maker, kind: Kinds, found: Find) -> None:
    """Ten low answers each of two keys are not twenty of one."""
    limit = RateLimit(limit_tokens=100, remaining_tokens=1)
    records = [maker.record(kind(key=f"{n % 2}"), START + n, USED, rate_limit=limit) for n in range(38)]
    assert found(RULE, records) == NOTHING
