"""OpenAI's usage reports as disjoint buckets.

``input_tokens`` includes what came from a cache and went to one, of all modalities; the parts beside it are what is in
it. Where they do not add up the total holds, since it is what is billed. Source: openai-python 3.54.0
``types/admin/organization/usage_costs_response.py``; checked 2026-11-24.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from keeptabs.core.usage import Bucket, Unit, Usage, split
from keeptabs.reconcile._http import NoReportError
from keeptabs.reconcile._openai_days import Day, fetch
from keeptabs.reconcile._report import Page, Pull
from keeptabs.reconcile.statement import Used

_MOST_DAYS = 31  # of a page
_BY_MODEL = ("project_id", "api_key_id", "model")
_BY_TIER = (*_BY_MODEL, "batch", "service_tier")
_GROUPS = {
    "completions": _BY_TIER,
    "decisions": _BY_TIER,
    "embeddings": _BY_MODEL,
    "moderations": _BY_MODEL,
    "images": _BY_MODEL,
    "audio_speeches": _BY_MODEL,
    "audio_transcriptions": _BY_MODEL,
    "vector_stores": ("project_id",),
    "code_interpreter_sessions": ("project_id",),
    "file_search_calls": ("project_id", "api_key_id"),
    "web_search_calls": _BY_MODEL,
}
# The searches of a request are told apart from it; the request itself stands under completions.
_SEARCHES = {"file_search_calls": Unit.FILE_SEARCHES, "web_search_calls": Unit.WEB_SEARCHES}


class Row(msgspec.Struct, frozen=True):
    """A group of one day in any of the reports: each fills the fields that it has."""

    project_id: str | None = None
    api_key_id: str | None = None
    model: str | None = None
    batch: bool | None = None
    service_tier: str | None = None
    num_model_requests: int | None = None
    input_tokens: int | None = None
    input_cached_tokens: int | None = None
    input_cached_text_tokens: int | None = None
    input_cached_audio_tokens: int | None = None
    input_cached_image_tokens: int | None = None
    input_cache_write_tokens: int | None = None
    input_cache_write_30m_tokens: int | None = None
    input_cache_write_12h_tokens: int | None = None
    input_audio_tokens: int | None = None
    input_image_tokens: int | None = None
    output_tokens: int | None = None
    output_audio_tokens: int | None = None
    output_image_tokens: int | None = None
    images: int | None = None
    characters: int | None = None
    seconds: Decimal | None = None
    num_sessions: int | None = None
    num_requests: int | None = None
    usage_bytes: int | None = None


_DECODER = msgspec.json.Decoder(Page[Day[Row]], strict=False)


def fetch_all(pull: Pull) -> tuple[tuple[Used, ...] | None, tuple[str, ...]]:
    """What all reports say was used, None where there is no report at all; and notes of what they do not tell."""
    used: list[Used] = []
    missing: list[str] = []
    stored = 0
    for name in _GROUPS:
        try:
            for day, row in _rows(name, pull):
                stored = max(stored, row.usage_bytes or 0)
                used += [] if row.usage_bytes is not None else [_used(name, day, row)]
        except NoReportError:
            missing.append(name)
    notes = [f"OpenAI has no usage report of: {', '.join(missing)} (404)"] if missing else []
    notes += [f"a project kept up to {stored:,} bytes in vector stores, which no call is billed for"] if stored else []
    return (None if len(missing) == len(_GROUPS) else tuple(used)), tuple(notes)


def _rows(name: str, pull: Pull) -> Iterator[tuple[date, Row]]:
    for day in fetch(pull, f"usage/{name}", _GROUPS[name], _MOST_DAYS, _DECODER):
        yield from ((day.day, row) for row in day.rows)


def _used(name: str, day: date, row: Row) -> Used:
    return Used(
        day=day,
        project=row.project_id,
        key=row.api_key_id,
        model=row.model,
        tier=None if row.service_tier == "batch" else row.service_tier,
        batch=bool(row.batch) or row.service_tier == "batch",
        requests=None if name in _SEARCHES else row.num_model_requests,
        usage=Usage(tokens={**_input(row), **_output(row)}, units=_units(name, row)),
    )


def _input(row: Row) -> dict[Bucket, int]:
    if row.input_tokens is None:
        return {}
    cached_text = row.input_cached_text_tokens
    if cached_text is None and row.input_cached_tokens is not None:
        cached_text = (
            row.input_cached_tokens - (row.input_cached_audio_tokens or 0) - (row.input_cached_image_tokens or 0)
        )
    parts: dict[Bucket, int | None] = {
        Bucket.CACHE_READ_TEXT: cached_text,
        Bucket.CACHE_READ_AUDIO: row.input_cached_audio_tokens,
        Bucket.CACHE_READ_IMAGE: row.input_cached_image_tokens,
        **_writes(row),
        Bucket.INPUT_AUDIO: row.input_audio_tokens,
        Bucket.INPUT_IMAGE: row.input_image_tokens,
    }
    return split(row.input_tokens, Bucket.INPUT_TEXT, parts)


def _writes(row: Row) -> dict[Bucket, int | None]:
    half_hour, half_day = row.input_cache_write_30m_tokens, row.input_cache_write_12h_tokens
    rest = None
    if row.input_cache_write_tokens is not None:
        rest = row.input_cache_write_tokens - (half_hour or 0) - (half_day or 0)
    is_divided = half_hour is not None or half_day is not None
    return {
        Bucket.CACHE_WRITE_30M: half_hour,
        Bucket.CACHE_WRITE_12H: half_day,
        Bucket.CACHE_WRITE: None if is_divided and not rest else rest,
    }


def _output(row: Row) -> dict[Bucket, int]:
    if row.output_tokens is None:
        return {}
    parts: dict[Bucket, int | None] = {
        Bucket.OUTPUT_AUDIO: row.output_audio_tokens,
        Bucket.OUTPUT_IMAGE: row.output_image_tokens,
    }
    return split(row.output_tokens, Bucket.OUTPUT_TEXT, parts)


def _units(name: str, row: Row) -> dict[Unit, Decimal]:
    found: dict[Unit, int | Decimal | None] = {
        Unit.IMAGES: row.images,
        Unit.CHARACTERS: row.characters,
        Unit.SECONDS: row.seconds,
        Unit.CONTAINERS: row.num_sessions,
    }
    if name in _SEARCHES:
        found[_SEARCHES[name]] = row.num_requests
    return {unit: Decimal(amount) for unit, amount in found.items() if amount is not None}
