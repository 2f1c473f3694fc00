"""Estimate and actual side by side."""

from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from keeptabs.cli import _held
from keeptabs.cli import _look as look
from keeptabs.forecast.held import Gap, Held
from keeptabs.store.forecasts import Basis, Estimate

DAY = 86_400_000_000_000
NOTHING = Gap(volume=Decimal(0), tokens=Decimal(0), price=Decimal(0))


def held(usd: str = "2", mid: int = 2_000_000_000, band: int = 500_000_000, **fields: Any) -> Held:
    estimate = Estimate(
        name="plan",
        created_at=20_781 * DAY,
        provider="openai",
        model="gpt-4o",
        calls_a_day=10.0,
        usd_a_call=200_000_000,
        low_a_day=mid - band,
        mid_a_day=mid,
        high_a_day=mid + band,
        basis=fields.pop("basis", Basis(tokens={"input": Decimal(1_000)}, rates={})),
    )
    facts: dict[str, Any] = {
        "since": 20_781 * DAY,
        "days": Decimal("4.5"),
        "calls": 45,
        "unpriced": 0,
        "calls_a_day": Decimal(10),
        "tokens": {"input": Decimal(900), "cached": Decimal("1.5"), "output": Decimal(0)},
        "gap": NOTHING,
    }
    return Held(estimate=estimate, usd_a_day=Decimal(usd), **{**facts, **fields})


def gap(volume: str = "0", tokens: str = "0", price: str = "0") -> Gap:
    return Gap(volume=Decimal(volume), tokens=Decimal(tokens), price=Decimal(price))


def rows(*lines: Held) -> list[list[str]]:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(_held.table(lines))
    return [[cell.strip() for cell in line.split("   ") if cell.strip()] for line in captured.get().splitlines()]


def test_a_report_has_a_line_for_each_estimate() -> None:
    """Where it held nothing drove it; where not, the largest part is named."""
    found = rows(
        held(), held("3", gap=gap(volume="1.5", price="-0.5")), held("0.5", mid=0, band=0, gap=gap(price="0.5"))
    )
    assert found[0] == ["estimate", "driven by", "expected a day", "actual a day", "ratio", "made from"]
    assert found[1] == ["plan", "–", "$2.00", "$2.00", "1.00", "4.5 days"]
    assert found[2] == ["plan", "the number of calls", "$2.00", "$3.00", "1.50", "4.5 days"]
    assert found[3][-3:] == ["$0.5000", "–", "4.5 days"]


def test_an_amount_in_part_says_so() -> None:
    """Calls without a price are not in it."""
    assert rows(held(unpriced=1))[1][3] == "in part $2.00"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            held(), ["$2.00 a day, 1.00 times the estimate, in its band", "4.5 days from 2026-11-24"], id="held"
        ),
        pytest.param(held("3", gap=gap(tokens="1")), ["above it", "Most of the gap is tokens a call"], id="above"),
        pytest.param(held("1", gap=gap(price="-1")), ["below it", "-$1.00", "price or mix of models"], id="below"),
        pytest.param(held(unpriced=3), ["in part $2.00", "! 3 calls have no price, or a part of one."], id="in part"),
        pytest.param(held(days=Decimal("0.5")), ["! 12.0 hours are too little to judge by."], id="too soon"),
        pytest.param(held(), ["$2.00 ($1.50 to $2.50)", "Counted: all calls."], id="with its band"),
        pytest.param(
            held(basis=Basis(tokens={}, rates={}, where=(("a", "b"),), operations=("chat",))),
            ["Counted: calls of chat with a=b."],
            id="with its filter",
        ),
    ],
)
def test_one_estimate_is_shown_with_both_sides(
    line: Held, expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer first, then what it is made of, and what to think of it."""
    _held.show(line)
    out = capsys.readouterr().out
    for text in expected:
        assert text in out


def test_an_estimate_without_a_band_has_none() -> None:
    """A single number stands for itself."""
    assert _held._expected(held(band=0)) == "$2.00"
    assert look.UNKNOWN == "–"


def test_json_has_both_sides_and_the_gap_in_its_parts() -> None:
    """Amounts in USD."""
    found = _held.as_json(held("3", gap=gap("0.5", "0.25", "0.25")))
    assert found["estimate"]["mid_a_day"] == 2
    assert found["actual"]["usd_a_day"] == 3
    assert found["gap"] == {"volume": Decimal("0.5"), "tokens": Decimal("0.25"), "price": Decimal("0.25"), "total": 1}
    assert (found["ratio"], found["within"], found["driver"]) == (Decimal("1.5"), False, "volume")
