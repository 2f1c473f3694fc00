"""Amounts as the ledger keeps them."""

from decimal import Context, Decimal, Inexact, Rounded, localcontext

import pytest

from keeptabs.core.cost import Cost, CostStatus, together


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


def cost(usd: str | None, status: CostStatus, why: str = "") -> Cost:
    """A cost."""
    return Cost(usd=None if usd is None else Decimal(usd), status=status, why=why)


PRICED, PARTIAL, FREE, UNPRICED = CostStatus.PRICED, CostStatus.PARTIAL, CostStatus.FREE, CostStatus.UNPRICED


@pytest.mark.parametrize(
    ("first", "second", "usd", "status"),
    [
        (cost("1", PRICED), cost("2", PRICED), "3", PRICED),
        (cost("1", PRICED), cost("2", CostStatus.DISPUTED), "3", CostStatus.DISPUTED),
        (cost("1", CostStatus.STALE), cost("2", CostStatus.ESTIMATED), "3", CostStatus.ESTIMATED),
        (cost("1", PARTIAL), cost("2", CostStatus.DISPUTED), "3", PARTIAL),
        (cost("1", PRICED), cost(None, UNPRICED, "x"), "1", PARTIAL),
        (cost(None, CostStatus.NO_USAGE, "x"), cost("2", PRICED), "2", PARTIAL),
        (cost(None, UNPRICED, "x"), cost(None, CostStatus.NO_USAGE, "y"), None, UNPRICED),
        (cost("0", FREE), cost("0", FREE), "0", FREE),
        (cost("0", FREE), cost("2", PRICED), "2", PRICED),
    ],
)
def test_two_costs_together_are_as_well_known_as_the_weaker(
    first: Cost, second: Cost, usd: str | None, status: CostStatus
) -> None:
    """An unknown one makes the sum a part of the whole, and no reason is lost."""
    both = together(first, second)
    assert (both.usd, both.status) == (None if usd is None else Decimal(usd), status)
    assert usd is None or both.why == "; ".join(filter(None, (first.why, second.why)))
