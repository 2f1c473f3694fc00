"""Searches in PostgreSQL, by the spans that its instrumentations would make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode

from keeptabs.core.cost import CostStatus
from keeptabs.core.outcome import OutcomeKind
from keeptabs.patching.shield import shield
from keeptabs.sinks.otel.pgvector import PgVector
from keeptabs.sinks.otel.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.core.call import Call, Identity

SEARCH = "SELECT id FROM docs ORDER BY embedding <=> %s LIMIT 5"
MILLISECOND = 1_000_000
FACTS = {
    "gen_ai.operation.name": "retrieval",
    "gen_ai.provider.name": "pgvector",
    "gen_ai.data_source.id": "docs",
    "gen_ai.retrieval.top_k": 5,
    "keeptabs.retrieval.distance": "cosine",
}


class World:
    """An application with an SDK of its own, and a listener on it."""

    def __init__(self, keep: Any = None) -> None:
        self.kept: list[tuple[Call, Identity]] = []
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        Watch([PgVector(keep or self.keep, slow=0.1)]).provider(self.provider)

    def keep(self, call: Call, identity: Identity) -> None:
        """Take a call, as the runtime would."""
        self.kept.append((call, identity))

    def span(self, scope: str = "psycopg", *, start: int = 1_000 * MILLISECOND, **attributes: Any) -> Any:
        """A span that an instrumentation would start: of a search, unless told."""
        said = {"db.system": "postgresql", "db.statement": SEARCH, **attributes}
        tracer = self.provider.get_tracer(f"opentelemetry.instrumentation.{scope}")
        span = tracer.start_span("SELECT", start_time=start)
        span.set_attributes({name: value for name, value in said.items() if value is not None})
        return span

    def spans(self) -> list[ReadableSpan]:
        """Those that ended."""
        return list(self.exporter.get_finished_spans())

    def added(self) -> dict[str, Any]:
        """What the only span has beside what its instrumentation gave it."""
        (span,) = self.spans()
        return {name: value for name, value in (span.attributes or {}).items() if not name.startswith(("db.", "net."))}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.provider.shutdown()


def test_a_search_becomes_a_retrieval(world: World) -> None:
    """The span says so, and the ledger has a call with its ids and its times."""
    span = world.span(**{"net.peer.name": "db", "net.peer.port": 5432, "db.name": "shop"})
    span.end(1_040 * MILLISECOND)
    assert world.added() == FACTS
    ((call, identity),) = world.kept
    own = span.get_span_context()
    assert (identity.trace_id, identity.span_id) == (f"{own.trace_id:032x}", f"{own.span_id:016x}")
    assert (identity.parent_id, identity.operation_id, identity.sampled) == (None, identity.span_id, True)
    assert (call.provider, call.operation, call.api, call.client) == ("pgvector", "retrieval", "sql", "psycopg")
    assert (call.server, call.port) == ("db", 5432)
    assert (call.timing.started_at, call.timing.duration) == (1_000 * MILLISECOND, 40 * MILLISECOND)
    assert call.request.settings == {
        "db.system.name": "postgresql",
        "db.operation.name": "SELECT",
        "db.namespace": "shop",
        "gen_ai.data_source.id": "docs",
        "gen_ai.retrieval.top_k": 5,
        "keeptabs.retrieval.distance": "cosine",
    }
    assert (call.usage, call.cost.status, call.outcome.kind) == (None, CostStatus.FREE, OutcomeKind.OK)
    assert call.site is not None
    assert call.site.function == "test_a_search_becomes_a_retrieval"


def test_the_stable_names_of_databases_are_read_too(world: World) -> None:
    """Where the application has opted in to them."""
    stable = {
        "db.system": None,
        "db.statement": None,
        "db.system.name": "postgresql",
        "db.query.text": SEARCH,
        "db.namespace": "shop",
        "server.address": "db",
        "server.port": 5432,
    }
    world.span("asyncpg", **stable).end()
    ((call, _),) = world.kept
    assert (call.client, call.server, call.port) == ("asyncpg", "db", 5432)
    assert call.request.settings["db.namespace"] == "shop"


def test_a_search_knows_the_span_above_it(world: World) -> None:
    """It is a step of the application's trace."""
    with world.provider.get_tracer("app").start_as_current_span("answer") as above:
        world.span().end()
    ((_, identity),) = world.kept
    assert identity.parent_id == f"{above.get_span_context().span_id:016x}"


@pytest.mark.parametrize(
    ("milliseconds", "slow"), [(99, None), (100, None), (101, True)], ids=["below", "exactly", "above"]
)
def test_a_search_is_slow_past_the_threshold(world: World, milliseconds: int, slow: bool | None) -> None:
    """The span carries a flag that can be searched for."""
    world.span().end((1_000 + milliseconds) * MILLISECOND)
    assert world.added().get("keeptabs.slow") is slow


@pytest.mark.parametrize(
    ("scope", "attributes"),
    [
        pytest.param("psycopg", {"db.statement": "SELECT 1"}, id="another statement"),
        pytest.param("psycopg", {"db.statement": None}, id="no statement"),
        pytest.param("psycopg", {"db.statement": ("a", "b")}, id="a statement that is no text"),
        pytest.param("sqlalchemy", {"db.system": "mysql"}, id="an operator of MySQL, where NULL is equal to NULL"),
        pytest.param("psycopg", {"db.system": None}, id="no system"),
        pytest.param("httpx", {}, id="an instrumentation of something else"),
    ],
)
def test_what_is_no_search_is_let_be(world: World, scope: str, attributes: dict[str, Any]) -> None:
    """The span is as it was, and nothing is kept."""
    world.span(scope, **attributes).end()
    assert (world.added(), world.kept) == ({}, [])


def test_a_span_ends_as_it_would_have(world: World) -> None:
    """Once, at the time that is given or now, and a second end is the SDK's to refuse."""
    span = world.span()
    span.end(end_time=1_234 * MILLISECOND)
    span.end(end_time=9_999 * MILLISECOND)
    world.span("aiopg", start=2_000 * MILLISECOND).end()
    first, second = world.spans()
    assert first.end_time == 1_234 * MILLISECOND
    assert second.end_time is not None
    assert second.end_time > 2_000 * MILLISECOND
    assert "end" not in vars(span)


def test_a_fault_of_ours_is_not_the_application_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted, and the span has ended all the same."""
    monkeypatch.setattr(shield, "raises", False)
    world = World(keep=len)  # which takes one thing, not two
    world.span().end(1_010 * MILLISECOND)
    world.provider.shutdown()
    assert [span.end_time for span in world.spans()] == [1_010 * MILLISECOND]
    assert sum(shield.drain().values()) == 1


def test_one_search_under_two_instrumentations_is_one(world: World) -> None:
    """SQLAlchemy's span lies around its driver's, beside it in the trace."""
    outer = world.span("sqlalchemy", start=1_000 * MILLISECOND)
    world.span("psycopg", start=1_001 * MILLISECOND).end(1_009 * MILLISECOND)
    outer.end(1_010 * MILLISECOND)
    assert [call.client for call, _ in world.kept] == ["psycopg"]
    inner, around = world.spans()
    assert "gen_ai.operation.name" in (inner.attributes or {})
    assert "gen_ai.operation.name" not in (around.attributes or {})


@pytest.mark.parametrize(
    ("scope", "start", "end", "statement"),
    [
        pytest.param("psycopg", 990, 1_020, SEARCH, id="around it, of the same instrumentation: another task"),
        pytest.param("sqlalchemy", 1_002, 1_020, SEARCH, id="began after it"),
        pytest.param("sqlalchemy", 990, 1_005, SEARCH, id="ended before it"),
        pytest.param("sqlalchemy", 990, 1_020, f"{SEARCH} -- 2", id="another statement"),
    ],
)
def test_two_searches_are_two(world: World, scope: str, start: int, end: int, statement: str) -> None:
    """Only what lies around a search, says the same and comes from elsewhere is that search again."""
    world.span("psycopg", start=1_001 * MILLISECOND).end(1_009 * MILLISECOND)
    world.span(scope, start=start * MILLISECOND, **{"db.statement": statement}).end(end * MILLISECOND)
    assert len(world.kept) == 2


class Raised(Exception):
    pass


ERRORS = [
    pytest.param({"error.type": "QueryCanceled"}, OutcomeKind.TIMEOUT, "QueryCanceled", id="a statement's timeout"),
    pytest.param({"error.type": "asyncpg.QueryCanceledError"}, OutcomeKind.TIMEOUT, "QueryCanceledError", id="asyncpg"),
    pytest.param({"error.type": "OperationalError"}, OutcomeKind.CONNECTION, "OperationalError", id="no server"),
    pytest.param({"error.type": "UndefinedTable"}, OutcomeKind.BAD_REQUEST, "UndefinedTable", id="no such table"),
    pytest.param({}, OutcomeKind.BAD_REQUEST, "Raised", id="an exception in an event"),
]


@pytest.mark.parametrize(("attributes", "kind", "error_type"), ERRORS)
def test_a_search_that_failed_says_how(
    world: World, attributes: dict[str, str], kind: OutcomeKind, error_type: str
) -> None:
    """By the class of the driver's exception, never by its message, which quotes the statement."""
    span = world.span(**attributes)
    span.record_exception(Raised("secret"))
    span.set_status(Status(StatusCode.ERROR, "secret"))
    span.end()
    ((call, _),) = world.kept
    assert (call.outcome.kind, call.outcome.error_type) == (kind, error_type)
    assert "secret" not in str(call)


def test_a_search_that_failed_silently_is_an_error(world: World) -> None:
    """Where nothing tells what was raised."""
    span = world.span()
    span.set_status(Status(StatusCode.ERROR))
    span.end()
    ((call, _),) = world.kept
    assert call.outcome.error_type == "error"
