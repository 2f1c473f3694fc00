from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.embeddings import RULE
from keeptabs.core.digest import Digest
from keeptabs.store.record import Record
from keeptabs.testing.month.made import LIMITED, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
NOTHING = (0, None)


def embedded(maker: Maker, kind: Kind, calls: list[tuple[str, ...]], **fields: Any) -> list[Record]:
    """Calls that embed these texts, 1,000 tokens a call."""
    return [
        maker.record(kind, START + n, Used(input=1_000), digest=Digest(items=items, embedded=len(items)), **fields)
        for n, items in enumerate(calls)
    ]


@pytest.mark.parametrize(
    ("calls", "usd"),
    [
        ([("a",)] * 21, "0.0004"),
        ([("a", "b"), *[("a", "c")] * 20], "0.00039"),
        ([("a",)] * 20, None),
        ([(str(n),) for n in range(100)], None),
        ([(str(n % 380),) for n in range(400)], "0.0004"),
        ([(str(n % 381),) for n in range(401)], None),
    ],
    ids=["again", "in part", "too few", "all new", "five of a hundred", "fewer"],
)
def test_texts_that_were_embedded(
    calls: list[tuple[str, ...]], usd: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """At 0.02 USD a million tokens; of a call that is new in part, its share."""
    records = embedded(maker, kind(model="text-embedding-3-small", operation="embeddings"), calls)
    assert found(RULE, records) == (NOTHING if usd is None else (1, Decimal(usd)))


@pytest.mark.parametrize("fields", [{"outcome": LIMITED}, {"cached": "local"}], ids=["refused", "cached"])
def test_only_vectors_count(fields: dict[str, Any], maker: Maker, kind: Kinds, found: Find) -> None:
    """What made none, or was not asked for, is no repeat."""
    records = embedded(maker, kind(operation="embeddings"), [("a",)] * 40, **fields)
    assert found(RULE, records) == NOTHING
