import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Decision, StaticSampler
from opentelemetry.trace import SpanKind, StatusCode

import keeptabs
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every
from keeptabs.sinks.otel import app_spans
from keeptabs.sinks.otel.app_spans import AppSpans
from keeptabs.sinks.otel.watch import Watch
from keeptabs.store import spans
from keeptabs.store.database import reading


@pytest.fixture
def gathers() -> AppSpans:
    return AppSpans(lambda said: said, "desk")


@pytest.fixture
def provider(gathers: AppSpans) -> Iterator[TracerProvider]:
    made = TracerProvider(shutdown_on_exit=False)
    Watch([gathers]).provider(made)
    yield made
    made.shutdown()


def names(bench: Any) -> list[str]:
    """The spans of the ledger's traces beside its calls."""
    assert keeptabs.flush()
    with reading(bench.store) as db:
        traces = [line[0] for line in db.execute("SELECT DISTINCT trace_id FROM spans")]
        return sorted(span.name for trace in traces for span in spans.of_trace(db, trace))


def test_a_trace_is_whole_in_the_ledger(bench: Any) -> None:
    """What came before the call, what is around it, and nothing of a trace without calls."""
    tracer = (sdk := bench.sdk()).tracers.get_tracer("app")
    bench.install()
    with tracer.start_as_current_span("GET /orders", kind=SpanKind.SERVER) as root:
        tracer.start_span("SELECT").end()
        bench.chat()
        root.set_attributes({"order": 7, "input.value": "Hi"})
        root.set_status(StatusCode.ERROR, "it said Hi")
    tracer.start_span("GET /health").end()
    assert names(bench) == ["GET /orders", "SELECT"]
    with reading(bench.store) as db:
        above, within = spans.of_trace(db, bench.rows()[0]["trace_id"])
    assert (above.kind, above.status, above.attributes, above.source) == ("server", "error", '{"order":7}', "app")
    assert (above.scope, within.parent_id, above.parent_id) == ("app", above.span_id, None)
    assert above.duration >= within.duration >= 0
    assert len(sdk.exporter.get_finished_spans()) == 4


def test_a_root_that_ends_later_is_kept_too(bench: Any) -> None:
    """Its call may be in the ledger long before."""
    tracer = bench.sdk().tracers.get_tracer("app")
    bench.install()
    with tracer.start_as_current_span("root"):
        bench.chat()
        assert names(bench) == []
    assert names(bench) == ["root"]


@pytest.mark.parametrize("how", ["turned off", "not sampled"])
def test_what_is_not_wanted_is_not_kept(bench: Any, how: str) -> None:
    """By the setting, or by the application's own sampler."""
    sdk = bench.sdk(ALWAYS_OFF) if how == "not sampled" else bench.sdk()
    bench.install(spans="off" if how == "turned off" else None)
    with sdk.tracers.get_tracer("app").start_as_current_span("root"):
        bench.chat()
    assert names(bench) == []
    assert len(bench.rows()) == 1


def test_keys_in_spans_are_not_kept(bench: Any) -> None:
    """Neither in names nor in attributes."""
    key = example(next(rule for rule in every() if rule.id == "anthropic-api-key").forms[0], Random(7))
    tracer = bench.sdk().tracers.get_tracer("app")
    bench.install()
    with tracer.start_as_current_span(f"use {key}", attributes={"order": key, "url.full": f"https://a/?b={key}"}):
        bench.chat()
    assert len(names(bench)) == 1
    with reading(bench.store) as db:
        assert key not in str(db.execute("SELECT * FROM spans").fetchall())


def test_spans_wait_for_the_call_of_their_trace(gathers: AppSpans, provider: TracerProvider) -> None:
    """They are told once, when the trace is known to hold one, and from then on at once."""
    tracer = provider.get_tracer("app")
    with tracer.start_as_current_span("root") as root:
        tracer.start_span("before").end()
        assert gathers.sift() == []
        gathers.called(f"{root.get_span_context().trace_id:032x}")
        assert [span.name for span in gathers.sift()] == ["before"]
    tracer.start_span("other").end()
    assert [(span.name, span.service) for span in gathers.sift()] == [("root", "desk")]
    assert gathers.sift() == []


class RecordOnly(StaticSampler):
    """Lets processors see spans that are exported nowhere."""

    def __init__(self) -> None:
        super().__init__(Decision.RECORD_ONLY)


def test_a_span_that_is_only_recorded_is_not_kept(gathers: AppSpans) -> None:
    """The application's sampler has decided that it is to be seen nowhere."""
    provider = TracerProvider(sampler=RecordOnly(), shutdown_on_exit=False)
    Watch([gathers]).provider(provider)
    span = provider.get_tracer("app").start_span("root")
    gathers.called(f"{span.get_span_context().trace_id:032x}")
    span.end()
    assert gathers.sift() == []
    provider.shutdown()


def test_our_own_spans_are_calls(gathers: AppSpans, provider: TracerProvider) -> None:
    """They are in the ledger as such."""
    span = provider.get_tracer("keeptabs").start_span("chat")
    gathers.called(f"{span.get_span_context().trace_id:032x}")
    span.end()
    assert gathers.sift() == []


def test_what_waits_has_an_end(provider: TracerProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application without calls costs a queue of bounded length; the newest spans stay in it."""
    monkeypatch.setattr(app_spans, "MOST_SPANS", 3)
    gathers = AppSpans(lambda said: said, "")
    Watch([gathers]).provider(provider)
    with provider.get_tracer("app").start_as_current_span("root") as root:
        for number in range(5):
            provider.get_tracer("app").start_span(str(number)).end()
    gathers.called(f"{root.get_span_context().trace_id:032x}")
    assert [span.name for span in gathers.sift()] == ["3", "4", "root"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_has_only_its_own(gathers: AppSpans, provider: TracerProvider) -> None:
    """What the parent gathered is the parent's to keep."""
    span = provider.get_tracer("app").start_span("root")
    gathers.called(f"{span.get_span_context().trace_id:032x}")
    span.end()
    gathers.forked()
    assert gathers.sift() == []
