import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.pricing.book import Book
from keeptabs.reconcile.gap import Place, Ratio
from keeptabs.reconcile.rates import listed, near, rates, ratios, tier_of, worth
from keeptabs.reconcile.sides import Service, lay_out
from keeptabs.reconcile.statement import Charged, Kind
from keeptabs.store.spending import Spent

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import MONDAY, RATES, charged, find, spent, statement, used
finally:
    sys.path.pop(0)

IN, OUT = "input.text", "output.text"
BATCH = Service("", batch=True)
STANDARD = Service()
DEAR = spent({IN: 5})
DEAR.amounts[IN] *= 2


def at(rows: list[Charged], lines: list[Spent], model: str = "gpt", service: Service = STANDARD) -> Mapping[str, str]:
    """The rates of one place, as text; every unit is told of."""
    told = used({IN: 1, OUT: 1}, model=model, batch=service.batch)
    layout = lay_out(statement(*rows, used=(told,)), lines)
    place = Place(MONDAY, "", model)
    found = rates(place, layout.places[place], service, find)
    return {unit: f"{usd.normalize():f}" for unit, usd in found.items()}


@pytest.mark.parametrize(
    ("rows", "lines", "options", "expected"),
    [
        ([], [], {}, {IN: "0.002", OUT: "0.01"}),
        ([], [], {"service": BATCH}, {IN: "0.001", OUT: "0.005"}),
        ([], [], {"model": "unlisted"}, {}),
        ([charged("4", IN, 2, model="unlisted")], [], {"model": "unlisted"}, {IN: "2"}),
        ([charged("4", IN, 2)], [], {}, {IN: "0.002", OUT: "0.01"}),
        ([], [DEAR], {}, {IN: "0.004", OUT: "0.01"}),
        ([], [spent({IN: 10, OUT: 10}, usd=Decimal("0.24"))], {}, {IN: "0.004", OUT: "0.02"}),
        (
            [],
            [spent({IN: 10, OUT: 10}, usd=Decimal(2), model="unlisted")],
            {"model": "unlisted"},
            {IN: "0.1", OUT: "0.1"},
        ),
        ([], [spent({IN: 10}, usd=Decimal(0), model="unlisted")], {"model": "unlisted"}, {}),
    ],
    ids=[
        "the book",
        "the book, of a batch",
        "nobody",
        "the bill",
        "the book before the bill",
        "the ledger before the book",
        "a cost that was told, as the book would divide it",
        "a cost that was told, evenly",
        "no cost at all",
    ],
)
def test_a_unit_is_worth_what_it_cost_here(
    rows: list[Charged], lines: list[Any], options: dict[str, Any], expected: Mapping[str, str]
) -> None:
    """The ledger's mean comes first, then the book, then the bill."""
    assert at(rows, lines, **options) == expected


def test_usage_without_a_rate_is_worth_nothing() -> None:
    """And an amount is rounded once, far below what is billed."""
    assert worth({IN: Decimal(3), "images": Decimal(9)}, RATES) == Decimal("0.006")
    assert worth({IN: Decimal(1)}, {IN: Decimal(1) / 3}) == Decimal("0.333333333333")


def test_the_book_gives_rates_of_a_day_and_a_service() -> None:
    """Tokens and other units, each for one; a unit or a model without a price is left out."""
    ask, day = listed(Book(), "openai"), date(2026, 11, 1)
    place = Place(day, "", "gpt-4o")
    assert ask(place, Service(), frozenset({IN, OUT, "images"})) == {IN: Decimal("2.5e-6"), OUT: Decimal("1e-5")}
    assert ask(place, BATCH, frozenset({IN})) == {IN: Decimal("1.25e-6")}
    assert ask(Place(date(2024, 6, 1), "", "gpt-4o"), Service(), frozenset({IN})) == {IN: Decimal("5e-6")}
    assert ask(Place(day, "", "gpt-99"), Service(), frozenset({IN})) == {}
    assert ask(Place(day, "", "whisper-1"), Service(), frozenset({"seconds"})) == {"seconds": Decimal("1e-4")}


def test_a_bill_tells_unit_prices() -> None:
    """Where it says how much was charged for, each beside our own; a credit and a row without quantity tell none."""
    rows = [
        charged("0.5", IN, 200, tier="flex"),
        charged("1", OUT, 50, long_context=True),
        charged("-1", IN, 9),
        charged("7"),
        charged("7", kind=Kind.FIXED, model=None),
        charged("1", IN, 9, model="unlisted"),
    ]
    layout = lay_out(statement(*rows), [])
    found = [ratio for place, sides in layout.places.items() for ratio in ratios(place, sides, find)]
    assert [(each.unit, each.tier, each.long_context, each.charged, each.ours) for each in found] == [
        (IN, "flex", False, Decimal("0.0025"), Decimal("0.0015")),
        (OUT, "", True, Decimal("0.02"), Decimal("0.01")),
    ]


@pytest.mark.parametrize(
    ("usd", "ours", "tier"),
    [
        ("0.001", "0.002", "batch"),
        ("0.0015", "0.002", "flex"),
        ("0.002", "0.001", "standard"),
        ("0.003", "0.002", ""),
        ("0.002", "0.002", ""),
    ],
)
def test_the_tier_of_a_rate_is_found(usd: str, ours: str, tier: str) -> None:
    """By the book; ours is no other tier's, and what is no tier's is none."""
    ratio = Ratio(model="gpt", unit=IN, charged=Decimal(usd), ours=Decimal(ours), usd=Decimal(1), day=MONDAY)
    assert tier_of(ratio, find) == tier


@pytest.mark.parametrize(("one", "alike"), [("1.005", True), ("0.995", True), ("1.0051", False), ("0.9949", False)])
def test_rates_are_alike_within_half_a_per_cent(one: str, *, alike: bool) -> None:
    """Bills round their quantities."""
    assert near(Decimal(one), Decimal(1)) is alike


def test_rates_are_those_of_noon(tmp_path: Path) -> None:
    """Where they change in the course of a day, that is when most calls are made."""
    prices = tmp_path / "mine.toml"
    row = '[[price]]\nprovider = "acme"\nmodel = "m"\nunit.input_mtok = "{}"\n{}\n'
    prices.write_text(row.format(1, "") + row.format(2, "daily = [11:00:00, 13:00:00]"))
    found = listed(Book(prices), "acme")(Place(MONDAY, "", "m"), STANDARD, frozenset({IN}))
    assert found == {IN: Decimal("2e-6")}
