"""What our own rows say differently from the base, and on whose word."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from keeptabs.pricing.catalogue import Catalogue
from keeptabs.pricing.compare import rates
from keeptabs.pricing.match import Clause, exact, matches
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, Entry, Model, day_of


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """One rate of ours. ``base`` is None where the base has none for such calls at that time."""

    provider: str
    model: str  # the first of those that the row is for
    kind: str  # of call, as "service_tier=flex"; empty for a standard price
    key: str  # see units.py
    base: Decimal | None
    ours: Decimal | None  # None: the base has a rate that we say is none
    start: date | None
    end: date | None
    source: str
    confidence: str
    note: str


def overrides(catalogue: Catalogue, today: date) -> list[Override]:
    """Every rate in our rows that is another than that of the base on the row's first day, else ``today``."""
    return [
        override
        for provider, said in sorted(catalogue.overlay.items())
        for clause, entry in said.prices
        for override in _of(catalogue, provider, clause, entry, today)
    ]


def _of(catalogue: Catalogue, provider: str, clause: Clause, entry: Entry, today: date) -> Iterator[Override]:
    row = entry.row
    model = _base_model(catalogue, provider, clause)
    at = day_of(row.start or min(today, row.end or today)) * SECONDS_A_DAY * NANOSECONDS
    kind = ", ".join(f"{name}={value}" for name, value in sorted(row.when.items()))
    every = rates(model.rows, at) if model else {}
    base = {key: usd for (of, key, beyond), usd in every.items() if of == kind and not beyond}
    ours = {key: Decimal(amount) for key, amount in row.unit.items()}
    is_complete = not row.when and not row.adds
    for key in sorted(ours.keys() | (base.keys() if is_complete else set())):
        if base.get(key) != ours.get(key):
            yield Override(
                provider=provider,
                model=entry.model,
                kind=kind,
                key=key,
                base=base.get(key),
                ours=ours.get(key),
                start=row.start,
                end=row.end,
                source=entry.source,
                confidence=entry.confidence,
                note=entry.note,
            )


def _base_model(catalogue: Catalogue, provider: str, clause: Clause) -> Model | None:
    """The first model of the base that the row is for."""
    models = catalogue.base[provider].models if provider in catalogue.base else ()
    for name in exact(clause):
        found = next((model for model in models if matches(model.match, name)), None)
        if found:
            return found
    return next((model for model in models if matches(clause, model.id.lower())), None)
