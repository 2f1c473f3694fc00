"""What every measured process stands on: one OpenTelemetry set-up, one way to switch on, one stopwatch."""

import gc
import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

Flush = Callable[[], object]


class DroppedSpans(SpanExporter):
    """Counts the spans that it drops: an instrumentation that is measured must have made them."""

    def __init__(self) -> None:
        self.count = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Drop the spans."""
        self.count += len(spans)
        return SpanExportResult.SUCCESS


class DroppedMetrics(MetricExporter):
    """Drops whatever is collected."""

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        """Drop the metrics."""
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Nothing is held."""
        return True

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Nothing is open."""


class Telemetry:
    """The application's own SDK providers, global, as an application sets them up before its instrumentation."""

    def __init__(self) -> None:
        self.spans = DroppedSpans()
        self._tracers = TracerProvider()
        self._tracers.add_span_processor(BatchSpanProcessor(self.spans))
        self._meters = MeterProvider(metric_readers=[PeriodicExportingMetricReader(DroppedMetrics())])
        trace.set_tracer_provider(self._tracers)
        metrics.set_meter_provider(self._meters)

    def flush(self) -> None:
        """Export every span, collect every metric."""
        self._tracers.force_flush()
        self._meters.force_flush()


def nothing() -> Flush:
    """The baseline: no instrumentation."""
    return lambda: None


def keeptabs() -> Flush:
    """Keeptabs, as its environment variables say."""
    import keeptabs

    keeptabs.install()
    return keeptabs.flush


def openinference() -> Flush:
    """OpenInference's instrumentation."""
    from openinference.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    return lambda: None


def openllmetry() -> Flush:
    """OpenLLMetry's instrumentation."""
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    return lambda: None


def genai_openai() -> Flush:
    """OpenTelemetry's own GenAI instrumentation."""
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    return lambda: None


INSTRUMENTS: dict[str, Callable[[], Flush]] = {
    made.__name__: made for made in (nothing, keeptabs, openinference, openllmetry, genai_openai)
}


class Cpu(NamedTuple):
    """CPU time in microseconds: of the calling thread, and of the whole process until everything was flushed."""

    thread: float
    process: float


def cpu(work: Callable[[], object], flush: Flush) -> Cpu:
    """The CPU time of ``work``. The garbage collector stays on, from a clean start."""
    gc.collect()
    process, thread = time.process_time_ns(), time.thread_time_ns()
    work()
    thread = time.thread_time_ns() - thread
    flush()
    return Cpu(thread / 1000, (time.process_time_ns() - process) / 1000)


def plan() -> dict[str, Any]:
    """What this process is asked to measure. Logging is off: what a peer logs at each call is not held against it."""
    logging.disable(logging.CRITICAL)
    asked: dict[str, Any] = json.loads(sys.argv[1])
    return asked


def tell(result: Any) -> None:
    """Hand the result to the process that asked."""
    print(json.dumps(result), flush=True)
