"""Price files from the data of genai-prices: its ``data.json`` (version 2: a list of providers) as files of ours.

The format is that of prices/new_data/v2/data.schema.json in https://github.com/pydantic/genai-prices, with the price
variants that its package 0.2.3 reads, and of version 3, which has the same list under ``providers`` (checked
2026-11-24). Amounts are JSON numbers there; they are read as decimals, so that no float ever touches one.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.pricing.rows import PriceFileError

LICENCE = "MIT"
_OURS = {"equals": "equals", "starts_with": "prefix", "ends_with": "suffix", "contains": "contains", "regex": "regex"}


class _Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What decides about a price: what is not known of it must not be ignored."""


class Match(_Condition, frozen=True, kw_only=True, rename=lambda field: field.rstrip("_")):
    """One condition on a name; exactly one of its fields is set."""

    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    contains: str | None = None
    regex: str | None = None
    and_: "tuple[Match, ...] | None" = None
    or_: "tuple[Match, ...] | None" = None


class Step(_Condition, frozen=True, kw_only=True):
    """The rate of calls with more than ``start`` input tokens."""

    start: int
    price: Decimal


class Stepped(_Condition, frozen=True, kw_only=True):
    """A rate that depends on how many input tokens there are."""

    base: Decimal
    tiers: tuple[Step, ...]


Prices = Mapping[str, Decimal | Stepped | None]


class Constraint(_Condition, frozen=True, kw_only=True):
    """A first day, or a window of the day."""

    start_date: date | None = None
    start_time: time | None = None
    end_time: time | None = None


class Conditional(_Condition, frozen=True, kw_only=True):
    """Prices with what they hold for: a time, and a kind of call where ``when`` names one."""

    prices: Prices
    constraint: Constraint | None = None
    when: Mapping[str, str] = {}


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model. The last price that holds is its price; of its variants, the first that holds."""

    id: str
    match: Match
    prices: Prices | tuple[Conditional, ...]
    price_variants: tuple[Conditional, ...] | None = None


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider with its models; the first that matches a name is meant by it."""

    id: str
    models: tuple[Model, ...]
    pricing_urls: tuple[str, ...] | None = None
    fallback_model_providers: tuple[str, ...] | None = None


class _Version3(msgspec.Struct, frozen=True):
    providers: tuple[Provider, ...]


def read(data: bytes) -> tuple[Provider, ...]:
    """The providers in the bytes of a ``data.json``.

    Raises:
        PriceFileError: it is none.
    """
    try:
        if data.lstrip()[:1] == b"{":
            return msgspec.json.decode(data, type=_Version3).providers
        return msgspec.json.decode(data, type=tuple[Provider, ...])
    except msgspec.MsgspecError as error:
        raise PriceFileError(f"no data of genai-prices: {error}") from error


def document(provider: Provider, *, source: str, version: str, converted: str) -> str:
    """The text of the base file for ``provider``; ``converted`` is the day of its making, as an ISO date.

    Raises:
        PriceFileError: the data has what a price file cannot say.
    """
    content = ",\n".join(lines(provider))
    head: dict[str, Any] = {
        "source": source,
        "version": version,
        "licence": LICENCE,
        "converted": converted,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "provider": provider.id,
        "urls": provider.pricing_urls or [],
        "fallback": provider.fallback_model_providers or [],
    }
    return f'{{"head": {json.dumps(head, indent=1, sort_keys=True)},\n"models": [\n{content}\n]}}\n'


def lines(provider: Provider) -> Iterator[str]:
    """One line of JSON a model, in the order of the source: the first match wins."""
    for model in provider.models:
        where = f"{provider.id}/{model.id}"
        found = {"id": model.id, "match": _clause(model.match, where), "rows": list(_rows(model, where))}
        yield json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _rows(model: Model, where: str) -> Iterator[dict[str, Any]]:
    """All rows of a model; of those that hold, the last wins."""
    prices = model.prices if isinstance(model.prices, tuple) else (Conditional(prices=model.prices),)
    for each in prices:
        row = _rates(each.prices) | _constraint(each.constraint, where)
        # A name that ends so is a provider's word that nothing is charged; any other empty price is just unknown.
        yield row | ({"free": True} if not row["unit"] and model.id.endswith(":free") else {})
    # Of their variants the first wins. One for the standard tier that changes nothing says nothing.
    for variant in reversed(model.price_variants or ()):
        row = _rates(variant.prices)
        if row["unit"] or variant.when != {"service_tier": "default"}:
            yield row | _constraint(variant.constraint, where) | {"when": dict(variant.when)}


def _rates(prices: Prices) -> dict[str, Any]:
    """The units and steps of a price."""
    unit: dict[str, str] = {}
    tier: dict[str, list[list[Any]]] = {}
    for key, value in prices.items():
        if isinstance(value, Stepped):
            unit[key] = _amount(value.base)
            tier[key] = [[step.start, _amount(step.price)] for step in sorted(value.tiers, key=lambda step: step.start)]
        elif value is not None:
            unit[key] = _amount(value)
    return {"unit": unit, "tier": tier} if tier else {"unit": unit}


def _amount(usd: Decimal) -> str:
    """An amount as a plain string, with no needless zeros."""
    return format(usd.normalize(), "f")


def _clause(match: Match, where: str) -> dict[str, Any]:
    """A match clause, as ``keeptabs.pricing.match.Clause`` reads it."""
    found: list[dict[str, Any]] = [
        {ours: getattr(match, theirs)} for theirs, ours in _OURS.items() if getattr(match, theirs) is not None
    ]
    for name, clauses in (("and", match.and_), ("or", match.or_)):
        found += [{name: [_clause(each, where) for each in clauses]}] if clauses else []
    if len(found) != 1:
        raise PriceFileError(f"{where}: its match says {len(found)} things that are known, not one")
    return found[0]


def _constraint(condition: Constraint | None, where: str) -> dict[str, Any]:
    """The first day or the window of the day in which a price holds."""
    if condition is None:
        return {}
    if condition.start_date is not None:
        return {"from": condition.start_date.isoformat()}
    if condition.start_time is None or condition.end_time is None:
        raise PriceFileError(f"{where}: a price has a condition that is not known")
    return {"daily": [_utc(condition.start_time), _utc(condition.end_time)]}


def _utc(moment: time) -> str:
    if moment.tzinfo is not None:
        moment = datetime.combine(date(1970, 1, 1), moment).astimezone(UTC).time()
    return moment.isoformat()
