from __future__ import annotations

import socket
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest
from opentelemetry import metrics, trace
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

import keeptabs
from keeptabs.sinks.otel import providers
from keeptabs.sinks.otel.providers import Providers, exporters

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def otlp_grpc(otlp: Any) -> Iterator[Any]:
    """A receiver of spans in OTLP over gRPC."""
    received = otlp

    class Servicer(trace_service_pb2_grpc.TraceServiceServicer):
        def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - the service's own name
            received.traces(request)
            return ExportTraceServiceResponse()

    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Servicer(), server)
    received.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield received
    server.stop(None).wait()


class _Calling(SpanExporter):
    def __init__(self, url: str) -> None:
        self._url = url

    def export(self, spans: Any) -> SpanExportResult:
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
        httpx2.post(f"{self._url}/chat/completions", json=body, trust_env=False).close()
        return SpanExportResult.SUCCESS


@pytest.fixture
def calling_exporter(bench: Any) -> SimpleSpanProcessor:
    """A processor whose exporter sends an LLM call to the mock for each batch."""
    return SimpleSpanProcessor(_Calling(bench.server.url))


# Variables, and the exporter of traces and of metrics that they ask for.
HTTP, GRPC = "otlp_proto_http", "otlp_proto_grpc"
ANY = "http://127.0.0.1:4318"
ASKED = [
    ({}, None, None),
    ({"OTEL_SERVICE_NAME": "shop"}, None, None),
    ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, None, None),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY}, HTTP, HTTP),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None, None),
    ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": ANY}, HTTP, None),
    ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": ANY}, None, HTTP),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_TRACES_EXPORTER": "none"}, None, HTTP),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_METRICS_EXPORTER": "none"}, HTTP, None),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, GRPC, GRPC),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, HTTP, HTTP),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, GRPC, HTTP),
    ({"OTEL_TRACES_EXPORTER": "otlp"}, HTTP, None),
    ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, GRPC, None),
    ({"OTEL_TRACES_EXPORTER": " OTLP "}, HTTP, None),
    ({"OTEL_TRACES_EXPORTER": "console"}, "console", None),
    ({"OTEL_METRICS_EXPORTER": "console"}, None, "console"),
    ({"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"}, None, None),
    ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, None, None),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_SDK_DISABLED": "True"}, None, None),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ANY, "OTEL_SDK_DISABLED": "false"}, HTTP, HTTP),
]


@pytest.mark.parametrize(("environ", "traces", "meters"), ASKED, ids=str)
def test_which_exporter(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], traces: str | None, meters: str | None
) -> None:
    """The standard variables choose the exporter of each signal, and without them there is none."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert [exporters(signal) for signal in ("TRACES", "METRICS")] == [
        (name,) if name else () for name in (traces, meters)
    ]


def test_global_providers_are_left_alone(bench: Any, otlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private provider never becomes the application's."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url)
    bench.install()
    bench.chat()
    assert keeptabs.flush()
    assert otlp.names() == ["chat gpt-4o"]
    assert type(trace.get_tracer_provider()) is trace.ProxyTracerProvider
    assert type(metrics.get_meter_provider()).__name__ == "_ProxyMeterProvider"


def test_application_wins(bench: Any, otlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the application has an SDK, the environment's exporter is the SDK's business and not ours."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url)
    bench.sdk()
    bench.install()
    bench.chat()
    assert len(bench.spans()) == 1
    assert otlp.names() == []


ENDINGS = ["", "keeptabs.flush(); os._exit(0)", "keeptabs.uninstall(); os._exit(0)", "sys.exit(0)"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_application_of_one_line(bench: Any, otlp: Any, ending: str) -> None:
    """An application that only installed keeptabs exports spans and metrics, also at its very end."""
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.url, "OTEL_SERVICE_NAME": "shop"}
    bench.run(f"keeptabs.install()\nchat()\n{ending}\n", **env)
    (span,) = otlp.spans
    (row,) = bench.rows()
    assert (span.name, span.trace_id.hex(), span.span_id.hex()) == ("chat gpt-4o", row["trace_id"], row["span_id"])
    assert span.end_time_unix_nano - span.start_time_unix_nano == row["duration"]
    assert {"gen_ai.usage.cost", "keeptabs.outcome"} <= {attribute.key for attribute in span.attributes}
    assert otlp.metrics >= {"gen_ai.client.operation.duration", "gen_ai.client.token.usage", "keeptabs.cost"}
    assert otlp.services == {"shop"}
    assert row["service"] == "shop"


def test_grpc(bench: Any, otlp_grpc: Any) -> None:
    """The protocol grpc is spoken where it is asked for."""
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp_grpc.url, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    bench.run("keeptabs.install()\nchat()\n", OTEL_METRICS_EXPORTER="none", **env)
    assert otlp_grpc.names() == ["chat gpt-4o"]


def test_console(bench: Any) -> None:
    """The console exporter writes spans and metrics where the application writes."""
    done = bench.run(
        "keeptabs.install()\nchat()\n", OTEL_TRACES_EXPORTER="console", OTEL_METRICS_EXPORTER="console"
    )  # fmt: skip
    assert '"name": "chat gpt-4o"' in done.stdout
    assert '"keeptabs.cost"' in done.stdout


PARTLY = [
    ({"OTEL_TRACES_EXPORTER": "none"}, 0, True),
    ({"OTEL_METRICS_EXPORTER": "none"}, 1, False),
    ({"OTEL_SDK_DISABLED": "true"}, 0, False),
]


@pytest.mark.parametrize(("env", "spans", "meters"), PARTLY, ids=str)
def test_signals_are_independent(bench: Any, otlp: Any, env: dict[str, str], spans: int, meters: bool) -> None:
    """Either signal can be had without the other, and the ledger keeps the call in any case."""
    bench.run("keeptabs.install()\nchat()\n", OTEL_EXPORTER_OTLP_ENDPOINT=otlp.url, **env)
    assert len(otlp.spans) == spans
    assert ("gen_ai.client.operation.duration" in otlp.metrics) is meters
    (row,) = bench.rows()
    assert row["trace_id"].strip("0")


def test_disabled_sdk_of_the_application(bench: Any) -> None:
    """An SDK that is there but disabled gives no ids, so a call has its own: two calls are two operations."""
    code = (
        "from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n"
        "trace.set_tracer_provider(TracerProvider())\nkeeptabs.install()\nchat()\nchat()\n"
    )
    bench.run(code, OTEL_SDK_DISABLED="true")
    rows = bench.rows()
    assert all(row["trace_id"].strip("0") and row["span_id"].strip("0") for row in rows)
    assert len({row["operation_id"] for row in rows}) == 2


UNKNOWN = ["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"]


@pytest.mark.parametrize("variable", UNKNOWN)
def test_unknown_exporter(bench: Any, otlp: Any, variable: str) -> None:
    """An exporter that is not installed is one fault that names it; calls and the other signal go on."""
    bench.run("keeptabs.install()\nchat()\nchat()\n", OTEL_EXPORTER_OTLP_ENDPOINT=otlp.url, **{variable: "nosuch"})
    assert len(bench.rows()) == 2
    assert [(stage, count) for stage, _, count in bench.faults()] == [("span", 1)]
    assert f"{variable}: no exporter named 'nosuch'" in bench.faults()[0][1]
    assert len(otlp.spans) == (2 if variable == "OTEL_METRICS_EXPORTER" else 0)
    assert ("keeptabs.cost" in otlp.metrics) is (variable == "OTEL_TRACES_EXPORTER")


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_endpoint_down(bench: Any, protocol: str) -> None:
    """Where nobody listens flush says so, and the application ends without waiting for every retry."""
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_PROTOCOL": protocol}
        code = "keeptabs.install()\nprint(chat().choices[0].finish_reason, keeptabs.flush(1))\n"
        done = bench.run(code, timeout=18, **env)  # exporters alone would try for twice ten seconds and more
    assert done.stdout == "stop False\n"
    assert len(bench.rows()) == 1


@pytest.mark.parametrize(("given", "name"), [("'shop'", "shop"), ("None", "of the variables")])
def test_the_service_names_what_our_own_providers_send(bench: Any, given: str, name: str) -> None:
    """The name that keeptabs is installed with; without one that of OpenTelemetry's variables."""
    env = {"OTEL_TRACES_EXPORTER": "console", "OTEL_SERVICE_NAME": "of the variables"}
    done = bench.run(f"keeptabs.install(service={given})\nchat()\nkeeptabs.flush(9)\n", **env)
    assert f'"service.name": "{name}"' in done.stdout


def test_exports_are_not_recorded(bench: Any, otlp: Any, calling_exporter: Any) -> None:
    """What an exporter sends through a client that we record is no call, even on a path that is one of ours."""
    sdk = bench.sdk()
    sdk.tracers.add_span_processor(calling_exporter)
    bench.install()
    bench.chat()
    assert [span.name for span in bench.spans()] == ["chat gpt-4o"]
    assert len(bench.rows()) == 1
    assert len(bench.server.requests) == 2


def test_provider_set_after_the_first_call(bench: Any) -> None:
    """A provider that came later than our own exit handler still gets the spans of the last moment."""
    code = (
        "keeptabs.install()\nchat()\n"
        "from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n"
        "from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter\n"
        "provider = TracerProvider()\nprovider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))\n"
        "trace.set_tracer_provider(provider)\nchat()\n"
    )
    assert bench.run(code).stdout.count('"name": "chat gpt-4o"') == 1


def test_threads_wait_for_a_provider_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of calls that begin at once none goes without a span, since only the first of them makes the provider."""
    provider = TracerProvider(shutdown_on_exit=False)
    with ThreadPoolExecutor(2) as pool:
        made = Providers()

        def make(*_: object) -> TracerProvider:
            other.append(pool.submit(made.tracer))
            wait(other, timeout=0.2)  # it would be done, with nothing, if it did not wait
            return provider

        other: list[Future[Any]] = []
        monkeypatch.setattr(providers, "_make", make)
        assert pool.submit(made.tracer).result() is not None
        assert other[0].result() is not None


def test_an_exporter_may_call_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its call has no span; the provider is made once, and there afterwards."""
    made, provider, inner = Providers(), TracerProvider(shutdown_on_exit=False), []

    def make(*_: object) -> TracerProvider:
        inner.append(made.tracer())
        return provider

    monkeypatch.setattr(providers, "_make", make)
    assert made.tracer() is not None
    assert inner == [None]


def test_a_thread_that_a_fork_left_behind_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for it in vain goes without, and does not wait again."""
    monkeypatch.setattr(providers, "_PATIENCE", 0.01)
    made = Providers()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(made._lock.acquire).result()
        assert made.tracer() is None
        monkeypatch.setattr(providers, "_PATIENCE", 1e9)
        assert made.tracer() is None
        pool.submit(made._lock.release).result()
