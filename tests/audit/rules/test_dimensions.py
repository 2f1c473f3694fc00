from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.dimensions import RULE
from keeptabs.core.digest import Digest
from keeptabs.store.record import Record
from keeptabs.testing.month.made import LIMITED, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]


@pytest.mark.parametrize(
    ("model", "settings", "vectors", "findings"),
    [
        ("text-embedding-3-large", {}, 10_000, 1),
        ("text-embedding-3-large", {"gen_ai.embeddings.dimension.count": 1_024}, 10_000, 0),
        ("text-embedding-ada-002", {}, 10_000, 0),
        ("text-embedding-3-large", {}, 9_900, 0),
    ],
    ids=["full", "shortened", "cannot", "few"],
)
def test_long_vectors(
    model: str, settings: dict[str, Any], vectors: int, findings: int, maker: Maker, kind: Kinds, found: Find
) -> None:
    """Of models that can make shorter ones; what a database takes for it is not known."""
    records = [
        maker.record(kind(model=model, settings=settings), START, Used(input=1), digest=Digest(embedded=100))
        for _ in range(vectors // 100)
    ]
    assert found(RULE, records) == (findings, None)


def test_what_they_take_is_told_in_bytes(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """Four for each number."""
    large = kind(model="text-embedding-3-large")
    records = [maker.record(large, START, Used(input=1), digest=Digest(embedded=100)) for _ in range(100)]
    (finding,) = RULE.find(records, prices)
    assert finding.rows == (("3,072", 122_880_000), ("512", 20_480_000))


def test_a_call_that_failed_made_no_vectors(maker: Maker, kind: Kinds, found: Find) -> None:
    """However many were asked for."""
    large = kind(model="text-embedding-3-large")
    records = [maker.record(large, START, digest=Digest(embedded=10_000), outcome=LIMITED)]
    assert found(RULE, records) == (0, None)
