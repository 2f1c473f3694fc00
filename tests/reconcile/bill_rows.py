"""Rows of both sides, and a price book of a few rates: what the comparison is tested with."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.reconcile.gap import Place
from keeptabs.reconcile.rates import Rates
from keeptabs.reconcile.sides import Service
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement, Used
from keeptabs.store.spending import Spent

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
DAYS = Days(start=MONDAY, end=date(2026, 11, 18))
# USD a token at the standard tier: a batch is half of it, flex three quarters.
RATES = {"input.text": Decimal("0.002"), "cache_read.text": Decimal("0.001"), "output.text": Decimal("0.01")}
FACTORS = {Service(): Decimal(1), Service("", batch=True): Decimal("0.5"), Service("flex"): Decimal("0.75")}


def find(place: Place, service: Service, units: frozenset[str]) -> Rates:
    """The rates of every model but the ``unlisted``."""
    if place.model == "unlisted":
        return {}
    return {unit: usd * FACTORS.get(service, 1) for unit, usd in RATES.items() if unit in units}


def charged(usd: str, unit: str | None = None, quantity: int | None = None, **more: Any) -> Charged:
    """A row of a bill, of a model and its tokens unless it says otherwise."""
    amount = None if quantity is None else Decimal(quantity)
    given = {"day": MONDAY, "item": "gpt", "kind": Kind.TOKENS, "model": "gpt", **more}
    return Charged(usd=Decimal(usd), unit=unit, quantity=amount, **given)


def used(
    tokens: Mapping[str, int], requests: int | None = 1, units: Mapping[str, int] | None = None, **more: Any
) -> Used:
    """A row of a usage report."""
    usage = Usage(
        tokens={Bucket(name): count for name, count in tokens.items()},
        units={Unit(name): Decimal(count) for name, count in (units or {}).items()},
    )
    return Used(requests=requests, usage=usage, **{"day": MONDAY, "model": "gpt", **more})


def spent(tokens: Mapping[str, int], calls: int = 1, **more: Any) -> Spent:
    """A line of the ledger, at the rates of the book for its tier unless it names a cost."""
    given = {"day": MONDAY, "project": None, "key": None, "model": "gpt", "tier": None, "batch": False, **more}
    service = Service(given["tier"] or "", batch=given["batch"])
    units = {name: Decimal(count) for name, count in tokens.items()}
    amounts = {name: count * RATES[name] * FACTORS.get(service, 1) for name, count in units.items() if name in RATES}
    if "usd" in given:
        return Spent(calls=calls, units=units, **given)
    priced = {name: units[name] for name in amounts}
    return Spent(
        calls=calls, units=units, amounts=amounts, priced=priced, usd=sum(amounts.values(), Decimal(0)), **given
    )


def statement(*rows: Charged, used: tuple[Used, ...] | None = None, **more: Any) -> Statement:
    """A bill of two days."""
    return Statement(**{"source": "openai", "days": DAYS, "charged": rows, "used": used, **more})
