from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.duplicates import RULE, TTLS
from keeptabs.core.digest import Digest
from keeptabs.store.record import Record
from keeptabs.testing.month.made import LIMITED, MINUTE, START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


def asked(maker: Maker, kind: Kind, times: list[int], **fields: Any) -> list[Record]:
    """One request at some minutes."""
    digest = fields.pop("digest", Digest(body=maker.hash()))
    return [maker.record(kind, START + minute * MINUTE, USED, digest=digest, **fields) for minute in times]


@pytest.mark.parametrize(
    ("times", "saved"),
    [
        ([0, 1, 2, 3, 4, 5], "0.015"),
        ([0, *range(1_400, 1_406)], "0.018"),
        ([0, *range(1_439, 1_445)], "0.015"),
        ([0, *(1_441 * day for day in range(1, 9))], None),
        ([0, 1, 2, 3, 4], None),
    ],
    ids=["at once", "within a day", "a cache forgets after a day", "never within a day", "too few"],
)
def test_what_a_cache_of_a_day_would_have_saved(
    times: list[int], saved: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """From the moment at which it took an answer in, not from its last use."""
    expected = NOTHING if saved is None else (1, Decimal(saved))
    assert found(RULE, asked(maker, kind(), times)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": Digest()},
        {"outcome": LIMITED},
        {"cached": "local"},
        {"operation": "embeddings"},
        {"operation": "image_generation"},
    ],
    ids=["no hashes", "no answers", "a cache answered", "embeddings have a rule of their own", "each picture is new"],
)
def test_what_is_no_repeat(fields: dict[str, Any], maker: Maker, kind: Kinds, found: Find) -> None:
    """Nothing could have been kept, or it was."""
    assert found(RULE, asked(maker, kind(), list(range(10)), **fields)) == NOTHING


def test_the_curve_grows_with_the_ttl(maker: Maker, kind: Kinds, prices: Prices) -> None:
    """A minute, five, an hour, a day, seven days: more is never less."""
    records = asked(maker, kind(), [0, 1, 4, 30, 40, 600, 700, 3_000, 3_100, 3_200])
    (finding,) = RULE.find(records, prices)
    hits = [row[1] for row in finding.rows]
    assert [row[0] for row in finding.rows] == [name for _, name in TTLS]
    assert hits == [1, 2, 4, 8, 9]
    assert [row[2] for row in finding.rows] == [number * Decimal("0.003") for number in (1, 2, 4, 8, 9)]


@pytest.mark.parametrize(("settings", "sure"), [({"gen_ai.request.temperature": 0}, "high"), ({}, "medium")])
def test_an_answer_that_is_drawn_anew_makes_it_less_sure(
    settings: dict[str, Any], sure: str, maker: Maker, kind: Kinds, prices: Prices
) -> None:
    """At temperature 0 a cache changes nothing; otherwise it repeats itself."""
    (finding,) = RULE.find(asked(maker, kind(settings=settings), list(range(6))), prices)
    assert finding.confidence.value == sure
