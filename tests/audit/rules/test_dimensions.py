from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.dimensions import RULE
from keeptabs.core.digest import Digest
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

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
