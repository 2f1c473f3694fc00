"""Looking on at the application's own spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

import keeptabs
from keeptabs.patching.shield import shield
from keeptabs.runtime import attempts
from keeptabs.sinks.otel.routes import ServerRoutes
from keeptabs.sinks.otel.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator


class Told:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def started(self, span: Any) -> None:
        self.said.append(("started", span.name))

    def ending(self, span: Any) -> None:
        self.said.append(("ending", span.name))

    def ended(self, span: Any) -> None:
        self.said.append(("ended", span.name))


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    made = TracerProvider(shutdown_on_exit=False)
    yield made
    made.shutdown()


def test_a_span_is_told_of_three_times(provider: TracerProvider) -> None:
    """When it starts, when it ends, and when it has ended; once each, however often one looks."""
    told = Told()
    watch = Watch([told])
    watch.provider(provider)
    watch.provider(provider)
    with provider.get_tracer("t").start_as_current_span("a"):
        pass
    assert told.said == [("started", "a"), ("ending", "a"), ("ended", "a")]


def test_a_listener_may_hear_of_some_events_alone(provider: TracerProvider) -> None:
    """It costs the application nothing when others happen."""
    told = Told()
    watch = Watch([])
    watch.listen(told, "ended")
    watch.provider(provider)
    provider.get_tracer("t").start_span("a").end()
    assert told.said == [("ended", "a")]


def test_a_closed_watch_tells_nothing(provider: TracerProvider) -> None:
    """A processor cannot be taken off a provider, but it can be silent."""
    told = Told()
    watch = Watch([told])
    watch.provider(provider)
    watch.open = False
    provider.get_tracer("t").start_span("a").end()
    assert told.said == []


def test_a_fault_of_a_listener_stays_here(provider: TracerProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's span starts and ends as it would have, and the others are told."""
    monkeypatch.setattr(shield, "raises", False)
    told = Told()
    watch = Watch([None, told])  # type: ignore[list-item]
    watch.provider(provider)
    provider.get_tracer("t").start_span("a").end()
    assert len(told.said) == 3
    assert sum(shield.drain().values()) == 3


def test_what_is_no_provider_of_the_sdk_is_let_be() -> None:
    """There is nothing to watch."""
    Watch([]).provider(trace.NoOpTracerProvider())


ROUTED = [
    pytest.param(SpanKind.SERVER, {"http.route": "/orders/{id}"}, "/orders/{id}", id="a server's route"),
    pytest.param(SpanKind.SERVER, {}, None, id="a server without a route"),
    pytest.param(SpanKind.SERVER, {"http.route": 3}, None, id="a route that is no text"),
    pytest.param(SpanKind.INTERNAL, {"http.route": "/x"}, None, id="a span of another kind"),
]


@pytest.mark.parametrize(("kind", "attributes", "route"), ROUTED)
def test_a_call_knows_the_route_above_it(bench: Any, kind: SpanKind, attributes: Any, route: str | None) -> None:
    """Also through spans in between, and also when the route is set after the span has started."""
    bench.install()
    sdk = bench.sdk()
    trace.set_tracer_provider(sdk.tracers)  # as an application does; refused here, since the bench has set it
    tracer = sdk.tracers.get_tracer("app")
    with tracer.start_as_current_span("GET", kind=kind) as server, tracer.start_as_current_span("step"):
        server.set_attributes(attributes)
        bench.chat()
    bench.chat()
    attempts.forget()
    assert [span.attributes.get("keeptabs.http.route") for span in bench.spans() if "chat" in span.name] == [
        route,
        None,
    ]
    assert [row["route"] for row in bench.rows()] == [route, None]


def test_a_provider_that_is_there_already_is_watched(bench: Any) -> None:
    """Where the application's SDK was first, it is found when keeptabs is installed; and let go afterwards."""
    sdk = bench.sdk()
    bench.install()
    with sdk.tracers.get_tracer("app").start_as_current_span("GET", kind=SpanKind.SERVER) as server:
        server.set_attribute("http.route", "/")
        bench.chat()
    assert [row["route"] for row in bench.rows()] == ["/"]
    keeptabs.uninstall()


def test_server_spans_are_forgotten(provider: TracerProvider) -> None:
    """When they end, and at the latest when too many are open."""
    routes = ServerRoutes()
    Watch([routes]).provider(provider)
    tracer = provider.get_tracer("t")
    span = tracer.start_span("GET", kind=SpanKind.SERVER, attributes={"http.route": "/a"})
    assert routes.route(span.get_span_context().trace_id) == "/a"
    span.end()
    assert routes.route(span.get_span_context().trace_id) is None
