from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from keeptabs.reconcile.gap import Comparison, Ratio, total
from keeptabs.reconcile.statement import Days

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=20)


@given(st.lists(AMOUNTS))
def test_a_sum_is_exact_in_whatever_order(amounts: list[Decimal]) -> None:
    """As no sum of floats, nor of Decimals in the default context, would be."""
    assert total(amounts) == total(reversed(amounts))
    assert total([*amounts, *(amount.copy_negate() for amount in amounts)]) == 0


def test_a_comparison_knows_its_gap() -> None:
    """It is negative where the ledger has more."""
    days = Days(start=date(2026, 11, 1), end=date(2026, 11, 2))
    found = Comparison(source="openai", days=days, billed=Decimal("1.5"), ledger=Decimal(2), parts={})
    assert found.gap == Decimal("-0.5")


def test_a_ratio_knows_what_its_rate_has_cost() -> None:
    """Ten dollars at twice our rate are five too many."""
    day = date(2026, 11, 1)
    found = Ratio(model="gpt", unit="input.text", charged=Decimal(4), ours=Decimal(2), usd=Decimal(10), day=day)
    assert found.excess == 5
