"""Amounts as the ledger keeps them."""

from decimal import Context, Decimal, Inexact, Rounded, localcontext

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.cost import Cost, CostStatus, PriceLine, brief, together


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


def price_line(row: str, source: str, per: int, adjusted: str = "") -> PriceLine:
    """A line of a bill; what it charges is of no importance here."""
    amounts = {"quantity": Decimal(3), "rate": Decimal("0.1"), "amount": Decimal("3E-7")}
    return PriceLine(
        unit="input.text", row=row, source=source, checked="2026-11-24", per=per, adjusted=adjusted, **amounts
    )


price_lines = st.builds(
    price_line,
    row=st.sampled_from(["a/x", "a/y"]),
    source=st.sampled_from(["one", "other", ""]),
    per=st.sampled_from([1, 1_000_000]),
    adjusted=st.sampled_from(["", "x 2"]),
)


@given(st.lists(price_lines, max_size=6))
def test_a_cost_is_read_as_it_was_before_it_was_written_briefly(lines: list[PriceLine]) -> None:
    """Lines of the same price row, of others, and of a row whose facts differ all come back whole."""
    made = Cost(status=PRICED, usd=Decimal(1), lines=tuple(lines), book="a book")
    assert msgspec.json.decode(msgspec.json.encode(brief(made)), type=Cost) == made


def test_what_lines_share_is_written_once() -> None:
    """Only a line that has all of it in common with the one before leaves it out."""
    lines = (price_line("a/x", "one", 1), price_line("a/x", "one", 1), price_line("a/x", "two", 1))
    written = msgspec.to_builtins(brief(Cost(status=PRICED, lines=lines)))["lines"]
    assert [line.get("source") for line in written] == ["one", None, "two"]
    assert written[1].keys() == {"unit", "quantity", "rate", "amount"}


def test_a_cost_that_was_written_at_length_is_read_as_before() -> None:
    """Every member is there, also those that are not known, as earlier versions wrote them."""
    text = """{"usd":"1","status":"priced","lines":[{"unit":"u","quantity":"1","rate":"1","per":1,"amount":"1",
        "row":"a/x","source":"s","checked":"","confidence":"","listed":null,"adjusted":""}],"book":"b","why":"",
        "saved":null}"""
    line = PriceLine(unit="u", quantity=Decimal(1), rate=Decimal(1), per=1, amount=Decimal(1), row="a/x", source="s")
    assert msgspec.json.decode(text, type=Cost) == Cost(usd=Decimal(1), status=PRICED, lines=(line,), book="b")
