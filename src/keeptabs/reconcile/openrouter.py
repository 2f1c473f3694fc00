"""OpenRouter's bill: ``GET /api/v1/activity``, what each model was used for and cost on the last 30 complete UTC days.

``usage`` is what the account was charged; ``byok_usage_inference`` is what the maker of a model charged for calls with
a key of one's own, and is no part of it. The ledger's costs have both, as the answers of OpenRouter tell them.
``cached_tokens`` are part of ``prompt_tokens``, and ``reasoning_tokens`` of ``completion_tokens``. Sources: openrouter
1.3.84 (its Python SDK) ``components/activityitem.py``, openrouter.ai/docs; checked 2026-11-24.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import httpx
import msgspec

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Usage, split
from keeptabs.reconcile._http import Access, get
from keeptabs.reconcile._report import Progress, decoded, is_within, settled, usd
from keeptabs.reconcile.statement import Charged, Days, Kind, Statement, Used

ACCESS = Access(
    provider="OpenRouter",
    variables=("OPENROUTER_MANAGEMENT_KEY", "OPENROUTER_PROVISIONING_KEY"),  # the new name of such keys, and the old
    kind="a management key",
    made_at="https://openrouter.ai/settings/management-keys",
)
BASE_URL = "https://openrouter.ai/api/v1"
KEY_VARIABLES = ACCESS.variables

_PATH = "activity"
_REACH = 30  # days


class _Row(msgspec.Struct, frozen=True):
    date: str
    model: str | None = None
    model_permaslug: str | None = None
    usage: Decimal = Decimal(0)
    byok_usage_inference: Decimal | None = None
    requests: int | None = None
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None

    @property
    def name(self) -> str:
        return self.model or self.model_permaslug or ""


class _Activity(msgspec.Struct, frozen=True):
    data: list[_Row]


_DECODER = msgspec.json.Decoder(_Activity, strict=False)


def headers(key: str) -> dict[str, str]:
    """What a request is authorised by."""
    return {"authorization": f"Bearer {key.strip()}"}


def fetch(days: Days, *, client: httpx.Client, progress: Progress, today: date | None = None) -> Statement:
    """What OpenRouter charged for ``days``, and what it says was used. It names no project and no key.

    ``progress`` is told how many rows there were. ``today`` is the UTC day.
    """
    sent = decoded(ACCESS, _PATH, _DECODER, get(client, ACCESS, _PATH, ())).data
    progress(_PATH, len(sent))
    final = settled(0, today)  # a day is reported when it is over
    rows = [(day, row) for day, row in ((_day(row), row) for row in sent) if is_within(days, day)]
    return Statement(
        source="openrouter",
        days=days,
        charged=tuple(charge for day, row in rows for charge in _charges(day, row)),
        used=tuple(_used(day, row) for day, row in rows),
        settled=final,
        notes=tuple(_notes(days, final, [row for _, row in rows])),
    )


def _day(row: _Row) -> date:
    try:
        return date.fromisoformat(row.date[:10])
    except ValueError:
        raise UserError(f"OpenRouter's activity has a row of {row.date!r}, which is no day") from None


def _charges(day: date, row: _Row) -> Iterator[Charged]:
    charge = Charged(day=day, usd=usd(ACCESS, row.usage, None), item=row.name, kind=Kind.TOKENS, model=row.name or None)
    yield charge
    if row.byok_usage_inference:
        own = usd(ACCESS, row.byok_usage_inference, None)
        yield msgspec.structs.replace(charge, usd=own, item=f"{row.name}, byok_usage_inference")


def _used(day: date, row: _Row) -> Used:
    tokens: dict[Bucket, int] = {}
    if row.prompt_tokens is not None:
        tokens |= split(row.prompt_tokens, Bucket.INPUT_TEXT, {Bucket.CACHE_READ_TEXT: row.cached_tokens})
    if row.completion_tokens is not None:
        tokens |= split(row.completion_tokens, Bucket.OUTPUT_TEXT, {Bucket.OUTPUT_REASONING: row.reasoning_tokens})
    return Used(day=day, model=row.name or None, requests=row.requests, usage=Usage(tokens=tokens))


def _notes(days: Days, today: date, rows: list[_Row]) -> Iterator[str]:
    first = today - timedelta(days=_REACH)
    if days.start < first:
        yield f"OpenRouter tells the last {_REACH} days only: nothing before {first.isoformat()}"
    own = sum((row.byok_usage_inference or Decimal(0) for row in rows), Decimal(0))
    if own:
        yield f"${own:,.2f} of it is billed by the makers of the models, for calls with your own keys"
