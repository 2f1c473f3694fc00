from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.rule import Rule
from keeptabs.audit.rules.image_detail import RULE
from keeptabs.core.digest import Digest
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Kind, Maker, Used

Find = Callable[[Rule, list[Record]], tuple[int, Decimal | None]]
Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)  # 0.003 USD
NOTHING = (0, None)


@pytest.mark.parametrize(
    ("images", "detailed", "read", "count", "usd"),
    [
        (2, 2, 1_105, 20, "0.0332"),
        (2, 1, 1_105, 20, "0.0332"),
        (2, 0, 1_105, 20, None),
        (2, 2, 1_105, 19, None),
        (2, 2, 200, 20, "0"),
    ],
    ids=["high", "one of two", "not asked for", "too few", "nothing to save"],
)
def test_pictures_at_high_detail(
    images: int, detailed: int, read: int, count: int, usd: str | None, maker: Maker, kind: Kinds, found: Find
) -> None:
    """What is no text, less 85 tokens a picture, at 2 USD a million."""
    digest = Digest(length=420, images=images, detailed=detailed)
    records = [maker.record(kind(), START, Used(input=read), digest=digest) for _ in range(count)]
    assert found(RULE, records) == (NOTHING if usd is None else (1, Decimal(usd)))


def test_a_provider_that_counts_pictures_by_themselves_is_believed(maker: Maker, kind: Kinds, found: Find) -> None:
    """Text stays as it is, however it is written."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: 500, Bucket.INPUT_IMAGE: 1_000})
    digest = Digest(length=420, images=2, detailed=2)
    records = [maker.record(kind(), START, USED, usage=usage, digest=digest) for _ in range(20)]
    assert found(RULE, records) == (1, Decimal("0.0332"))
