from collections.abc import Callable
from decimal import Decimal

import pytest

from keeptabs.audit.prices import Prices
from keeptabs.core.usage import Bucket, Usage
from keeptabs.testing.month.made import START, Kind, Maker, Used

Kinds = Callable[..., Kind]
USED = Used(input=1_000, output=100)


def test_a_call_is_priced_again_as_it_would_have_been(prices: Prices, maker: Maker, kind: Kinds) -> None:
    """In a batch, under another model, from the cache: each at the rates of its own time."""
    call = maker.record(kind(), START, USED).call
    assert prices.saved(call, batch=True) == Decimal("0.0015")
    assert prices.saved_by_model(call, "gpt-6.1-terra") == Decimal("0.0015")
    assert prices.saved_by_cache(call, 500) == Decimal("0.00095")


def test_what_is_not_known_is_none(prices: Prices, maker: Maker, kind: Kinds) -> None:
    """No price before or after, or no usage, and there is nothing to subtract."""
    known = maker.record(kind(), START, USED).call
    unknown = maker.record(kind(model="house-model-1"), START, USED).call
    assert prices.saved_by_model(known, "house-model-1") is None
    assert prices.saved(unknown, batch=True) is None
    assert prices.saved_by_cache(maker.record(kind(), START).call, 500) is None


@pytest.mark.parametrize(
    ("buckets", "tokens", "saved"),
    [
        ({Bucket.INPUT_TEXT: 100}, 1_000, "0.00019"),
        ({Bucket.INPUT_TEXT: 100, Bucket.CACHE_WRITE: 1_000}, 600, "0.00139"),
        ({Bucket.CACHE_READ_TEXT: 1_000}, 600, "0"),
    ],
    ids=["no more than there is", "what was written to it", "what came from it already"],
)
def test_no_more_comes_from_the_cache_than_was_read(
    buckets: dict[Bucket, int], tokens: int, saved: str, prices: Prices, maker: Maker, kind: Kinds
) -> None:
    """First what was billed in full, then what was written to the cache for nobody."""
    call = maker.record(kind(), START, USED, usage=Usage(tokens=buckets)).call
    assert prices.saved_by_cache(call, tokens) == Decimal(saved)
