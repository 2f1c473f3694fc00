"""keeptabs as an application installs it, and what it has recorded: the ledger's rows, its faults, the spans."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = (
    "provider", "operation", "model", "server", "streamed", "outcome", "status", "error_type", "request_id", "input",
    "output", "cost_status", "site_file", "site_function", "trace_id", "span_id", "operation_id", "attempt",
)  # fmt: skip
# Members of the detail, and what they are where they are left out.
_DETAIL = {
    **dict.fromkeys(("api", "client", "port", "path", "response_model", "response_id")),
    "finish_reasons": [],
    "resend_count": 0,
    "gaps": [],
}


class Observer:
    """Installs keeptabs or not, and tells for each scenario what it recorded."""

    def __init__(self, mode: str, store: Path) -> None:
        self._store, self._last, self._exporter, self._told = store, 0, None, 0
        self._on = mode != "off"
        if mode == "otel":
            self._exporter = _application_sdk()
        if self._on:
            import keeptabs

            keeptabs.install(store=str(store))

    def seen(self) -> dict[str, Any]:
        """What was recorded since the last time."""
        if not self._on:
            return {}
        import keeptabs

        if not keeptabs.flush(30.0):
            raise RuntimeError("keeptabs could not be flushed")
        return {"ledger": self._rows(), "spans": self._spans()}

    def faults(self) -> list[list[Any]]:
        """The faults that keeptabs counted: stage, cause, count."""
        if not self._store.is_file():
            return []
        with closing(sqlite3.connect(self._store)) as connection:
            return [list(row) for row in connection.execute("SELECT stage, cause, count FROM faults ORDER BY 1, 2")]

    def _rows(self) -> list[dict[str, Any]]:
        if not self._store.is_file():
            return []
        query = f"SELECT id, {', '.join(_COLUMNS)}, detail FROM calls WHERE id > ? ORDER BY started_at, id"
        with closing(sqlite3.connect(self._store)) as connection:
            found = connection.execute(query, (self._last,)).fetchall()
        self._last = max([self._last, *(row[0] for row in found)])
        return [_row(row) for row in found]

    def _spans(self) -> list[dict[str, Any]]:
        if self._exporter is None:
            return []
        spans = self._exporter.get_finished_spans()[self._told :]
        self._told += len(spans)
        return [_span(span) for span in spans]


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    detail = json.loads(row[-1])
    told = {
        **dict(zip(_COLUMNS, row[1:-1], strict=True)),
        **{name: detail.get(name, _DETAIL[name]) for name in _DETAIL},
    }
    if (detail.get("usage") or {}).get("estimated"):
        told["input"] = told["output"] = None  # what the wire said is what is compared
    return told


def _span(span: Any) -> dict[str, Any]:
    return {
        "name": span.name,
        "trace_id": f"{span.context.trace_id:032x}",
        "span_id": f"{span.context.span_id:016x}",
        "links": [f"{link.context.span_id:016x}" for link in span.links],
        "operation_id": span.attributes.get("keeptabs.operation.id"),
        "outcome": span.attributes.get("keeptabs.outcome"),
    }


def _application_sdk() -> Any:
    """An OpenTelemetry SDK as an application sets it up, whose spans stay in memory."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter
