import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest
import uvicorn
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import SpanKind
from starlette.applications import Starlette

from keeptabs.otlp.receive import MOST_BYTES
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every
from keeptabs.store import spans
from keeptabs.store.database import reading
from keeptabs.web.otlp import PATH, route

KEY = example(next(rule for rule in every() if rule.id == "anthropic-api-key").forms[0], Random(7))
SAID = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 1_000_000,
    "gen_ai.usage.output_tokens": 0,
    "user.id": KEY,
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def url(ledger: Path) -> Iterator[str]:
    """The address of a real server on loopback that takes spans in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=[route(ledger)]), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("compression", Compression)
def test_the_exporter_of_the_sdk_is_served(url: str, ledger: Path, compression: Compression) -> None:
    """What it sends is in the ledger, priced, in its trace and without keys."""
    provider = TracerProvider(resource=Resource.create({"service.name": "shop"}), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(url, compression=compression)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("app")
    with tracer.start_as_current_span("GET /orders", kind=SpanKind.SERVER) as root:
        tracer.start_span("chat gpt-4o-mini", kind=SpanKind.CLIENT, attributes=SAID).end()
    provider.shutdown()
    with reading(ledger) as db:
        found = db.execute("SELECT service, model, cost, source, trace_id, parent_id FROM calls").fetchall()
        kept = str(
            db.execute("SELECT detail, user, (SELECT group_concat(attributes) FROM spans) FROM calls").fetchall()
        )
        above = spans.of_trace(db, f"{root.get_span_context().trace_id:032x}")
    assert KEY not in kept
    assert kept.count("REDACTED") >= 3
    ids = f"{root.get_span_context().trace_id:032x}", f"{root.get_span_context().span_id:016x}"
    assert found == [("shop", "gpt-4o-mini", 150_000_000, "gen_ai", *ids)]
    assert [(span.name, span.kind, span.service) for span in above] == [("GET /orders", "server", "shop")]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 200),
        (b"nonsense", "application/x-protobuf", 400),
        (b"{}", "text/plain", 415),
        (b" " * (MOST_BYTES + 1), "application/json", 413),
    ],
    ids=["empty", "damaged", "of another type", "too large"],
)
def test_answers_have_the_status_of_otlp(url: str, body: bytes, kind: str, status: int) -> None:
    """Whoever sends learns in one line what was wrong."""
    reply = httpx.post(url, content=body, headers={"content-type": kind})
    assert reply.status_code == status
    assert reply.headers["content-type"] in (kind, "application/json")


def test_nothing_can_be_read_there(url: str) -> None:
    """It takes POST alone."""
    assert httpx.get(url).status_code == 405
