"""How far the average of some days can be relied on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.forecast.band import ENOUGH_DAYS, band

USD = st.decimals(0, 10_000, places=6)


def usd(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("days", "expected", "how"),
    [
        pytest.param(usd("4"), usd("2", "4", "8"), "half and twice", id="one day says nothing of others"),
        pytest.param(usd("1", "6", "2"), usd("1", "3", "6"), "cheapest and the dearest of 3", id="too few to resample"),
        pytest.param(usd(*["5"] * 9), usd("5", "5", "5"), "the 9 days are drawn again", id="all days alike"),
    ],
)
def test_a_band_says_what_it_is_made_of(days: list[Decimal], expected: list[Decimal], how: str) -> None:
    """With few days it is wide and plain; with enough of them they are drawn again at random."""
    found = band(days)
    assert [found.low, found.mid, found.high] == expected
    assert how in found.how


def test_the_band_of_enough_days_is_narrower_than_the_days() -> None:
    """Averages vary less than days do: for eight days between 1 and 8 by less than half as much."""
    found = band(usd(*"12345678"))
    assert found.mid == Decimal("4.5")
    assert Decimal(3) < found.low < Decimal(4)
    assert Decimal(5) < found.high < Decimal(6)


@given(days=st.lists(USD, min_size=1, max_size=20))
def test_a_band_holds_its_middle_and_is_always_the_same(days: list[Decimal]) -> None:
    """Between the cheapest and the dearest day where there are several, and the same for the same days."""
    found = band(days)
    assert found == band(days)
    assert found.low <= found.mid <= found.high
    if len(days) > 1:
        assert min(days) <= found.low
        assert found.high <= max(days)
    assert ("again" in found.how) is (len(days) >= ENOUGH_DAYS)
