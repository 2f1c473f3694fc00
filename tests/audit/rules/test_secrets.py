from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.secrets import RULE
from keeptabs.core.call import IN_PROMPT
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD


@pytest.mark.parametrize(
    ("facts", "findings"),
    [({IN_PROMPT: ["openai-api-key"]}, 1), ({IN_PROMPT: []}, 0), ({"keeptabs.other": ["x"]}, 0), ({}, 0)],
    ids=["a key", "none", "another fact", "no facts"],
)
def test_keys_in_prompts(facts: dict[str, Any], findings: int, maker: Maker, kind: Kinds, found: Find) -> None:
    """What the guard has noticed; one is enough."""
    assert found(RULE, [maker.record(kind(), START, USED, facts=facts)]) == (findings, None)


def test_kinds_of_keys_are_counted(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """The most frequent first."""
    facts = [{IN_PROMPT: ["a", "b"]}, {IN_PROMPT: ["b"]}]
    (finding,) = RULE.find([maker.record(kind(), START, USED, facts=each) for each in facts], prices)
    assert finding.rows == (("b", 2), ("a", 1))
