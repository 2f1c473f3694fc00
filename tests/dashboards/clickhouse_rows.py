"""Calls as rows of ``otel_traces``: what the Collector's ClickHouse exporter makes of the spans that we send.

The table is that of clickhouseexporter v0.161.0 without codecs and indexes, which change no answer. Attributes are
strings there, made by pcommon.Value.AsString (go.opentelemetry.io/collector/pdata v1.67.0); checked 2026-11-24.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from keeptabs.sinks.otel.otlp_json import attributes
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.sinks.otel.tracing import name_of
from keeptabs.store.record import Record

SCHEMA = Path(__file__).parents[2] / "dashboards" / "clickhouse"
OTEL_TRACES = """
    CREATE TABLE otel_traces (
        Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, TraceState String,
        SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String),
        ResourceAttributes Map(LowCardinality(String), String), ScopeName String, ScopeVersion String,
        SpanAttributes Map(LowCardinality(String), String), Duration UInt64, StatusCode LowCardinality(String),
        StatusMessage String,
        Events Nested (Timestamp DateTime64(9), Name LowCardinality(String),
            Attributes Map(LowCardinality(String), String)),
        Links Nested (TraceId String, SpanId String, TraceState String,
            Attributes Map(LowCardinality(String), String))
    ) ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
    SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1"""


def statements() -> Iterator[str]:
    """The statements of our schema, in their order."""
    for file in sorted(SCHEMA.glob("*.sql")):
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("--")]
        yield from (each.strip() for each in "\n".join(lines).split(";") if each.strip())


def lines(records: Iterable[Record]) -> Iterator[str]:
    """A row a call, as ClickHouse reads it in the format JSONEachRow."""
    for record in records:
        yield json.dumps(_row(record), separators=(",", ":")) + "\n"


def _row(record: Record) -> dict[str, Any]:
    call, identity = record.call, record.identity
    found = attributes(call, identity, Profile.V1_41)
    started_at, part = divmod(call.timing.started_at, 1_000_000_000)
    return {
        "Timestamp": f"{started_at}.{part:09d}",
        "TraceId": identity.trace_id,
        "SpanId": identity.span_id,
        "ParentSpanId": identity.parent_id or "",
        "SpanName": name_of(call.operation, call.request),
        "SpanKind": "Client",
        "ServiceName": record.service,
        "ResourceAttributes": {"service.name": record.service},
        "SpanAttributes": {name: as_string(value) for name, value in found.items()},
        "Duration": call.timing.duration,
        "StatusCode": "Error" if call.outcome.error_type else "Unset",
    }


def as_string(value: Any) -> str:
    """A value of an attribute as the Collector writes it: numbers as ECMAScript does."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return _number(value)
        case list() | tuple():
            return json.dumps(value, separators=(",", ":"))
        case _:
            return str(value)


def _number(value: float) -> str:
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        plain = f"{Decimal(repr(value)):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return repr(value).replace("e-0", "e-")
