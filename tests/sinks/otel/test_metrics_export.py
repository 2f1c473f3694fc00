"""Metrics that are pushed, as sums since the start or since the last export, and metrics that are asked for."""

from __future__ import annotations

import socket
from typing import Any

import pytest

import keeptabs

DELTA, CUMULATIVE = 1, 2  # AggregationTemporality in opentelemetry/proto/metrics/v1/metrics.proto
PREFERENCES = [(None, CUMULATIVE, [1, 3]), ("cumulative", CUMULATIVE, [1, 3]), ("delta", DELTA, [1, 2])]


@pytest.mark.parametrize(("preference", "temporality", "counts"), PREFERENCES)
def test_the_preference_is_kept(
    bench: Any, otlp: Any, monkeypatch: pytest.MonkeyPatch, preference: str | None, temporality: int, counts: list[int]
) -> None:
    """After one call and two more, a backend that wants differences gets 1 and 2, any other 1 and 3."""
    received: list[Any] = []
    monkeypatch.setattr(otlp, "meters", received.append)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url)
    if preference is not None:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", preference)
    bench.install()
    for calls in (1, 2):
        for _ in range(calls):
            bench.chat()
        assert keeptabs.flush(20)
    sums = [
        metric.sum
        for request in received
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == "keeptabs.calls"
    ]
    assert {each.aggregation_temporality for each in sums} == {temporality}
    assert [int(each.data_points[0].as_int or each.data_points[0].as_double) for each in sums] == counts


SCRAPED = """
import keeptabs
from urllib.request import urlopen
keeptabs.install()
chat()
assert keeptabs.flush(20)
port = os.environ["OTEL_EXPORTER_PROMETHEUS_PORT"]
print(urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20).read().decode())
"""


def test_prometheus_can_ask(bench: Any) -> None:
    """With the exporter of Prometheus an application of one line has an endpoint with its calls."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    env = {"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT": port}
    done = bench.run(SCRAPED, **env, OTEL_EXPORTER_PROMETHEUS_HOST="127.0.0.1")
    # The exporter (0.66b2) shows what it had when it was flushed once more, so a line may be there twice.
    [calls] = {line for line in done.stdout.splitlines() if line.startswith("keeptabs_calls_total{")}
    assert 'gen_ai_request_model="gpt-4o"' in calls
    assert calls.endswith(" 1.0")
