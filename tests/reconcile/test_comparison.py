import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.reconcile.comparison import reconcile
from keeptabs.reconcile.gap import Cause
from keeptabs.reconcile.sides import lay_out
from keeptabs.reconcile.statement import Charged

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import DAYS, MONDAY, TUESDAY, charged, find, spent, statement, used
finally:
    sys.path.pop(0)

EARLIER = date(2026, 11, 15)
BEGINS = "the ledger begins on 2026-11-16: what was billed up to that day is there in part at best"


def notes(row: Charged, first: date | None = EARLIER, project: str | None = None, **more: Any) -> tuple[str, ...]:
    """What is said beside the numbers."""
    bill, lines = statement(row, **more), [spent({}, project=project)]
    return reconcile(bill, lines, lay_out(bill, lines), find, first).notes


def test_a_comparison_sums_all_places() -> None:
    """Amounts of both sides, and the parts of the gap between them."""
    rows = [charged("0.30"), charged("1", day=TUESDAY)]
    bill = statement(*rows, used=(used({"input.text": 100}), used({"input.text": 500}, 5, day=TUESDAY)))
    lines = [spent({"input.text": 100}), spent({"input.text": 100}, day=TUESDAY)]
    found = reconcile(bill, lines, lay_out(bill, lines), find, EARLIER)
    assert (found.source, found.days) == ("openai", DAYS)
    assert (found.billed, found.ledger, found.gap) == (Decimal("1.30"), Decimal("0.4"), Decimal("0.9"))
    assert {cause: usd for cause, usd in found.parts.items() if usd} == {
        Cause.PRICE: Decimal("0.1"),
        Cause.COVERAGE: Decimal("0.8"),
    }
    assert found.parts.keys() == set(Cause)
    assert len(found.gaps) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"row": charged("1")}, ()),
        ({"row": charged("1"), "first": MONDAY}, (BEGINS,)),
        ({"row": charged("1"), "first": None}, ("the ledger is empty",)),
        (
            {"row": charged("1"), "settled": TUESDAY},
            ("days from 2026-11-17 on are not final: costs settle a day or two late",),
        ),
        (
            {"row": charged("1"), "settled": EARLIER},
            ("days from 2026-11-16 on are not final: costs settle a day or two late",),
        ),
        ({"row": charged("1"), "settled": DAYS.end}, ()),
        (
            {"row": charged("1", project="p")},
            ("projects are not compared: not every call in the ledger names one, or not every row of the bill",),
        ),
        ({"row": charged("1", project="p"), "project": "p"}, ()),
        ({"row": charged("1", model=None)}, ("the bill names no models: days are compared as a whole",)),
        ({"row": charged("1"), "notes": ("its own",)}, ("its own",)),
    ],
    ids=[
        "nothing",
        "begins late",
        "is empty",
        "not final",
        "none is final",
        "final to the last day",
        "projects on one side",
        "projects on both sides",
        "no models",
        "of the bill",
    ],
)
def test_what_limits_a_comparison_is_said(given: dict[str, Any], expected: tuple[str, ...]) -> None:
    """And nothing is said where nothing does."""
    assert notes(**given) == expected
