"""Which column of an export holds what: the exports that are known, as data, and what a person says of others."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from keeptabs.core.errors import UserError

FIELDS = ("date", "usd", "currency", "item", "quantity", "unit", "model", "project", "key", "tier")
_NEEDED = ("date", "usd")


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A known export. ``columns`` has for each field the names that its column goes by, the best first.

    ``marks`` are the columns that it is known by; ``only`` are rows to take, by a text in a column. ``reads_items``
    says that its items are OpenAI's line items.
    """

    name: str
    marks: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    provider: str = ""
    only: tuple[str, str] | None = None
    reads_items: bool = False


EXPORTS = (
    # The dashboard's cost export. Header as in public code that reads it; checked 2026-11-24.
    Export(
        name="OpenAI",
        provider="openai",
        marks=frozenset({"amount_value", "line_item"}),
        columns={
            "date": ("start_time_iso", "start_time"),
            "usd": ("amount_value",),
            "currency": ("amount_currency",),
            "item": ("line_item",),
            "quantity": ("quantity",),
            "unit": ("quantity_unit",),
            "project": ("project_id",),
            "key": ("api_key_id",),
        },
        reads_items=True,
    ),
    # The console's cost export. Header as in public code that reads it; checked 2026-11-24.
    Export(
        name="Anthropic",
        provider="anthropic",
        marks=frozenset({"usage_date_utc", "cost_usd"}),
        columns={
            "date": ("usage_date_utc",),
            "usd": ("cost_usd",),
            "item": ("token_type",),
            "model": ("model",),
            "project": ("workspace",),
            "key": ("api_key_id", "api_key"),
        },
    ),
    # The cost export of Cost Management. Header as in public code that reads it; checked 2026-11-24.
    Export(
        name="Azure",
        provider="azure.ai.openai",
        marks=frozenset({"costinbillingcurrency", "metername"}),
        columns={
            "date": ("date", "usagedatetime"),
            "usd": ("costinbillingcurrency",),
            "currency": ("billingcurrency", "billingcurrencycode"),
            "item": ("metername",),
            "quantity": ("quantity",),
            "unit": ("unitofmeasure",),
            "project": ("resourcegroup", "resourcegroupname"),
        },
        only=("consumedservice", "CognitiveServices"),
    ),
    # It is of all services: --only says which. https://learn.microsoft.com/en-us/cloud-computing/finops/focus/metadata
    # (version 1.2), checked 2026-11-24.
    Export(
        name="FOCUS",
        marks=frozenset({"chargeperiodstart", "billedcost"}),
        columns={
            "date": ("chargeperiodstart",),
            "usd": ("billedcost",),
            "currency": ("billingcurrency",),
            "item": ("x_skumetername", "skumeter", "chargedescription"),
            "quantity": ("consumedquantity",),
            "unit": ("consumedunit",),
            "project": ("subaccountid",),
        },
    ),
    Export(
        name="a table",
        marks=frozenset(),
        columns={
            "date": ("date", "day", "usage_date", "timestamp"),
            "usd": ("usd", "cost_usd", "amount_usd", "cost", "amount"),
            "currency": ("currency",),
            "item": ("item", "line_item", "description"),
            "quantity": ("quantity",),
            "unit": ("unit",),
            "model": ("model",),
            "project": ("project", "project_id"),
            "key": ("key_id", "api_key_id"),
            "tier": ("tier", "service_tier"),
        },
    ),
)


def detect(header: Sequence[str]) -> Export:
    """The export that a header is of; the last one, which has no marks, is of any."""
    names = {_key(name) for name in header}
    return next(export for export in EXPORTS if export.marks <= names)


def said(text: str | None) -> Mapping[str, str]:
    """``--columns date=Date,usd=Cost`` as a field and the column that holds it. Raises UserError for other fields."""
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    for field, _, column in pairs:
        if field.strip() not in FIELDS or not column.strip():
            raise UserError(f"--columns: {field.strip()!r} is none of {', '.join(FIELDS)}, or has no column")
    return {field.strip(): column.strip() for field, _, column in pairs}


def located(header: Sequence[str], export: Export, given: Mapping[str, str], file: str) -> Mapping[str, int]:
    """Where each field stands in a row. Raises UserError when a column that is named or needed is not there."""
    places = {_key(name): number for number, name in reversed(list(enumerate(header)))}
    for column in given.values():
        if _key(column) not in places:
            raise UserError(f"{file}:1: there is no column {column!r}: {_list(header)}")
    wanted = {**export.columns, **{field: (_key(column),) for field, column in given.items()}}
    found = {
        field: next(places[name] for name in names if name in places)
        for field, names in wanted.items()
        if places.keys() & set(names)
    }
    missing = [field for field in _NEEDED if field not in found]
    if missing:
        example = ",".join(f"{field}=…" for field in missing)
        raise UserError(f"{file}:1: which column is the {missing[0]}? Say --columns {example} of {_list(header)}")
    return found


def _list(names: Iterable[str]) -> str:
    return ", ".join(name.strip() for name in names)


def _key(name: str) -> str:
    return name.strip().lower()
