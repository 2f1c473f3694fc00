from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import BASE

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.web.bills import bill

_amounts = st.decimals(0, 1_000, places=12)


def line(**fields: Any) -> PriceLine:
    usual: dict[str, Any] = {"unit": "output.text", "quantity": Decimal(1), "rate": Decimal(1), "per": 1_000_000}
    priced = {"amount": Decimal("0.000001"), "row": "a/b", "source": "https://example.com", "checked": "2026-11-10"}
    return PriceLine(**{**usual, **priced, **fields})


def billed(*lines: PriceLine, **fields: Any) -> Any:
    cost = Cost(**{"usd": Decimal(1), "status": CostStatus.PRICED, "lines": lines, **fields})
    return bill(msgspec.structs.replace(BASE, cost=cost))


@given(st.lists(_amounts, max_size=5))
def test_amounts_lose_no_digit(amounts: list[Decimal]) -> None:
    """As text the lines and their sum are what they were."""
    found = billed(*(line(amount=each) for each in amounts), usd=sum(amounts, Decimal()))
    assert [Decimal(each.amount.replace(",", "")) for each in found.lines] == amounts
    assert Decimal(found.total.replace(",", "")) == sum(amounts, Decimal())


@pytest.mark.parametrize(
    ("rate", "per", "said"),
    [
        ("2.5", 1_000_000, "$2.50 / M"),
        ("0.075", 1_000_000, "$0.075 / M"),
        ("10", 1_000, "$10.00 / 1,000"),
        ("0.006", 1, "$0.006"),
        ("1250", 1_000_000, "$1,250.00 / M"),
    ],
)
def test_rate_is_as_price_lists_have_it(rate: str, per: int, said: str) -> None:
    """A rate has cents, or as many digits as it needs, and what it is for."""
    assert billed(line(rate=Decimal(rate), per=per)).lines[0].rate == said


@pytest.mark.parametrize(
    ("unit", "name"),
    [("input.text", "input, fresh"), ("output.reasoning", "output, reasoning"), ("web_searches", "web searches")],
)
def test_buckets_have_names(unit: str, name: str) -> None:
    """A bucket without a name of its own is said by its words."""
    assert billed(line(unit=unit)).lines[0].name == name


def test_adjusted_rate_tells_from_what() -> None:
    """What a listed rate was multiplied by stands with it."""
    found = billed(line(rate=Decimal("2.75"), listed=Decimal("2.5"), adjusted="x 1.1 (inference_geo us)"))
    assert found.lines[0].adjusted == "$2.5 x 1.1 (inference_geo us)"


@pytest.mark.parametrize(
    ("status", "said"),
    [(CostStatus.FREE, "costs nothing"), (CostStatus.NO_USAGE, "no usage"), (CostStatus.UNPRICED, "no price")],
)
def test_bill_without_lines_says_why(status: CostStatus, said: str) -> None:
    """Nothing billed has a reason, and an amount that is not known is a dash."""
    found = billed(usd=None, status=status, why="because")
    assert said in found.nothing
    assert (found.total, found.why) == ("–", "because")
