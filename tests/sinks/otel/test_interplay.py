from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import httpx2
import openai
import pytest
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor, HTTPXClientInstrumentor

from keeptabs.runtime.instrumentor import KeeptabsInstrumentor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGES = [{"role": "user", "content": "Hi"}]
KEY = {"authorization": "Bearer none-is-needed"}
GENAI = "opentelemetry.instrumentation.genai.openai"
INSTRUMENTORS = {httpx: HTTPXClientInstrumentor, httpx2: HTTPX2ClientInstrumentor}


@pytest.fixture(params=[True, False], ids=["ours first", "theirs first"])
def ours_first(request: pytest.FixtureRequest) -> bool:
    """Whether keeptabs is installed before the other instrumentation."""
    return bool(request.param)


@pytest.fixture(params=list(INSTRUMENTORS), ids=lambda module: module.__name__)
def http(bench: Any, request: pytest.FixtureRequest, ours_first: bool) -> Iterator[Any]:
    """A client module with keeptabs and the HTTP instrumentation both on."""
    bench.sdk()
    instrumentor = INSTRUMENTORS[request.param]()
    steps = [bench.install, instrumentor.instrument]
    for step in steps if ours_first else reversed(steps):
        step()
    yield request.param
    instrumentor.uninstrument()


@pytest.mark.parametrize("stream", [False, True])
def test_http_span_is_the_child(bench: Any, http: Any, stream: bool) -> None:
    """With the HTTP instrumentation on there is one LLM span, whose child is the HTTP span, and one call."""
    body = {"model": "gpt-4o", "messages": MESSAGES, "stream": stream}
    with (
        http.Client(trust_env=False, headers=KEY) as client,
        client.stream("POST", f"{bench.server.url}/chat/completions", json=body) as response,
    ):
        response.read()
    ours, theirs = bench.spans()
    assert (ours.name, ours.instrumentation_scope.name) == ("chat gpt-4o", "keeptabs")
    assert theirs.instrumentation_scope.name == "opentelemetry.instrumentation.httpx"
    assert (theirs.parent.span_id, theirs.context.trace_id) == (ours.context.span_id, ours.context.trace_id)
    assert ours.parent is None
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert (point.count, len(bench.rows())) == (1, 1)
    sent = bench.server.requests[-1].headers["traceparent"]
    assert sent.split("-")[1:3] == [f"{theirs.context.trace_id:032x}", f"{theirs.context.span_id:016x}"]


@pytest.fixture
def genai(bench: Any, ours_first: bool) -> Iterator[Any]:
    """The bench with keeptabs and the instrumentation of the SDK both on."""
    bench.sdk()
    instrumentor = OpenAIInstrumentor()
    steps = [bench.install, instrumentor.instrument]
    for step in steps if ours_first else reversed(steps):
        step()
    yield bench
    instrumentor.uninstrument()


class Case(NamedTuple):
    """A call, its attempts, and what the outer span gets from us."""

    call: Callable[[Any], Any]
    cost: float | None
    outcome: str = "ok"
    attempts: int = 1


USAGE = {"stream": True, "stream_options": {"include_usage": True}}
CASES = {
    "chat": Case(lambda bench: bench.chat(), 0.0002275),
    "stream": Case(lambda bench: list(bench.chat(**USAGE)), 0.0002275),
    "embeddings": Case(
        lambda bench: bench.openai().embeddings.create(model="text-embedding-3-small", input="Hi"), 6e-08
    ),
    "responses": Case(lambda bench: bench.openai().responses.create(model="gpt-4o", input="Hi"), 0.0002275),
    "responses stream": Case(
        lambda bench: list(bench.openai().responses.create(model="gpt-4o", input="Hi", stream=True)), 0.0002275
    ),
    "retried": Case(lambda bench: bench.chat("mock-429-then-ok@gpt-4o", retries=2), 0.0002275, attempts=2),
    "refused": Case(lambda bench: bench.chat("mock-quota@gpt-4o"), None, "quota_exhausted"),
    "cut": Case(lambda bench: list(bench.chat("mock-stream-dies@gpt-4o", stream=True)), 0.000125, "truncated"),
}


@pytest.mark.parametrize("name", CASES)
def test_outer_span_is_enriched(genai: Any, name: str) -> None:
    """The span of an SDK-level instrumentation gets our facts, we open none, and the ledger knows it."""
    case = CASES[name]
    with suppress(openai.APIError):
        case.call(genai)
    span = genai.span()
    assert span.instrumentation_scope.name == GENAI
    rows = genai.rows()
    ids = {(row["trace_id"], row["span_id"]) for row in rows}
    assert ids == {(f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}")}
    assert [row["attempt"] for row in rows] == list(range(1, case.attempts + 1))
    assert rows[-1]["outcome"] == case.outcome
    expected = {
        "keeptabs.outcome": case.outcome,
        "keeptabs.attempts": case.attempts,
        "keeptabs.operation.id": rows[-1]["operation_id"],
        "gen_ai.usage.cost": case.cost,
    }
    assert {key: span.attributes.get(key) for key in expected} == expected


def test_counted_once(genai: Any) -> None:
    """Durations and tokens are the outer instrumentation's alone; the cost is ours, and both are there once."""
    genai.chat()
    (duration,) = genai.points("gen_ai.client.operation.duration")
    counts = [point.count for point in genai.points("gen_ai.client.token.usage")]
    (cost,) = genai.points("keeptabs.cost")
    assert (duration.count, counts, cost.value) == (1, [1, 1], 0.0002275)


def test_a_retry_that_went_well_leaves_no_error_behind(genai: Any) -> None:
    """What the outer span says of the outcome is of the last attempt, all of it."""
    genai.chat("mock-429-then-ok@gpt-4o", retries=1)
    found = genai.span().attributes
    assert found["keeptabs.outcome"] == "ok"
    stale = {"keeptabs.error.code", "keeptabs.error.message_fingerprint", "keeptabs.rate_limit.retry_after"}
    assert not stale & set(found)


def test_what_the_outer_one_does_not_know(genai: Any) -> None:
    """An image is no span of the SDK-level instrumentation, so it is one of ours."""
    genai.openai().images.generate(model="gpt-image-1", prompt="Hi", quality="low")
    span = genai.span()
    assert (span.instrumentation_scope.name, span.name) == ("keeptabs", "image_generation gpt-image-1")


def test_call_between_the_chunks(genai: Any) -> None:
    """A call that the application makes while it reads an outer stream is a call of its own."""
    stream = iter(genai.chat(stream=True))
    next(stream)
    body = {"model": "gpt-4o-mini", "messages": MESSAGES}
    httpx2.post(f"{genai.server.url}/chat/completions", json=body, headers=KEY, trust_env=False)
    list(stream)
    assert [span.instrumentation_scope.name for span in genai.spans()] == [GENAI, "keeptabs"]
    assert len({row["trace_id"] for row in genai.rows()}) == 2


def test_outer_instrumentation_without_an_sdk(bench: Any) -> None:
    """Where the SDK-level instrumentation has nobody to tell, calls have ids of their own in the ledger."""
    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument()
    bench.install()
    bench.chat()
    bench.chat()
    instrumentor.uninstrument()
    rows = bench.rows()
    assert all(row["trace_id"].strip("0") and row["span_id"].strip("0") for row in rows)
    assert len({row["operation_id"] for row in rows}) == 2


def test_instrumentor(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry point's class installs, any number of times, and puts everything back."""
    monkeypatch.setenv("KEEPTABS_STORE", str(bench.store))
    original = httpx2.Client.__dict__["send"]
    instrumentor = KeeptabsInstrumentor()
    assert list(instrumentor.instrumentation_dependencies()) == []
    instrumentor.instrument(skip_dep_check=True)
    instrumentor.instrument()
    bench.chat()
    assert len(bench.rows()) == 1
    instrumentor.uninstrument()
    assert httpx2.Client.__dict__["send"] is original
    bench.chat()
    assert len(bench.rows()) == 1


LAUNCHER = Path(sys.executable).parent / "opentelemetry-instrument"
LAUNCHED = [
    ("httpx,httpx2,openai", ["chat gpt-4o"], 1, True),
    ("httpx,httpx2", ["chat gpt-4o"], 1, True),
    ("keeptabs,httpx,httpx2", ["chat gpt-4o"], 0, False),
    ("*", [], 0, False),
]


@pytest.mark.parametrize(("disabled", "names", "rows", "ours"), LAUNCHED)
def test_zero_code(bench: Any, disabled: str, names: list[str], rows: int, ours: bool) -> None:
    """Under opentelemetry-instrument keeptabs is on without a line of code, and off where it is disabled by name."""
    env = {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
    done = bench.run("chat()\n", str(LAUNCHER), OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=disabled, **env)
    spans = _spans(done.stdout)
    assert [span["name"] for span in spans] == names
    assert ["keeptabs.outcome" in span["attributes"] for span in spans] == [ours] * len(spans)
    assert len(bench.rows()) == rows


def _spans(text: str) -> list[Any]:
    """The JSON objects that the console exporter wrote, one after another."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found
