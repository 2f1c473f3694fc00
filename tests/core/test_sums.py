"""Usages added up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.sums import total
from keeptabs.core.usage import Aside, Bucket, Unit, Usage

USAGES = st.builds(
    Usage,
    tokens=st.dictionaries(st.sampled_from(Bucket), st.integers(0, 1 << 40), max_size=4),
    units=st.dictionaries(st.sampled_from(Unit), st.decimals(0, 1000, places=3), max_size=3),
    reported_usd=st.none() | st.decimals(0, 10, places=9),
)


def test_buckets_and_units_add_up() -> None:
    """A bucket that is in one of them only is in the sum, and 0 stays 0."""
    one = Usage(tokens={Bucket.INPUT_TEXT: 3, Bucket.CACHE_WRITE: 0}, units={Unit.PAGES: Decimal(1)})
    two = Usage(tokens={Bucket.INPUT_TEXT: 4, Bucket.OUTPUT_TEXT: 5}, units={Unit.PAGES: Decimal(2)})
    tokens = {Bucket.INPUT_TEXT: 7, Bucket.CACHE_WRITE: 0, Bucket.OUTPUT_TEXT: 5}
    assert total([one, two]) == Usage(tokens=tokens, units={Unit.PAGES: Decimal(3)}, longest=4)


@pytest.mark.parametrize(
    ("costs", "expected"),
    [(["0.1", "0.02"], "0.12"), (["0.1", None], None), ([None, None], None), (["0", "0"], "0")],
)
def test_a_cost_that_not_all_have_is_none(costs: list[str | None], expected: str | None) -> None:
    """The sum of some is too little."""
    usages = [Usage(reported_usd=None if cost is None else Decimal(cost)) for cost in costs]
    found = total(usages)
    assert found is not None
    assert found.reported_usd == (None if expected is None else Decimal(expected))


def test_the_sum_of_nothing_is_nothing() -> None:
    """Not a usage of nought: it was not said."""
    assert total([]) is None


def test_what_is_billed_apart_is_so_for_the_sum() -> None:
    """Each reason once."""
    found = total([Usage(apart="a"), Usage(), Usage(apart="b"), Usage(apart="a")])
    assert found is not None
    assert found.apart == "a; b"


@given(st.lists(USAGES, min_size=1, max_size=5))
def test_no_token_is_lost(usages: list[Usage]) -> None:
    """The sum of the totals is the total of the sum."""
    found = total(usages)
    assert found is not None
    assert (found.input or 0) == sum(usage.input or 0 for usage in usages)
    assert (found.output or 0) == sum(usage.output or 0 for usage in usages)
    assert sum(found.units.values()) == sum(sum(usage.units.values()) for usage in usages)


def test_what_other_models_did_is_summed_by_model() -> None:
    """A batch of thousands has as many entries as models."""
    aside = Aside(model="a", tokens={Bucket.INPUT_TEXT: 2})
    found = total(
        [Usage(asides=(aside, aside)), Usage(asides=(Aside(model="b", tokens={Bucket.OUTPUT_TEXT: 1}), aside))]
    )
    assert found is not None
    assert {each.model: dict(each.tokens) for each in found.asides} == {
        "a": {Bucket.INPUT_TEXT: 6},
        "b": {Bucket.OUTPUT_TEXT: 1},
    }


def test_the_longest_request_is_kept() -> None:
    """Prices may depend on how long each was; a sum of sums keeps the longest of all."""
    short, long = Usage(tokens={Bucket.INPUT_TEXT: 5}), Usage(tokens={Bucket.INPUT_TEXT: 4, Bucket.CACHE_WRITE: 5})
    both = total([short, long])
    assert both is not None
    assert both.longest == 9
    again = total([both, short])
    assert again is not None
    assert (again.longest, again.input) == (9, 19)
    for usage in (long, both):
        alone = total([usage])
        assert alone is not None
        assert alone.longest == usage.longest
