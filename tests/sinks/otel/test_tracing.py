from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import context, trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import keeptabs

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGES = [{"role": "user", "content": "Hi"}]


class Scripted(Sampler):
    """Decides by a list, the last of which holds for the rest, and notes what it was asked about."""

    def __init__(self, *decisions: Decision) -> None:
        self.decisions, self.seen = list(decisions), list[dict[str, Any]]()

    def should_sample(self, parent_context: Any, trace_id: int, name: str, *rest: Any, **more: Any) -> SamplingResult:
        """The next decision of the list."""
        attributes: Mapping[str, Any] = more.get("attributes") or (rest[1] if len(rest) > 1 else {}) or {}
        self.seen.append({"name": name, **attributes})
        decision = self.decisions.pop(0) if len(self.decisions) > 1 else self.decisions[0]
        return SamplingResult(decision, attributes)

    def get_description(self) -> str:
        """A word for the SDK."""
        return "scripted"


def test_parent_and_times(bench: Any) -> None:
    """A span is the child of the application's current one, and lasts exactly as long as the ledger says."""
    sdk = bench.sdk()
    bench.install()
    with sdk.tracers.get_tracer("app").start_as_current_span("work") as parent:
        bench.chat()
        assert trace.get_current_span() is parent
    work, span = bench.spans()
    (row,) = bench.rows()
    assert (span.kind, work.name) == (trace.SpanKind.CLIENT, "work")
    assert (span.parent.span_id, span.context.trace_id) == (work.context.span_id, work.context.trace_id)
    assert work.start_time <= span.start_time <= span.end_time
    assert (span.start_time, span.end_time - span.start_time) == (row["started_at"], row["duration"])
    assert (row["trace_id"], row["span_id"]) == (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}")
    assert (row["parent_id"], row["parent_name"]) == (f"{work.context.span_id:016x}", "work")


def test_attempts(bench: Any) -> None:
    """Each attempt has a span: linked to the one before, numbered, of one operation, under one parent."""
    sdk = bench.sdk()
    bench.install()
    with sdk.tracers.get_tracer("app").start_as_current_span("work"):
        bench.chat("mock-429-twice@gpt-4o", retries=2)
    work, *attempts = bench.spans()
    assert [span.attributes.get("http.request.resend_count") for span in attempts] == [None, 1, 2]
    assert [span.attributes["keeptabs.outcome"] for span in attempts] == ["rate_limited", "rate_limited", "ok"]
    assert len({span.attributes["keeptabs.operation.id"] for span in attempts}) == 1
    assert {span.parent.span_id for span in attempts} == {work.context.span_id}
    links = [[link.context.span_id for link in span.links] for span in attempts]
    assert links == [[], [attempts[0].context.span_id], [attempts[1].context.span_id]]
    assert [row["attempt"] for row in bench.rows()] == [1, 2, 3]


def test_operations_are_told_apart(bench: Any) -> None:
    """Two operations that are retried at the same time, and two in a row, do not share an id."""
    bench.sdk()
    bench.install()

    async def both() -> None:
        async with bench.async_openai(max_retries=1) as client:
            models = ["mock-429-then-ok@gpt-4o", "mock-429-then-ok@gpt-4o-mini"] * 2
            for some in (models[:2], models[2:]):
                calls = [client.chat.completions.create(model=model, messages=MESSAGES) for model in some]
                await asyncio.gather(*calls)

    asyncio.run(both())
    operations: dict[Any, list[Any]] = {}
    for row in bench.rows():
        operations.setdefault((row["operation_id"]), []).append(row["attempt"])
    assert sorted(operations.values()) == [[1, 2]] * 4


def test_link_says_whether_it_was_sampled(bench: Any) -> None:
    """The link to an attempt that was not sampled does not claim that it was."""
    bench.sdk(Scripted(Decision.DROP, Decision.RECORD_AND_SAMPLE))
    bench.install()
    bench.chat("mock-429-then-ok@gpt-4o", retries=1)
    (link,) = bench.span().links
    assert not link.context.trace_flags.sampled


def test_sampler_sees_the_request(bench: Any) -> None:
    """What a sampler may decide by is there when the span is created."""
    sampler = Scripted(Decision.RECORD_AND_SAMPLE)
    bench.sdk(sampler)
    bench.install()
    bench.chat()
    (seen,) = sampler.seen
    expected = {
        "name": "chat gpt-4o",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "server.address": "127.0.0.1",
        "server.port": bench.port,
    }
    assert {name: seen.get(name) for name in expected} == expected
    assert "gen_ai.provider.name" in seen


SAMPLED_OUT = [ALWAYS_OFF, Scripted(Decision.DROP)]


@pytest.mark.parametrize("sampler", SAMPLED_OUT)
def test_sampled_out(bench: Any, sampler: Sampler) -> None:
    """What is sampled out gives no span, but still a ledger row with ids of its own, and metrics."""
    bench.sdk(sampler)
    bench.install()
    bench.chat()
    assert bench.spans() == []
    (row,) = bench.rows()
    assert row["trace_id"].strip("0")
    assert row["span_id"].strip("0")
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert point.count == 1


@pytest.mark.parametrize("sampled", [True, False])
def test_parent_based(bench: Any, sampled: bool) -> None:
    """A parent's decision is followed, and its trace is the call's trace either way."""
    bench.sdk(ParentBased(ALWAYS_ON))
    bench.install()
    flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
    remote = NonRecordingSpan(SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=flags))
    token = context.attach(set_span_in_context(remote))
    bench.chat()
    context.detach(token)
    assert len(bench.spans()) == sampled
    (row,) = bench.rows()
    assert (row["trace_id"], row["parent_id"]) == (f"{0xABC:032x}", f"{0xDEF:016x}")


def test_provider_set_later_and_changed(bench: Any) -> None:
    """A provider that is set after install is used, and another one from the next call on."""
    bench.install()
    bench.chat()
    first = bench.sdk()
    bench.chat()
    assert keeptabs.flush()
    second = bench.sdk()
    bench.chat()
    assert keeptabs.flush()
    assert [len(sdk.exporter.get_finished_spans()) for sdk in (first, second)] == [1, 1]
    assert [sdk.reader.get_metrics_data() is not None for sdk in (first, second)] == [True, True]
    assert len(bench.rows()) == 3


def test_suppressed(bench: Any) -> None:
    """Where the application has instrumentation turned off there is no span and no row, and then there is again."""
    bench.sdk()
    bench.install()
    with suppress_instrumentation():
        bench.chat()
    assert (bench.spans(), bench.rows()) == ([], [])
    bench.chat()
    assert (len(bench.spans()), len(bench.rows())) == (1, 1)


IMPORTS = [("", ""), ("import opentelemetry.trace, opentelemetry.metrics\n", "opentelemetry.sdk")]


@pytest.mark.parametrize(("first", "foreign"), IMPORTS)
def test_nothing_is_imported_without_an_sdk(bench: Any, first: str, foreign: str) -> None:
    """keeptabs imports nothing of OpenTelemetry on its own, and not the SDK where only the API is in use."""
    wanted = foreign or "opentelemetry"
    done = bench.run(
        f"{first}keeptabs.install()\nchat()\nkeeptabs.flush()\n"
        f"print(sorted(name for name in sys.modules if name.startswith({wanted!r})))\n"
    )
    assert done.stdout.strip() == "[]"
    (row,) = bench.rows()
    assert row["trace_id"].strip("0")
