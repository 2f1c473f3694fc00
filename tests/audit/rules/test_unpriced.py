from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.unpriced import RULE
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD


@pytest.mark.parametrize(
    ("status", "findings"),
    [
        (CostStatus.UNPRICED, 1),
        (CostStatus.PARTIAL, 1),
        (CostStatus.PRICED, 0),
        (CostStatus.FREE, 0),
        (CostStatus.NO_USAGE, 0),
    ],
)
def test_costs_that_are_not_known(status: CostStatus, findings: int, maker: Maker, kind: Kinds, found: Find) -> None:
    """All of it or a part; a call that used nothing lacks no price."""
    records = [maker.record(kind(), START, cost=Cost(status=status, why="no flex rates"))]
    assert found(RULE, records) == (findings, None)


def test_each_model_is_told_with_why(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """And with how many tokens are without a price."""
    records = [maker.record(kind(model="house-model-1"), START, USED) for _ in range(2)]
    (finding,) = RULE.find(records, prices)
    assert finding.evidence == "2 calls with 2,200 tokens: no price for house-model-1 at openai"
