"""The whole comparison of a statement with the ledger."""

from collections.abc import Iterator, Sequence
from datetime import date

from keeptabs.reconcile.advice import Case, steps
from keeptabs.reconcile.causes import explain, totals
from keeptabs.reconcile.gap import Comparison, total
from keeptabs.reconcile.rates import Listed, ratios
from keeptabs.reconcile.sides import Layout
from keeptabs.reconcile.statement import Statement
from keeptabs.store.spending import Spent


def reconcile(
    statement: Statement, spent: Sequence[Spent], layout: Layout, find: Listed, first_day: date | None
) -> Comparison:
    """Both sides, as they are laid out. ``first_day`` is the first of the ledger; ``find`` asks the price book."""
    gaps = tuple(explain(place, sides, find) for place, sides in sorted(layout.places.items()))
    parts = totals(gaps)
    prices = [ratio for place, sides in sorted(layout.places.items()) for ratio in ratios(place, sides, find)]
    case = Case(gaps=gaps, parts=parts, charged=statement.charged, prices=prices, find=find)
    return Comparison(
        source=statement.source,
        days=statement.days,
        billed=total(gap.billed for gap in gaps),
        ledger=total(gap.ledger for gap in gaps),
        parts=parts,
        gaps=gaps,
        steps=steps(case),
        notes=(*_notes(statement, layout, first_day), *statement.notes),
    )


def _notes(statement: Statement, layout: Layout, first_day: date | None) -> Iterator[str]:
    days = statement.days
    if first_day is None:
        yield "the ledger is empty"
    elif first_day >= days.start:  # that day itself may be there in part
        yield f"the ledger begins on {first_day}: what was billed up to that day is there in part at best"
    if statement.settled is not None and statement.settled < days.end:
        yield f"days from {max(statement.settled, days.start)} on are not final: costs settle a day or two late"
    if not layout.by_project and any(row.project for row in statement.charged):
        yield "projects are not compared: not every call in the ledger names one, or not every row of the bill"
    if not layout.by_model:
        yield "the bill names no models: days are compared as a whole"
