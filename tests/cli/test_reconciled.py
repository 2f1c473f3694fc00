"""What ``keeptabs reconcile`` shows, as a person and as a program sees it."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from keeptabs.cli._reconciled import money, show
from keeptabs.reconcile.gap import Cause, Comparison, total
from keeptabs.reconcile.statement import Days
from keeptabs.reconcile.views import Row

DAYS = Days(start=date(2026, 11, 1), end=date(2026, 11, 8))
NOTHING = dict.fromkeys(Cause, Decimal(0))
PARTS = {Cause.COVERAGE: Decimal("10.2"), Cause.USAGE: Decimal(-3), Cause.UNEXPLAINED: Decimal("6.71")}
STEPS = {Cause.COVERAGE: "look there", Cause.USAGE: "or there", Cause.UNEXPLAINED: "x " * 60 + "end"}


def compared(parts: Mapping[Cause, Decimal], ledger: str = "1190.20", source: str = "openai") -> Comparison:
    """A comparison of a week."""
    return Comparison(
        source=source,
        days=DAYS,
        billed=Decimal(ledger) + total(parts.values()),
        ledger=Decimal(ledger),
        parts={**NOTHING, **parts},
        steps={cause: STEPS[cause] for cause in parts},
        notes=("its note",),
    )


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        ("1204.11", "$1,204.11"),
        ("-3.1", "-$3.10"),
        ("0", "$0.00"),
        ("-0", "$0.00"),
        ("0.005", "$0.0050"),
        ("0.00012345", "$0.00012"),
        ("-0.0000012", "-$0.0000012"),
        ("0.0000001", "$0.00"),
        ("-0.0000001", "$0.00"),
        ("0.01", "$0.01"),
    ],
)
def test_an_amount_is_shown_to_the_cent_or_as_small_as_it_is(usd: str, shown: str) -> None:
    """What is rounding is nothing, and has no sign."""
    assert money(Decimal(usd)) == shown


def test_the_answer_comes_first_then_the_causes_by_size(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is piped: no colour, no box, and every word of the next steps."""
    rows = [Row(name="gpt", billed=Decimal(2), ledger=Decimal(3)), Row(name="new", billed=Decimal(1))]
    show(compared(PARTS), rows, "model", "openai", as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:9] == [
        "",
        "  $1,204.11 billed · $1,190.20 in the ledger · gap $13.91 (1.2 %)",
        "  openai, 2026-11-01 to 2026-11-07, UTC",
        "",
        "  of the gap               USD   what it is, and what to do",
        "  coverage              $10.20   look there",
        f"  unexplained            $6.71   {'x ' * 60}end",
        "  coverage or parsing   -$3.00   or there",
        "",
    ]
    assert lines[9:] == [
        "  model   billed   ledger      gap",
        "  gpt      $2.00    $3.00   -$1.00",
        "  new      $1.00        –    $1.00",
        "",
        "  its note.",
    ]


@pytest.mark.parametrize(
    ("parts", "ledger", "headline"),
    [
        ({}, "5", "  $5.00 billed · $5.00 in the ledger · no gap"),
        ({Cause.USAGE: Decimal("1e-12")}, "5", "  $5.00 billed · $5.00 in the ledger · no gap"),
        ({Cause.USAGE: Decimal(-5)}, "5", "  $0.00 billed · $5.00 in the ledger · gap -$5.00"),
    ],
    ids=["none", "rounding", "nothing billed"],
)
def test_a_gap_that_is_none_is_no_gap(
    capsys: pytest.CaptureFixture[str], parts: Mapping[Cause, Decimal], ledger: str, headline: str
) -> None:
    """And without a bill there is no share of it."""
    show(compared(parts, ledger), [], "model", "openai", as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == headline
    assert ("  of the gap" in "\n".join(lines)) is (parts.get(Cause.USAGE) == -5)


def test_a_bill_from_a_file_is_named_with_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A file says nothing of who wrote it."""
    show(compared({}, source="csv (a.csv)"), [], "day", "azure.ai.openai", as_json=False)
    assert "  azure.ai.openai, csv (a.csv), 2026-11-01 to 2026-11-07, UTC" in capsys.readouterr().out


def test_a_long_list_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has all of it."""
    rows = [Row(name=f"row {number}", billed=Decimal(number)) for number in range(22)]
    show(compared({}), rows, "item", "openai", as_json=False)
    out = capsys.readouterr().out
    assert ("row 19" in out, "row 20" in out) == (True, False)
    assert "2 smaller rows are not shown; --json has all." in out
    show(compared({}), rows, "item", "openai", as_json=True)
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 22


def test_json_has_exact_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Every cause has a part, and the parts sum to the gap to the last digit."""
    row = Row(name="gpt", billed=Decimal("2.50"))
    show(compared({Cause.USAGE: Decimal("1E-7")}), [row], "model", "openai", as_json=True)
    out = capsys.readouterr().out
    assert '"billed":2.5,' in out
    assert json.loads(out, parse_float=Decimal) == {
        "source": "openai",
        "provider": "openai",
        "from": "2026-11-01",
        "to": "2026-11-07",
        "billed": Decimal("1190.2000001"),
        "ledger": Decimal("1190.2"),
        "gap": Decimal("0.0000001"),
        "parts": {
            "coverage": 0,
            "parsing": 0,
            "usage": Decimal("0.0000001"),
            "price": 0,
            "fixed": 0,
            "unexplained": 0,
        },
        "steps": {"usage": "or there"},
        "rows": [{"name": "gpt", "billed": Decimal("2.5"), "ledger": None, "gap": Decimal("2.5")}],
        "notes": ["its note"],
    }
