"""Anthropic's bill: ``GET /v1/organizations/cost_report``, and ``usage_report/messages`` beside it.

Amounts are cents, as decimal strings; days are UTC. A usage row is disjoint as it stands: what came from no cache, what
was read, and what was written for five minutes or an hour. Sources: platform.claude.com/docs/en/api/admin/cost_report,
…/api/admin-api/usage-cost/get-messages-usage-report and …/manage-claude/usage-cost-api. The first two are called legacy
there; what is to follow them is a beta. Checked 2026-11-24.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Annotated, Generic, TypeVar

import httpx
import msgspec

from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.reconcile._http import Access, Params
from keeptabs.reconcile._report import Page, Progress, Pull, absent, is_within, pages, settled, usd
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement, Used

ACCESS = Access(
    provider="Anthropic",
    variables=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"),  # the documentation has both
    kind="an admin key of an organisation",
    made_at="https://platform.claude.com/settings/admin-keys",
)
BASE_URL = "https://api.anthropic.com"
KEY_VARIABLES = ACCESS.variables

R = TypeVar("R")

_COSTS, _USAGE = "v1/organizations/cost_report", "v1/organizations/usage_report/messages"
_COST_GROUPS = ("workspace_id", "description")
_USAGE_GROUPS = ("workspace_id", "api_key_id", "model", "service_tier")
_MOST_DAYS = 31  # of a page
_LAG = 2  # days
_EXACT = Context(prec=50)
_BUCKETS = {
    "uncached_input_tokens": Bucket.INPUT_TEXT,
    "cache_read_input_tokens": Bucket.CACHE_READ_TEXT,
    "cache_creation.ephemeral_5m_input_tokens": Bucket.CACHE_WRITE_5M,
    "cache_creation.ephemeral_1h_input_tokens": Bucket.CACHE_WRITE_1H,
    "output_tokens": Bucket.OUTPUT_TEXT,
}
# What runs code is billed by the hour, and no answer says how long it ran.
_KINDS = {"tokens": Kind.TOKENS, "web_search": Kind.UNITS, "code_execution": Kind.FIXED}
_NOTES = (
    "Anthropic does not count requests: what the ledger never saw shows as tokens only",
    "Anthropic leaves what Priority Tier costs out of its cost report",
)


class _Day(msgspec.Struct, Generic[R]):
    starting_at: Annotated[datetime, msgspec.Meta(tz=True)]
    results: list[R] = []

    @property
    def day(self) -> date:
        return self.starting_at.astimezone(UTC).date()


class _Cost(msgspec.Struct, frozen=True):
    amount: Decimal
    currency: str | None = None
    description: str | None = None
    cost_type: str | None = None
    token_type: str | None = None
    model: str | None = None
    service_tier: str | None = None
    context_window: str | None = None
    workspace_id: str | None = None


class _Writes(msgspec.Struct, frozen=True):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class _Tools(msgspec.Struct, frozen=True):
    web_search_requests: int | None = None


class _Row(msgspec.Struct, frozen=True):
    uncached_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _Writes | None = None
    output_tokens: int | None = None
    server_tool_use: _Tools | None = None
    model: str | None = None
    service_tier: str | None = None
    api_key_id: str | None = None
    workspace_id: str | None = None


_COST_DECODER = msgspec.json.Decoder(Page[_Day[_Cost]], strict=False)
_USAGE_DECODER = msgspec.json.Decoder(Page[_Day[_Row]], strict=False)


def headers(key: str) -> dict[str, str]:
    """What a request is authorised by."""
    return {"x-api-key": key.strip(), "anthropic-version": "2023-06-01"}


def fetch(days: Days, *, client: httpx.Client, progress: Progress, today: date | None = None) -> Statement:
    """What Anthropic charged for ``days``, and what it says was used.

    ``progress`` is told the name of a report and how many rows each page of it had. ``today`` is the UTC day.
    """
    pull = Pull(client, days, progress)
    sent = list(_days(pull, _COSTS, _COST_GROUPS, _COST_DECODER))
    usage = _days(pull, _USAGE, _USAGE_GROUPS, _USAGE_DECODER)
    left_out = absent(days, (each.day for each in sent))
    return Statement(
        source="anthropic",
        days=days,
        charged=tuple(_charged(each.day, row) for each in sent for row in each.results),
        used=tuple(_used(each.day, row) for each in usage for row in each.results),
        settled=settled(_LAG, today),
        notes=(*([f"Anthropic's cost report leaves out {left_out}"] if left_out else ()), *_NOTES),
    )


def _days(
    pull: Pull, path: str, groups: Sequence[str], decoder: msgspec.json.Decoder[Page[_Day[R]]]
) -> Iterator[_Day[R]]:
    params: Params = [
        ("starting_at", f"{pull.days.start.isoformat()}T00:00:00Z"),
        ("ending_at", f"{pull.days.end.isoformat()}T00:00:00Z"),
        ("bucket_width", "1d"),
        ("limit", str(pull.limit(_MOST_DAYS))),
        *(("group_by[]", group) for group in groups),
    ]
    for page in pages(pull.client, ACCESS, path, params, decoder):
        pull.progress(path.rpartition("organizations/")[2], sum(len(each.results) for each in page))
        yield from (each for each in page if is_within(pull.days, each.day))


def _charged(day: date, row: _Cost) -> Charged:
    kind = _KINDS.get(row.cost_type or "", Kind.UNREAD)
    unit = {Kind.TOKENS: _BUCKETS.get(row.token_type or ""), Kind.UNITS: Unit.WEB_SEARCHES}.get(kind)
    return Charged(
        day=day,
        usd=usd(ACCESS, row.amount.scaleb(-2, _EXACT), row.currency),
        item=row.description or "",
        kind=Kind.UNREAD if kind is Kind.TOKENS and unit is None else kind,
        project=row.workspace_id,
        model=row.model,
        unit=unit,
        tier=_tier(row.service_tier),
        batch=row.service_tier == "batch",
        long_context=row.context_window not in (None, "0-200k"),
    )


def _used(day: date, row: _Row) -> Used:
    writes, tools = row.cache_creation or _Writes(), row.server_tool_use or _Tools()
    tokens = {
        Bucket.INPUT_TEXT: row.uncached_input_tokens,
        Bucket.CACHE_READ_TEXT: row.cache_read_input_tokens,
        Bucket.CACHE_WRITE_5M: writes.ephemeral_5m_input_tokens,
        Bucket.CACHE_WRITE_1H: writes.ephemeral_1h_input_tokens,
        Bucket.OUTPUT_TEXT: row.output_tokens,
    }
    searches = tools.web_search_requests
    return Used(
        day=day,
        project=row.workspace_id,
        key=row.api_key_id,
        model=row.model,
        tier=_tier(row.service_tier),
        batch=row.service_tier == "batch",
        usage=Usage(
            tokens={bucket: count for bucket, count in tokens.items() if count is not None},
            units={} if searches is None else {Unit.WEB_SEARCHES: Decimal(searches)},
        ),
    )


def _tier(said: str | None) -> str | None:
    return None if said == "batch" else said
