"""Both sides by day, project, key, model or item."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from keeptabs.reconcile.gap import EXACT
from keeptabs.reconcile.sides import Layout, unit_of
from keeptabs.reconcile.statement import Charged, Statement
from keeptabs.store.spending import Spent

By = Literal["day", "project", "key", "model", "item"]
_DIVIDED = ("model", "item")  # views in which one call may stand on several rows


class Row(msgspec.Struct, kw_only=True):
    """One line; USD, and None where a side has nothing of that name."""

    name: str
    billed: Decimal | None = None
    ledger: Decimal | None = None

    @property
    def gap(self) -> Decimal:
        """What was billed beyond what the ledger has."""
        return EXACT.subtract(self.billed or Decimal(0), self.ledger or Decimal(0))


def view(statement: Statement, spent: Sequence[Spent], layout: Layout, by: By) -> list[Row]:
    """One row a name, days in their order, all else by the size of the gap.

    A provider's id of a key and our fingerprint of it have nothing in common: by key, each side has rows of its own.
    """
    rows: dict[str, Row] = {}
    for charged in statement.charged:
        row = rows.setdefault(name := _billed_as(charged, layout, by), Row(name=name))
        row.billed = EXACT.add(row.billed or Decimal(0), charged.usd)
    for line in spent:
        for name, usd in _kept_as(line, layout, by):
            row = rows.setdefault(name, Row(name=name))
            row.ledger = EXACT.add(row.ledger or Decimal(0), usd)
    return sorted(rows.values(), key=lambda row: (row.name if by == "day" else "", -abs(row.gap), row.name))


def _billed_as(row: Charged, layout: Layout, by: By) -> str:
    unit = unit_of(row.unit) if row.unit else ""
    if by in _DIVIDED and not row.model and unit in layout.apart:
        return _words(unit)
    if by == "item" and row.model and unit:
        return f"{layout.models[row.model]}, {_words(unit)}"
    return (_common(row, layout, by) if by != "item" else "") or row.item or "not named"


def _kept_as(line: Spent, layout: Layout, by: By) -> Iterator[tuple[str, Decimal]]:
    """The names that a line goes by, each with its part of the cost."""
    left = line.usd
    for name, usd in line.amounts.items() if by in _DIVIDED else ():
        unit = unit_of(name)
        if unit in layout.apart or by == "item":
            left = EXACT.subtract(left, usd)
            yield _words(unit) if unit in layout.apart else f"{layout.models[line.model]}, {_words(unit)}", usd
    if by == "item":
        if left or not line.amounts:
            yield f"{layout.models[line.model]}, all", left
    else:
        name = _common(line, layout, by)
        yield f"{name} (fingerprint)" if by == "key" and name else name or "not named", left


def _common(row: Charged | Spent, layout: Layout, by: By) -> str:
    if by == "day":
        return row.day.isoformat()
    if by == "model":
        return layout.models.get(row.model, row.model) if row.model else ""
    return (row.project if by == "project" else row.key) or ""


def _words(unit: str) -> str:
    return unit.replace("_", " ").replace(".", " ")
