"""The bill and the ledger laid side by side: for each place what was charged, what was told, and what was seen."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile.gap import EXACT, Place, total
from keeptabs.reconcile.names import common
from keeptabs.reconcile.statement import Charged, Kind, Statement, Used
from keeptabs.store.spending import Spent

# Bills make fewer distinctions than answers do: these go at one rate, or under one name.
_FOLDED: Mapping[str, str] = {
    Bucket.OUTPUT_REASONING: Bucket.OUTPUT_TEXT,
    Bucket.INPUT_TOOL: Bucket.INPUT_TEXT,
    Bucket.CACHE_WRITE_30M: Bucket.CACHE_WRITE,
    Bucket.CACHE_WRITE_12H: Bucket.CACHE_WRITE,
    Unit.WEB_SEARCHES_PREVIEW: Unit.WEB_SEARCHES,
}
METERED = frozenset({Kind.TOKENS, Kind.UNITS})  # what calls are charged for
_STANDARD = frozenset({"", "default", "auto", "standard"})
_MADE = frozenset({*Bucket, Unit.SECONDS, Unit.CHARACTERS, Unit.IMAGES, Unit.PAGES, Unit.RERANK_SEARCHES})


class Service(NamedTuple):
    """How a call was served: usage of one kind is valued at the rates of that kind. ``""`` is the standard tier."""

    tier: str = ""
    batch: bool = False


class Told(msgspec.Struct):
    """What the provider says was used; ``requests`` is None where it does not count them."""

    requests: int | None = None
    units: dict[str, Decimal] = {}


class Seen(msgspec.Struct):
    """What the ledger has; the fields are those of ``Spent``."""

    calls: int = 0
    silent: int = 0
    unpriced: int = 0
    usd: Decimal = Decimal(0)
    units: dict[str, Decimal] = {}
    amounts: dict[str, Decimal] = {}
    priced: dict[str, Decimal] = {}


class Sides(msgspec.Struct):
    """One place, from both sides."""

    charged: list[Charged] = []
    told: dict[Service, Told] = {}
    seen: dict[Service, Seen] = {}


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """All places; what is told apart in them, and under which name each model is.

    ``apart`` are the units that the bill charges for without a model though others have one (web searches): in the
    ledger they are taken from the models too.
    """

    places: dict[Place, Sides]
    models: Mapping[str, str]
    apart: frozenset[str]
    by_project: bool
    by_model: bool
    by_service: bool


def unit_of(name: str) -> str:
    """The unit of a bill that a bucket or unit is part of."""
    return _FOLDED.get(name, name)


def service_of(tier: str | None, *, batch: bool) -> Service:
    """The kind of service behind a tier's name; a tier called ``batch`` is a batch."""
    name = (tier or "").lower()
    return Service("" if name in _STANDARD or name == "batch" else name, batch or name == "batch")


def lay_out(statement: Statement, spent: Iterable[Spent]) -> Layout:
    """Both sides by day; by project where both always name it; by model where the bill names any.

    Service is told apart where what says how much was used (the usage report, else the bill) names any.
    """
    lines = list(spent)
    metered = [row for row in statement.charged if row.kind in METERED]
    told: list[Charged | Used] = [*metered, *(statement.used or ())]
    layout = Layout(
        places={},
        models=common((row.model for row in told if row.model), (line.model for line in lines)),
        apart=frozenset(unit_of(row.unit) for row in metered if row.unit and not row.model),
        by_project=all(row.project for row in told) and all(line.project for line in lines),
        by_model=any(row.model for row in told) or not told,
        by_service=any(row.tier or row.batch for row in (metered if statement.used is None else statement.used)),
    )
    for row in statement.charged:
        _sides(layout, row, row.model).charged.append(row)
    for used in statement.used or ():
        _tell(layout, used)
    for line in lines:
        _see(layout, line)
    for sides in layout.places.values():
        if not sides.told:
            _infer(sides)
    return layout


def place(layout: Layout, row: Charged | Used | Spent, model: str | None) -> Place:
    """Where a row of either side stands."""
    project = row.project or "" if layout.by_project else ""
    return Place(row.day, project, layout.models.get(model, model) if model and layout.by_model else "")


def _sides(layout: Layout, row: Charged | Used | Spent, model: str | None) -> Sides:
    return layout.places.setdefault(place(layout, row, model), Sides())


def _tell(layout: Layout, used: Used) -> None:
    units: dict[str, Decimal] = {}
    for bucket, count in used.usage.tokens.items():
        _add(units, unit_of(bucket), Decimal(count))
    for unit, quantity in used.usage.units.items():
        _add(units, unit_of(unit), quantity)
    service = service_of(used.tier, batch=used.batch)
    # A report of tools counts requests that another report has counted already.
    requests = used.requests if not units or units.keys() & _MADE else None
    for model, own in _parted(units, used.model, layout.apart):
        told = _sides(layout, used, model).told.setdefault(service, Told())
        _merge(told.units, own)
        if requests is not None and model == used.model:
            told.requests = (told.requests or 0) + requests


def _see(layout: Layout, line: Spent) -> None:
    service = service_of(line.tier, batch=line.batch) if layout.by_service else Service()
    units, amounts, priced = (_folded(sums) for sums in (line.units, line.amounts, line.priced))
    left = line.usd
    for model, own in _parted({**amounts, **units}, line.model, layout.apart):
        seen = _sides(layout, line, model).seen.setdefault(service, Seen())
        _merge(seen.units, {name: units[name] for name in own if name in units})
        _merge(seen.amounts, {name: amounts[name] for name in own if name in amounts})
        _merge(seen.priced, {name: priced[name] for name in own if name in priced})
        if model != line.model:
            usd = total(amounts[name] for name in own if name in amounts)
            seen.usd, left = EXACT.add(seen.usd, usd), EXACT.subtract(left, usd)
    seen = _sides(layout, line, line.model).seen.setdefault(service, Seen())
    seen.usd = EXACT.add(seen.usd, left)
    seen.calls += line.calls
    seen.silent += line.silent
    seen.unpriced += line.unpriced


def _parted(
    units: Mapping[str, Decimal], model: str | None, apart: frozenset[str]
) -> Iterable[tuple[str | None, Mapping[str, Decimal]]]:
    """What stands at the model, and what stands apart from models."""
    others = {name: count for name, count in units.items() if name in apart}
    if others:
        yield None, others
    if not others or len(others) < len(units):
        yield model, {name: count for name, count in units.items() if name not in apart}


def _infer(sides: Sides) -> None:
    """Where no usage is reported, what was charged for says how much it was, if it always says it."""
    metered = [row for row in sides.charged if row.kind in METERED]
    if any(row.unit is None or row.quantity is None for row in metered):
        return
    for row in metered:
        told = sides.told.setdefault(service_of(row.tier, batch=row.batch), Told())
        _add(told.units, unit_of(row.unit or ""), row.quantity or Decimal(0))


def _folded(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    folded: dict[str, Decimal] = {}
    for name, amount in sums.items():
        _add(folded, unit_of(name), amount)
    return folded


def _merge(sums: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    for name, amount in more.items():
        _add(sums, name, amount)


def _add(sums: dict[str, Decimal], name: str, more: Decimal) -> None:
    sums[name] = EXACT.add(sums.get(name, Decimal(0)), more)
