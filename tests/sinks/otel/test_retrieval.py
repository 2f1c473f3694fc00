"""Retrievals as the runtime sees them: over HTTP with a span of their own, in PostgreSQL by the span that is there."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from opentelemetry.trace import SpanKind

import keeptabs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def url() -> Iterator[str]:
    """A database that finds nothing, whatever it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = b'{"result": [], "data": {}}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_retrieval_is_named_after_its_data_source(bench: Any, url: str) -> None:
    """Also where the request is too large to be read before it is sent; other GraphQL has no span at all."""
    bench.sdk()
    bench.install()
    with httpx.Client() as client:
        client.post(f"{url}/collections/docs/points/search", json={"vector": [0.123456789] * 9000, "limit": 3})
        client.post(f"{url}/v1/graphql", json={"query": "{users{id}}"})
        client.post(f"{url}/v1/graphql", json={"query": "{Get{Article(nearText:{concepts:[]}){a}}}"})
    first, second = bench.spans()
    assert (first.name, second.name) == ("retrieval docs", "retrieval Article")
    assert first.attributes["keeptabs.retrieval.dimensions"] == 9000


def test_a_search_in_postgresql_is_in_the_ledger(bench: Any) -> None:
    """Beside the calls of its trace, with their tags and route."""
    sdk = bench.sdk()
    bench.install()
    tracer = sdk.tracers.get_tracer("opentelemetry.instrumentation.psycopg")
    with keeptabs.tag(feature="rag"), tracer.start_as_current_span("GET", kind=SpanKind.SERVER) as server:
        server.set_attribute("http.route", "/ask")
        with tracer.start_as_current_span("SELECT") as span:
            statement = "SELECT id FROM docs ORDER BY embedding <=> %s"
            span.set_attributes({"db.system": "postgresql", "db.statement": statement})
        bench.chat()
    rows = {row["provider"]: row for row in bench.rows()}
    assert set(rows) == {"openai", "pgvector"}
    assert {(row["trace_id"], row["route"], row["tags"]) for row in rows.values()} == {
        (rows["openai"]["trace_id"], "/ask", '{"feature":"rag"}')
    }
