"""Two services whose calls are known: the same batch of calls each minute, and twice in each of the last thirty.

A batch is recorded by our own instruments on OpenTelemetry's SDK and scraped from its Prometheus exporter, so that
names and labels are those of a real scrape; only the clock is ours. Rates are then the same everywhere in the last half
hour, whatever an engine does between two samples.
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import msgspec
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from keeptabs.core.call import IN_PROMPT
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.sinks.otel.metrics import Metrics
from keeptabs.sinks.otel.semconv import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keeptabs.core.call import Call
    from keeptabs.store.record import Record

MINUTES = 60  # that are simulated
RANGE = 30 * 60  # seconds that the panels show: the half with two batches a minute
BATCHES = 60  # in the range
SERVICE, INSTANCE = "desk", "desk-1"
ACCEPT = "application/openmetrics-text; version=1.0.0"


def batch(record: Callable[..., Record]) -> list[Record]:
    """The calls of one batch."""
    cheap = {Bucket.INPUT_TEXT: 100, Bucket.CACHE_READ_TEXT: 300, Bucket.OUTPUT_TEXT: 40, Bucket.OUTPUT_REASONING: 60}
    rich = {Bucket.INPUT_TEXT: 50, Bucket.CACHE_READ_TEXT: 400, Bucket.CACHE_WRITE_5M: 200, Bucket.OUTPUT_TEXT: 120}
    asked = Asked(settings={"gen_ai.data_source.id": "docs"})
    search = {"provider": "qdrant", "operation": "retrieval", "tags": {}, "request": asked, "cost": FREE}
    found = {"db.response.returned_rows": 0}
    made = [
        _call("o3", "0.0021", cheap, duration=2.0, first_chunk=0.5, facts=LEAK, rate_limit=LEFT),
        _call("claude", "0.0104", rich, duration=4.0, first_chunk=1.0, provider="anthropic", tags={"feature": "chat"}),
        _call("o3", None, {}, kind=OutcomeKind.RATE_LIMITED, error="rate_limit_exceeded", duration=0.1),
        _call("o3", "0.0021", cheap, duration=3.0, resend_count=1, tags={"feature": "search", "user": "u-7"}),
        _call("o9", None, {Bucket.INPUT_TEXT: 10, Bucket.OUTPUT_TEXT: 10}, status=CostStatus.UNPRICED, duration=1.0),
        _call(
            "claude", "0.004", rich, status=CostStatus.ESTIMATED, kind=OutcomeKind.TRUNCATED, error="stream_truncated",
            duration=9.0, first_chunk=6.0, provider="anthropic", tags={"feature": "chat"},
        ),
        _call("claude", None, {}, kind=OutcomeKind.AUTH, error="401", duration=0.2, provider="anthropic", tags={}),
        _call("o3", "0.001", cheap, kind=OutcomeKind.REFUSAL, duration=1.5),
        _call(None, None, {}, duration=0.05, facts=found, **search),
        _call(None, None, {}, kind=OutcomeKind.SERVER_ERROR, error="500", duration=0.3, **search),
    ]  # fmt: skip
    return [record(identity={"attempt": each["resend_count"] + 1}, **each) for each in made]


FREE = Cost(usd=Decimal(0), status=CostStatus.FREE)
LEAK = {IN_PROMPT: ("openai-key",)}
LEFT = RateLimit(limit_requests=100, remaining_requests=40)


def _call(model: str | None, usd: str | None, tokens: dict[Bucket, int], **fields: Any) -> dict[str, Any]:
    kind, error = fields.pop("kind", OutcomeKind.OK), fields.pop("error", None)
    duration, first = fields.pop("duration"), fields.pop("first_chunk", None)
    known = CostStatus.PRICED if usd else CostStatus.NO_USAGE
    usage = Usage(tokens=tokens) if tokens else None
    said = {
        "request": Asked(model=model),
        "response_model": model,
        "streamed": first is not None,
        "timing": Timing(started_at=0, duration=int(duration * 1e9), first_chunk=first and int(first * 1e9)),
        "usage": usage,
        "cost": Cost(usd=Decimal(usd) if usd else None, status=fields.pop("status", known)),
        "outcome": Outcome(kind=kind, status=200, error_type=error),
        "rate_limit": None,
        "resend_count": 0,
        "site": CallSite(f"/app/{model or 'search'}.py", 7, "run"),
        "tags": {"feature": "search"},
    }
    return said | fields


class Provided:
    """What our instruments ask for a meter."""

    def __init__(self, meter: Any) -> None:
        self.meter = lambda: meter


class Process:
    """A process with our instruments and an endpoint on loopback that is scraped."""

    def __init__(self, profile: Profile) -> None:
        self.registry = CollectorRegistry()
        reader = PrometheusMetricReader(registry=self.registry)
        self._provider = MeterProvider([reader], Resource({"service.name": SERVICE}), shutdown_on_exit=False)
        self.metrics = Metrics(profile, Provided(self._provider.get_meter("keeptabs")))  # type: ignore[arg-type]
        self._server, self._thread = start_http_server(0, "127.0.0.1", self.registry)
        self.address = f"127.0.0.1:{self._server.server_port}"

    def record(self, calls: list[Call], times: int) -> None:
        """Record the calls so many times."""
        for call in calls * times:
            self.metrics.record(_now(call), None)

    def scrape(self, accept: str = ACCEPT) -> str:
        """The metrics, as a scraper is given them."""
        with urlopen(Request(f"http://{self.address}/metrics", headers={"Accept": accept}), timeout=20) as answer:
            return str(answer.read().decode())

    def close(self) -> None:
        """Stop both."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._provider.shutdown()


def _now(call: Call) -> Call:
    """The call as if it were made at this moment: limits that were told of long ago are not reported."""
    timing = msgspec.structs.replace(call.timing, started_at=time.time_ns())
    return msgspec.structs.replace(call, timing=timing)


def times(minute: int) -> int:
    """How many batches a minute has."""
    return 2 if minute > MINUTES // 2 else 1


def samples(process: Process, calls: list[Call], end: int) -> Iterator[str]:
    """An hour of scrapes, a minute between them, as OpenMetrics with the times of ours; ``end`` in seconds."""
    for minute in range(MINUTES + 1):
        process.record(calls, times(minute))
        at = end - (MINUTES - minute) * 60
        for family in text_string_to_metric_families(process.scrape()):
            for sample in family.samples:
                labels = {**sample.labels, "job": SERVICE, "instance": INSTANCE}
                said = ",".join(f'{name}="{value}"' for name, value in labels.items())
                yield f"{sample.name}{{{said}}} {sample.value} {at}\n"
