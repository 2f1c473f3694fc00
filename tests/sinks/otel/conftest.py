"""A bench: an SDK in memory, a mock provider on loopback, and keeptabs between them; all of it is undone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import openai
import pytest
from opentelemetry import trace
from opentelemetry.metrics import _internal as metrics_internal
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.metrics import AlwaysOnExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler

import keeptabs
from keeptabs.patching.shield import shield
from keeptabs.testing.mock import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEY = "k" * 20


class Sdk:
    """OpenTelemetry's own SDK, keeping everything in memory."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader], exemplar_filter=AlwaysOnExemplarFilter(), shutdown_on_exit=False)

    def close(self) -> None:
        """Stop both providers."""
        self.tracers.shutdown()
        self.meters.shutdown()


class Bench:
    """What a test stands on. Everything opened here is closed with it."""

    def __init__(self, path: Path, server: MockServer, stack: ExitStack) -> None:
        self.path, self.server, self.store = path, server, path / "ledger.db"
        self._stack, self._sdk = stack, Sdk()
        stack.callback(self._sdk.close)

    def sdk(self, sampler: Sampler = ALWAYS_ON, *, spans: bool = True, meters: bool = True) -> Sdk:
        """An SDK, made the application's own, in the place of the one before."""
        self._sdk = made = Sdk(sampler)
        self._stack.callback(made.close)
        if spans:
            trace._TRACER_PROVIDER = made.tracers
        if meters:
            metrics_internal._METER_PROVIDER = made.meters
        return made

    def install(self, **options: Any) -> None:
        """Install keeptabs with a ledger of the test's own."""
        keeptabs.install(store=self.store, **options)

    def openai(self, **options: Any) -> openai.OpenAI:
        """A client of the mock, without retries unless told."""
        given = {"base_url": self.server.url, "api_key": KEY, "max_retries": 0, **options}
        return self._stack.enter_context(openai.OpenAI(**given))

    @property
    def port(self) -> int:
        """The port of the mock."""
        return int(self.server.origin.rpartition(":")[2])

    def async_openai(self, **options: Any) -> openai.AsyncOpenAI:
        """An asynchronous client of the mock, which the test closes."""
        return openai.AsyncOpenAI(**{"base_url": self.server.url, "api_key": KEY, "max_retries": 0, **options})

    def chat(self, model: str = "gpt-4o", content: str = "Hi", *, retries: int = 0, **options: Any) -> Any:
        """One chat completion, or a stream of one."""
        messages = [{"role": "user", "content": content}]
        return self.openai(max_retries=retries).chat.completions.create(model=model, messages=messages, **options)

    def spans(self) -> list[ReadableSpan]:
        """All spans that ended, by their start."""
        assert keeptabs.flush()
        return sorted(self._sdk.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def span(self) -> ReadableSpan:
        """The only span."""
        (span,) = self.spans()
        return span

    def instruments(self) -> dict[str, Any]:
        """All metrics by name."""
        assert keeptabs.flush()
        data = self._sdk.reader.get_metrics_data()
        scopes = [scope for one in (data.resource_metrics if data else ()) for scope in one.scope_metrics]
        return {metric.name: metric for scope in scopes for metric in scope.metrics}

    def points(self, name: str) -> list[Any]:
        """The points of a metric; none when it was never recorded."""
        metric = self.instruments().get(name)
        return list(metric.data.data_points) if metric else []

    def rows(self) -> list[dict[str, Any]]:
        """The calls in the ledger, in the order in which they ended."""
        assert keeptabs.flush()
        if not self.store.exists():
            return []
        with closing(sqlite3.connect(self.store)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute("SELECT * FROM calls ORDER BY id")]

    def faults(self) -> list[tuple[str, str, int]]:
        """The faults in the ledger: stage, cause, count."""
        with closing(sqlite3.connect(self.store)) as db:
            return list(db.execute("SELECT stage, cause, count FROM faults ORDER BY stage, cause"))

    def run(self, code: str, *launcher: str, timeout: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
        """Run an application in a process of its own, with a client of the mock at hand; it must end well."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "KEEPTABS_"))}
        given = {**clean, "KEEPTABS_STORE": str(self.store), "MOCK_URL": self.server.url, "NO_PROXY": "*", **env}
        script = self.path / "app.py"
        script.write_text(_PROLOGUE + code, "utf-8")
        command = [*launcher, sys.executable, str(script)]
        return _ended_well(command, given, self.path, timeout)


_PROLOGUE = f"""
import os, sys
import keeptabs
def chat(model="gpt-4o"):
    import openai
    with openai.OpenAI(base_url=os.environ["MOCK_URL"], api_key="{KEY}", max_retries=0) as client:
        return client.chat.completions.create(model=model, messages=[{{"role": "user", "content": "Hi"}}])
"""


def _ended_well(
    command: list[str], env: Mapping[str, str], cwd: Path, timeout: float
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(autouse=True)
def _own_globals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """OpenTelemetry's process-wide providers, unset and to be set again in each test; our faults come out."""
    for name in [name for name in os.environ if name.startswith(("OTEL_", "KEEPTABS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(shield, "raises", True)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(metrics_internal, "_METER_PROVIDER", None)
    yield
    keeptabs.uninstall()


@pytest.fixture
def bench(tmp_path: Path, _own_globals: None) -> Iterator[Bench]:
    """The bench, with a mock server whose first answer has number one."""
    with MockServer() as server, ExitStack() as stack:
        yield Bench(tmp_path, server, stack)
        keeptabs.uninstall()


class Received:
    """What an OTLP receiver got."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Any] = []
        self.metrics: set[str] = set()
        self.services: set[str] = set()

    def names(self) -> list[str]:
        """The names of the spans."""
        return [span.name for span in self.spans]

    def traces(self, request: Any) -> None:
        """Take a request with spans."""
        for resource in request.resource_spans:
            self._service(resource)
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]

    def meters(self, request: Any) -> None:
        """Take a request with metrics."""
        for resource in request.resource_metrics:
            self._service(resource)
            self.metrics |= {metric.name for scope in resource.scope_metrics for metric in scope.metrics}

    def _service(self, resource: Any) -> None:
        found = (pair.value.string_value for pair in resource.resource.attributes if pair.key == "service.name")
        self.services.update(found)


@pytest.fixture
def otlp() -> Iterator[Received]:
    """A receiver of OTLP over HTTP."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                received.traces(ExportTraceServiceRequest.FromString(body))
            else:
                received.meters(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        received.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield received
        keeptabs.uninstall()  # while somebody listens
        server.shutdown()
        thread.join()
