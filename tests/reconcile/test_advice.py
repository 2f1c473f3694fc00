import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.reconcile.comparison import reconcile
from keeptabs.reconcile.gap import Cause, Comparison
from keeptabs.reconcile.sides import lay_out
from keeptabs.reconcile.statement import Charged, Kind, Used
from keeptabs.store.spending import Spent

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import MONDAY, charged, find, spent, statement, used
finally:
    sys.path.pop(0)

IN, OUT, CACHED = "input.text", "output.text", "cache_read.text"
ONE = spent({IN: 100, OUT: 100, CACHED: 100})
MISSING = "calls without a price for all they used: 4; see keeptabs prices coverage"
SAME = used({IN: 100, OUT: 100, CACHED: 100})


def compared(rows: list[Charged], lines: list[Spent], told: list[Used] | None) -> Comparison:
    """A bill of one day beside the ledger."""
    bill = statement(*rows, used=None if told is None else tuple(told))
    return reconcile(bill, lines, lay_out(bill, lines), find, MONDAY)


def of(factor: str, *units: str, **more: Any) -> list[Charged]:
    """What a hundred of each unit cost, times a factor."""
    usd = {IN: "0.20", OUT: "1.00", CACHED: "0.10"}
    return [charged(str(Decimal(usd[unit]) * Decimal(factor)), unit, 100, **more) for unit in units]


def test_where_nothing_differs_nothing_is_to_be_done() -> None:
    """No cause, no step."""
    assert compared(of("1", IN, OUT, CACHED), [ONE], [SAME]).steps == {}


@pytest.mark.parametrize(
    ("rows", "lines", "told", "cause", "expected"),
    [
        (
            [charged("3.9")],
            [ONE],
            [used({IN: 300, OUT: 300, CACHED: 300}, 3)],
            Cause.COVERAGE,
            "requests never seen: 2, most of gpt; install keeptabs where they are made, see keeptabs doctor",
        ),
        (
            [charged("3.9"), charged("0.2", model="b")],
            [ONE, spent({IN: 200}, 9, model="b")],
            [used({IN: 300, OUT: 300, CACHED: 300}, 3), used({IN: 100}, 4, model="b")],
            Cause.COVERAGE,
            "requests never seen: 2, most of gpt, b; install keeptabs where they are made, see keeptabs doctor",
        ),
        (
            [charged("9", model="new")],
            [],
            None,
            Cause.COVERAGE,
            "calls that were never seen, most of new; install keeptabs where they are made, see keeptabs doctor",
        ),
        (
            [],
            [ONE],
            [],
            Cause.COVERAGE,
            "the ledger has calls that this bill has not: made with a key of another organisation or project?",
        ),
        (
            [charged("0.22")],
            [spent({IN: 100})],
            [used({IN: 110})],
            Cause.PARSING,
            "as many requests, other tokens, most for gpt on 2026-11-16: that should not be; please report it",
        ),
        (
            [charged("0.22")],
            [spent({IN: 100}, 2, silent=1)],
            [used({IN: 110}, 2)],
            Cause.PARSING,
            "calls that told no usage: 1; set ask_usage, and read streams to their end",
        ),
        (
            [charged("0.22", IN, 110)],
            [spent({IN: 100})],
            None,
            Cause.USAGE,
            "calls not seen, or misread: only a count of requests tells which, most for gpt; see keeptabs doctor",
        ),
        (
            [charged("1", item="Vector storage", kind=Kind.FIXED), charged("2", item="training", kind=Kind.FIXED)],
            [],
            None,
            Cause.FIXED,
            "no call causes it: training, Vector storage",
        ),
        (
            [charged("1", item=name, kind=Kind.UNREAD) for name in ("a", "b", "c")],
            [],
            None,
            Cause.UNEXPLAINED,
            "not understood: a, b, …; --by item shows all",
        ),
        (
            [charged("1")],
            [ONE],
            None,
            Cause.UNEXPLAINED,
            "the bill says amounts and not how much was used; --by model shows where",
        ),
    ],
    ids=[
        "requests that were not seen",
        "requests beside calls that are not on the bill",
        "a model that was not seen",
        "not on the bill",
        "misread",
        "calls without usage",
        "unseen or misread",
        "fixed",
        "unread",
        "amounts alone",
    ],
)
def test_each_part_of_a_gap_has_a_next_step(
    rows: list[Charged], lines: list[Spent], told: list[Used] | None, cause: Cause, expected: str
) -> None:
    """One line, with what it is and what to do."""
    assert compared(rows, lines, told).steps[cause] == expected


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        (
            of("0.85", IN, OUT, CACHED),
            ONE,
            'every rate is ours x 0.85: a contract? add a [[discount]], factor = "0.85", then keeptabs reprice',
        ),
        (
            [*of("0.85", IN, OUT), *of("1", CACHED)],
            ONE,
            'rates of gpt are ours x 0.85: a contract? add a [[discount]], factor = "0.85", then keeptabs reprice',
        ),
        (
            [*of("1", CACHED), *of("2.5", IN), *of("1.02", OUT)],
            ONE,
            "gpt, input text: $5,000 / 1M, here $2,000; is our price stale? a [[price]] of yours overrides it",
        ),
        (
            [*of("1", IN, CACHED), *of("1.2", OUT)],
            ONE,
            "gpt, output text: $12,000 / 1M, here $10,000; is our price stale? a [[price]] of yours overrides it",
        ),
        (
            [*of("1", IN, CACHED), *of("0.75", OUT)],
            ONE,
            "gpt, output text is billed at the flex rate: $7,500 / 1M, here $10,000",
        ),
        (
            [*of("1", IN, CACHED), *of("1.5", OUT, long_context=True)],
            ONE,
            "gpt, output text is billed as long context: $15,000 / 1M, here $10,000",
        ),
        (of("0.5", IN), spent({IN: 100}), "gpt, input text is billed at the batch rate: $1,000 / 1M, here $2,000"),
        (
            [charged("1.4")],
            ONE,
            "the rates that the bill tells are ours; --by item shows where amounts differ",
        ),
        (
            [charged("1.4")],
            spent({IN: 100, OUT: 100, CACHED: 100}, unpriced=4),
            MISSING,
        ),
        (
            of("0.5", IN),
            spent({IN: 100}, unpriced=4),
            f"{MISSING}; gpt, input text is billed at the batch rate: $1,000 / 1M, here $2,000",
        ),
    ],
    ids=[
        "a constant factor",
        "a factor of some rates",
        "two other rates",
        "another rate",
        "another tier",
        "long context",
        "one rate is no factor",
        "no rates",
        "no price",
        "no price and another rate",
    ],
)
def test_what_a_price_differs_by_is_told(rows: list[Charged], line: Spent, expected: str) -> None:
    """A contract, a tier, a long context or a stale price, by what the bill charges for a unit."""
    told = used({name: int(count) for name, count in line.units.items()})
    assert compared(rows, [line], [told]).steps == {Cause.PRICE: expected}


def test_calls_without_a_price_count_only_where_the_price_differs() -> None:
    """Those of another model, which the bill gives away too, explain nothing."""
    lines = [ONE, spent({IN: 100}, model="other", unpriced=7)]
    told = [SAME, used({IN: 100}, model="other")]
    found = compared([charged("1.4"), charged("0.20", model="other")], lines, told)
    assert found.steps == {Cause.PRICE: "the rates that the bill tells are ours; --by item shows where amounts differ"}
