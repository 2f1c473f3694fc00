from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.unpinned import RULE
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("asked", "answered", "findings"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", 1),
        ("claude-x", "claude-x-20250514", 1),
        ("claude-x", "claude-x@20250514", 1),
        ("chat-latest", "chat-latest", 1),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06", 0),
        ("gpt-6-luna", "gpt-6-luna", 0),
        ("gpt-4o", "gpt-4o-mini-2024-07-18", 0),
        ("my-deployment", "gpt-4o-2024-08-06", 0),
        ("gpt-4o", None, 0),
    ],
)
def test_names_that_move(
    asked: str, answered: str | None, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """A version of what was asked for answered, or the name says it; a deployment is pinned where it is made."""
    records = [maker.record(kind(model=asked), START + n, USED, response_model=answered) for n in range(20)]
    assert found(RULE, records) == (findings, None)
    assert found(RULE, records[:19]) == NOTHING


def test_a_name_that_moved_is_told_with_its_versions(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """From which to which, and since when there is a newer one."""
    versions = ["gpt-4o-2024-08-06"] * 15 + ["gpt-4o-2024-11-20"] * 5
    records = [maker.record(kind(model="gpt-4o"), START + n, USED, response_model=v) for n, v in enumerate(versions)]
    (finding,) = RULE.find(records, prices)
    assert finding.title.endswith("and did: to gpt-4o-2024-11-20")
    assert [row[:2] for row in finding.rows] == [("gpt-4o-2024-08-06", 15), ("gpt-4o-2024-11-20", 5)]
    assert finding.confidence.value == "high"
