"""OpenAI's bill: ``GET /v1/organization/costs``, and the usage reports beside it.

Source: openai-python 3.54.0 ``types/admin/organization/usage_costs_{params,response}.py``; checked 2026-11-24. Amounts
are USD, by day only; OpenAI says no day on which they are final: they settle late, by 24 to 48 hours.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx
import msgspec

from keeptabs.reconcile import _openai_usage, line_item
from keeptabs.reconcile._openai_days import ACCESS, Day
from keeptabs.reconcile._openai_days import fetch as fetch_days
from keeptabs.reconcile._report import Page, Progress, Pull, absent, settled, usd
from keeptabs.reconcile.statement import Charged, Days, Statement

BASE_URL = "https://api.openai.com/v1"
KEY_VARIABLES = ACCESS.variables

_MOST_DAYS = 180  # of a page
_GROUPS = ("project_id", "line_item", "api_key_id")
_LAG = 2  # days


class _Amount(msgspec.Struct, frozen=True):
    value: Decimal | None = None
    currency: str | None = None


class _Cost(msgspec.Struct, frozen=True):
    amount: _Amount | None = None
    line_item: str | None = None
    project_id: str | None = None
    api_key_id: str | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None


_DECODER = msgspec.json.Decoder(Page[Day[_Cost]], strict=False)


def headers(key: str) -> dict[str, str]:
    """What a request is authorised by."""
    return {"authorization": f"Bearer {key.strip()}"}


def fetch(days: Days, *, client: httpx.Client, progress: Progress, today: date | None = None) -> Statement:
    """What OpenAI charged for ``days``, and what it says was used.

    ``progress`` is told the name of a report and how many rows each page of it had. ``today`` is the UTC day.
    """
    pull = Pull(client, days, progress)
    sent = list(fetch_days(pull, "costs", _GROUPS, _MOST_DAYS, _DECODER))
    used, notes = _openai_usage.fetch_all(pull)
    return Statement(
        source="openai",
        days=days,
        charged=tuple(_charged(sent)),
        used=used,
        settled=settled(_LAG, today),
        notes=(*_notes(days, sent), *notes),
    )


def _charged(sent: list[Day[_Cost]]) -> Iterator[Charged]:
    for day in sent:
        for row in day.rows:
            if row.amount is not None and row.amount.value is not None:
                yield _row(day.day, row, usd(ACCESS, row.amount.value, row.amount.currency))


def _row(day: date, row: _Cost, amount: Decimal) -> Charged:
    text = row.line_item or ""
    item = line_item.read(text, row.quantity_unit)
    return Charged(
        day=day,
        usd=amount,
        item=text,
        kind=item.kind,
        project=row.project_id,
        key=row.api_key_id,
        model=item.model,
        unit=item.unit,
        tier=item.tier,
        batch=item.batch,
        long_context=item.long_context,
        quantity=item.quantity(row.quantity),
    )


def _notes(days: Days, sent: list[Day[_Cost]]) -> Iterator[str]:
    left_out = absent(days, (day.day for day in sent))
    if left_out:
        yield f"OpenAI's cost report leaves out {left_out}"
    silent = sum(row.amount is None or row.amount.value is None for day in sent for row in day.rows)
    if silent:
        yield f"{silent} rows of OpenAI's cost report name no amount"
