"""Amounts as the ledger keeps them."""

from decimal import Context, Decimal, Inexact, Rounded, localcontext

import pytest

from keeptabs.core.cost import Cost, CostStatus


@pytest.mark.parametrize(
    ("usd", "expected"),
    [
        (None, None),
        ("0", 0),
        ("0.00125", 1_250_000),
        ("12.000000001", 12_000_000_001),
        ("0.0000000005", 0),
        ("0.0000000015", 2),
        ("0.00000000149999", 1),
        ("123456789.123456789", 123_456_789_123_456_789),
    ],
)
def test_nano_dollars_are_rounded_half_even(usd: str | None, expected: int | None) -> None:
    """An amount that is not known stays None, and a known one is exact to the nano-dollar."""
    amount = None if usd is None else Decimal(usd)
    assert Cost(usd=amount, status=CostStatus.PRICED).nano_usd == expected


def test_nano_dollars_do_not_depend_on_the_decimal_context_of_the_application() -> None:
    """A context with few digits that traps inexact results changes nothing."""
    cost = Cost(usd=Decimal("1234.5678901234"), status=CostStatus.PRICED)
    with localcontext(Context(prec=3, traps=[Inexact, Rounded])):
        assert cost.nano_usd == 1_234_567_890_123


def test_a_cost_has_no_amount_unless_one_is_given() -> None:
    """An unpriced call costs None, not zero."""
    assert Cost(status=CostStatus.UNPRICED).usd is None
