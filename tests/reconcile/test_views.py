import sys
from decimal import Decimal
from pathlib import Path

import pytest

from keeptabs.reconcile.sides import lay_out
from keeptabs.reconcile.statement import Kind
from keeptabs.reconcile.views import By, view

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import TUESDAY, charged, spent, statement
finally:
    sys.path.pop(0)

SEARCHED = spent({"input.text": 100}, project="p", key="a1")
SEARCHED.amounts["web_searches"] = Decimal("0.5")
SEARCHED.usd += Decimal("0.5")
LINES = [SEARCHED, spent({"input.text": 50}, day=TUESDAY, usd=Decimal(2), project="p", key="a1")]
BILL = statement(
    charged("0.25", "input.text", 100, project="p", key="key_1"),
    charged("2.00", day=TUESDAY, project="p", item="gpt, whole"),
    charged("0.5", "web_searches", 5, model=None, project="p", kind=Kind.UNITS, item="web search tool calls"),
    charged("9", model=None, kind=Kind.FIXED, item="Vector storage"),
    charged("1", model="other", project="q"),
)


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("day", [("2026-11-16", "10.75", "0.7"), ("2026-11-17", "2", "2")]),
        ("project", [("Vector storage", "9", None), ("q", "1", None), ("p", "2.75", "2.7")]),
        (
            "model",
            [
                ("Vector storage", "9", None),
                ("other", "1", None),
                ("gpt", "2.25", "2.2"),
                ("web searches", "0.5", "0.5"),
            ],
        ),
        (
            "item",
            [
                ("Vector storage", "9", None),
                ("gpt, all", None, "2"),
                ("gpt, whole", "2", None),
                ("gpt", "1", None),
                ("gpt, input text", "0.25", "0.2"),
                ("web searches", "0.5", "0.5"),
            ],
        ),
        (
            "key",
            [
                ("Vector storage", "9", None),
                ("a1 (fingerprint)", None, "2.7"),
                ("gpt, whole", "2", None),
                ("gpt", "1", None),
                ("web search tool calls", "0.5", None),
                ("key_1", "0.25", None),
            ],
        ),
    ],
)
def test_both_sides_are_listed_by_a_name(by: By, rows: list[tuple[str, str, str | None]]) -> None:
    """Where the sides have a name in common they share a row, and a side without it has no amount rather than zero."""
    found = view(BILL, LINES, lay_out(BILL, LINES), by)
    expected = [(name, *(None if usd is None else Decimal(usd) for usd in amounts)) for name, *amounts in rows]
    assert [(row.name, row.billed, row.ledger) for row in found] == expected
    assert sum(row.gap for row in found) == Decimal("12.75") - Decimal("2.7")


@pytest.mark.parametrize("by", ["project", "key"])
def test_a_call_without_a_name_is_not_left_out(by: By) -> None:
    """It stands under a name of its own."""
    [row] = view(statement(), [spent({"input.text": 1})], lay_out(statement(), []), by)
    assert (row.name, row.ledger) == ("not named", Decimal("0.002"))


def test_a_call_that_is_priced_by_the_line_has_no_other_row() -> None:
    """By item its cost is divided to the end; where it has no lines it stands as a whole."""
    priced, whole = spent({"input.text": 1}), spent({}, model="b")
    rows = view(statement(), [priced, whole], lay_out(statement(), [priced, whole]), "item")
    assert [row.name for row in rows] == ["gpt, input text", "b, all"]
