"""Names on the way through a real Collector, whose Prometheus exporter has rules of its own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from fleet import Process, Provided, batch
from metric_engines import PATIENCE, free_port, running
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from prometheus_client.parser import text_string_to_metric_families

from keeptabs.sinks.otel.metrics import Metrics
from keeptabs.sinks.otel.semconv import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.core.call import Call
    from keeptabs.store.record import Record

OTELCOL = Path(__file__).parents[2] / ".engines" / "otelcol"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OTELCOL.exists(), reason="no Collector is built here: make engines"),
]
SOME = 40  # series that are there at least, once the batch has come through


def config(into: int, out: int, own: int) -> str:
    reader = {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": own}}}}
    return json.dumps(
        {
            "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{into}"}}}},
            "exporters": {"prometheus": {"endpoint": f"127.0.0.1:{out}"}},
            "service": {
                "pipelines": {"metrics": {"receivers": ["otlp"], "exporters": ["prometheus"]}},
                "telemetry": {"metrics": {"readers": [reader]}},
            },
        }
    )


def push(calls: list[Call], port: int) -> None:
    exporter = OTLPMetricExporter(endpoint=f"http://127.0.0.1:{port}/v1/metrics")
    resource = Resource({"service.name": "desk", "service.namespace": "shop", "service.instance.id": "1"})
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], resource, shutdown_on_exit=False)
    metrics = Metrics(Profile.BOTH, Provided(provider.get_meter("keeptabs")))  # type: ignore[arg-type]
    for call in calls:
        metrics.record(call, None)
    assert provider.force_flush()
    provider.shutdown()


def series(text: str) -> set[tuple[str, frozenset[str]]]:
    """Names with the names of their labels, without what each exporter adds."""
    added = ("otel_scope", "job", "instance")
    return {
        (sample.name, frozenset(name for name, value in sample.labels.items() if value and not name.startswith(added)))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith(("keeptabs", "gen_ai")) and not sample.name.endswith("_created")
    }


def scraped(port: int) -> str:
    until = time.monotonic() + PATIENCE
    text = ""
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                text = answer.read().decode()
        except URLError:
            text = ""
        if text.count("\n") > SOME:
            return text
        time.sleep(0.1)
    raise AssertionError(text)


def test_the_collector_names_what_we_name(record: Callable[..., Record], tmp_path: Path) -> None:
    """Pushed through a Collector the series have the names and labels of those that are scraped from us."""
    calls = [each.call for each in batch(record)]
    into, out, own = free_port(), free_port(), free_port()
    (tmp_path / "collector.yaml").write_text(config(into, out, own), "utf-8")
    command = [str(OTELCOL), f"--config={tmp_path / 'collector.yaml'}"]
    with running(command, f"127.0.0.1:{own}", "/metrics", tmp_path / "collector.log"):
        push(calls, into)
        through = scraped(out)
    process = Process(Profile.BOTH)
    process.record(calls, 1)
    direct = process.scrape("text/plain")
    process.close()
    assert series(through) == series(direct)
    assert 'job="shop/desk"' in through
