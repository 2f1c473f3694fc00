import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.reconcile.gap import Place
from keeptabs.reconcile.sides import Service, lay_out, service_of, unit_of
from keeptabs.reconcile.statement import Kind

sys.path.insert(0, str(Path(__file__).parent))
try:
    from bill_rows import MONDAY, TUESDAY, charged, spent, statement, used
finally:
    sys.path.pop(0)

HERE = Place(MONDAY, "", "gpt")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("output.reasoning", "output.text"),
        ("input.tool", "input.text"),
        ("cache_write.30m", "cache_write"),
        ("cache_write.1h", "cache_write.1h"),
        ("web_searches_preview", "web_searches"),
        ("seconds", "seconds"),
    ],
)
def test_buckets_are_named_as_bills_name_them(name: str, unit: str) -> None:
    """What goes at one rate is one, what has rates of its own is not."""
    assert unit_of(name) == unit


@pytest.mark.parametrize(
    ("tier", "batch", "service"),
    [
        (None, False, Service()),
        ("default", False, Service()),
        ("Standard", False, Service()),
        ("flex", False, Service("flex")),
        ("batch", False, Service("", batch=True)),
        ("default", True, Service("", batch=True)),
    ],
)
def test_the_standard_tier_has_many_names(tier: str | None, service: Service, *, batch: bool) -> None:
    """And a batch is told by a flag or by its tier."""
    assert service_of(tier, batch=batch) == service


def test_both_sides_meet_by_day_and_model() -> None:
    """What was charged, told and seen stands at one place, reasoning with the output it is billed as."""
    bill = statement(charged("1", "output.text", 5), used=(used({"output.text": 5}, 2),))
    layout = lay_out(bill, [spent({"output.reasoning": 2, "output.text": 3}, 2), spent({}, day=TUESDAY)])
    sides = layout.places[HERE]
    assert [row.usd for row in sides.charged] == [1]
    assert (sides.told[Service()].requests, sides.told[Service()].units) == (2, {"output.text": Decimal(5)})
    assert (sides.seen[Service()].calls, sides.seen[Service()].units) == (2, {"output.text": Decimal(5)})
    assert Place(TUESDAY, "", "gpt") in layout.places


@pytest.mark.parametrize(
    ("theirs", "ours", "by_project"),
    [("p", "p", True), ("p", None, False), (None, "p", False)],
    ids=["both name it", "the ledger does not", "the bill does not"],
)
def test_projects_are_compared_where_both_sides_name_them(
    theirs: str | None, ours: str | None, *, by_project: bool
) -> None:
    """Else a call without a project would look like one that the bill does not have."""
    layout = lay_out(statement(charged("1", project=theirs)), [spent({}, project=ours)])
    assert layout.by_project is by_project
    assert set(layout.places) == {Place(MONDAY, "p" if by_project else "", "gpt")}


def test_a_bill_without_models_is_compared_by_day() -> None:
    """All models of the ledger stand at one place then."""
    layout = lay_out(statement(charged("1", model=None)), [spent({}), spent({}, model="other")])
    assert set(layout.places) == {Place(MONDAY)}


def test_what_is_charged_without_a_model_is_taken_from_models_in_the_ledger_too() -> None:
    """Web searches are one item on the bill, and part of a call in the ledger; the call stays where it is."""
    searches = charged("0.02", "web_searches", 2, model=None, kind=Kind.UNITS)
    report = used({}, 2, units={"web_searches": 2})
    line = spent({"input.text": 5})
    line.units["web_searches"] = Decimal(2)
    line.amounts["web_searches"] = Decimal("0.02")
    line.usd += Decimal("0.02")
    layout = lay_out(statement(charged("0.01"), searches, used=(used({"input.text": 5}), report)), [line])
    model, apart = layout.places[HERE], layout.places[Place(MONDAY)]
    assert (model.seen[Service()].usd, model.seen[Service()].calls) == (Decimal("0.010"), 1)
    assert (apart.seen[Service()].usd, apart.seen[Service()].calls) == (Decimal("0.02"), 0)
    assert apart.told[Service()].units == {"web_searches": Decimal(2)}
    assert model.told[Service()].requests == 1, "the searches' own count of requests is the same requests again"


def test_a_report_of_searches_alone_says_nothing_of_tokens() -> None:
    """The bill says how many there were, as if there were no report."""
    searches = charged("0.02", "web_searches", 2, model=None, kind=Kind.UNITS)
    bill = statement(charged("0.01", "input.text", 5), searches, used=(used({}, units={"web_searches": 2}),))
    assert lay_out(bill, []).places[HERE].told[Service()].units == {"input.text": Decimal(5)}


@pytest.mark.parametrize(
    ("rows", "units"),
    [
        ([("1", "input.text", 5), ("1", "input.text", 6)], {"input.text": Decimal(11)}),
        ([("1", "input.text", 5), ("1", "output.text", None)], None),
        ([("1", "input.text", 5), ("1", None, 3)], None),
    ],
    ids=["with quantities", "one without a quantity", "one without a unit"],
)
def test_without_a_report_the_bill_says_how_much_was_used(rows: list[Any], units: dict[str, Decimal] | None) -> None:
    """If it always does: half a quantity is none."""
    sides = lay_out(statement(*(charged(*row) for row in rows)), []).places[HERE]
    assert {service: told.units for service, told in sides.told.items()} == ({Service(): units} if units else {})


@pytest.mark.parametrize(
    ("tier", "services"), [("flex", {Service(), Service("flex")}), (None, {Service()})], ids=["it does", "it does not"]
)
def test_tiers_are_compared_where_the_bill_names_any(tier: str | None, services: set[Service]) -> None:
    """Else those of the ledger would find nothing to be compared with."""
    bill = statement(charged("1", tier="priority"), used=(used({}, tier=tier), used({})))
    layout = lay_out(bill, [spent({}), spent({}, tier="flex")])
    assert layout.places[HERE].seen.keys() == services
