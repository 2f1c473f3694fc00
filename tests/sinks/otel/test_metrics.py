from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import openai
import pytest

import keeptabs
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)

OLD = {
    "gen_ai.client.operation.duration": ("s", SECONDS),
    "gen_ai.client.operation.time_to_first_chunk": ("s", SECONDS),
    "gen_ai.client.token.usage": ("{token}", TOKENS),
}
NEW = {
    "gen_ai.client.inference.duration": ("s", SECONDS),
    "gen_ai.client.inference.time_to_first_chunk": ("s", SECONDS),
    "gen_ai.client.inference.operation.input_tokens": ("{token}", TOKENS),
    "gen_ai.client.inference.operation.output_tokens": ("{token}", TOKENS),
    "gen_ai.client.inference.usage.input_tokens": ("{token}", None),
    "gen_ai.client.inference.usage.output_tokens": ("{token}", None),
    "gen_ai.client.inference.usage.cache_read.input_tokens": ("{token}", None),
    "gen_ai.client.inference.usage.reasoning.output_tokens": ("{token}", None),
}
OWN = {
    "keeptabs.cost": ("USD", None),
    "keeptabs.rate_limit.limit": ("1", None),
    "keeptabs.rate_limit.remaining": ("1", None),
    "keeptabs.rate_limit.headroom": ("1", None),
    "keeptabs.rate_limit.empty_in": ("s", None),
}
PROFILES = [("1.41", {**OLD, **OWN}), ("latest", {**NEW, **OWN}), ("both", {**OLD, **NEW, **OWN})]


@pytest.mark.parametrize(("profile", "expected"), PROFILES)
def test_names_units_and_buckets(bench: Any, profile: str, expected: dict[str, Any]) -> None:
    """A stream with cached and reasoning tokens gives every instrument of the profile and no other."""
    bench.sdk()
    bench.install(semconv=profile)
    list(bench.chat("o3-mini", "a" * 8000, stream=True, stream_options={"include_usage": True}))
    found = {}
    for name, metric in bench.instruments().items():
        point = metric.data.data_points[0]
        found[name] = (metric.unit, getattr(point, "explicit_bounds", None))
    assert found == expected


def _common(bench: Any, **more: Any) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "o3-mini",
        "gen_ai.response.model": "o3-mini-2025-01-31",
        "server.address": "127.0.0.1",
        "server.port": bench.port,
        **{name.replace("__", "."): value for name, value in more.items()},
    }


# Name, and for each of its points the sum and the attributes beside the common ones.
VALUES = [
    ("1.41", "gen_ai.client.token.usage", {"input": 2003, "output": 86}, "gen_ai.token.type"),
    ("latest", "gen_ai.client.inference.operation.input_tokens", {None: 2003}, None),
    ("latest", "gen_ai.client.inference.operation.output_tokens", {None: 86}, None),
    ("latest", "gen_ai.client.inference.usage.input_tokens", {"text": 2003}, "gen_ai.token.modality"),
    ("latest", "gen_ai.client.inference.usage.output_tokens", {"text": 86}, "gen_ai.token.modality"),
    ("latest", "gen_ai.client.inference.usage.cache_read.input_tokens", {"text": 896}, "gen_ai.token.modality"),
    ("latest", "gen_ai.client.inference.usage.reasoning.output_tokens", {"text": 64}, "gen_ai.token.modality"),
    ("1.41", "keeptabs.cost", {"priced": 0.0020889}, "keeptabs.cost.status"),
]


@pytest.mark.parametrize(("profile", "name", "values", "by"), VALUES)
def test_values_and_attributes(
    bench: Any, profile: str, name: str, values: dict[str | None, float], by: str | None
) -> None:
    """Each metric has its value under exactly the attributes of the conventions."""
    bench.sdk()
    bench.install(semconv=profile)
    bench.chat("o3-mini", "a" * 8000)
    found = [(getattr(point, "sum", None) or point.value, dict(point.attributes)) for point in bench.points(name)]
    expected = [(value, {**_common(bench), **({by: key} if by else {})}) for key, value in values.items()]
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("chunks", [1, 500])
def test_nothing_is_recorded_for_each_chunk(bench: Any, chunks: int) -> None:
    """However many chunks a stream has, each metric gets the same number of records."""
    bench.sdk()
    bench.install(semconv="both")
    list(bench.chat(f"mock-chunks:{chunks}@gpt-4o", stream=True))
    counts = {
        (name, str(sorted(point.attributes.items()))): point.count
        for name, metric in bench.instruments().items()
        for point in metric.data.data_points
        if hasattr(point, "count")
    }
    assert counts
    assert set(counts.values()) == {1}


def test_duration_is_that_of_the_span(bench: Any) -> None:
    """The duration on record is the span's own, to the nanosecond."""
    bench.sdk()
    bench.install()
    bench.chat()
    span = bench.span()
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert round(point.sum * 1e9) == span.end_time - span.start_time


def test_cost_adds_up(bench: Any) -> None:
    """The sum of costs is that of the ledger, to the nano-dollar, over models, operations and attempts."""
    bench.sdk()
    bench.install()
    for _ in range(20):
        bench.chat("o3-mini", "a" * 4321)
    bench.chat("mock-429-then-ok@gpt-4o", retries=1)
    bench.openai().embeddings.create(model="text-embedding-3-small", input="Hi")
    bench.openai().images.generate(model="gpt-image-1", prompt="Hi", quality="low")
    rows = bench.rows()
    total = sum(point.value for point in bench.points("keeptabs.cost"))
    assert round(total * 1e9) == sum(row["cost"] or 0 for row in rows)
    assert len(rows) == 24


UNPRICED = [("gpt-4o", None), ("mock-ok@no-such-model", 1), ("mock-429@gpt-4o", None)]


@pytest.mark.parametrize(("model", "expected"), UNPRICED)
def test_unpriced(bench: Any, model: str, expected: int | None) -> None:
    """A call that used something and has no price is counted; one that used nothing is not."""
    bench.sdk()
    bench.install()
    with suppress(openai.APIError):
        bench.chat(model)
    metric = bench.instruments().get("keeptabs.unpriced")
    assert (metric and metric.unit) == (expected and "{call}")
    assert [point.value for point in bench.points("keeptabs.unpriced")] == ([expected] if expected else [])


UNKNOWN = ["mock-429@gpt-4o", "mock-no-usage@gpt-4o", "mock-stream-dies@gpt-4o"]


@pytest.mark.parametrize("model", UNKNOWN)
def test_unknown_is_not_zero(bench: Any, model: str) -> None:
    """Where the wire did not say how many tokens there were, no token metric is recorded, and a cost is an estimate."""
    bench.sdk()
    bench.install(semconv="both")
    with suppress(openai.APIError):
        list(bench.chat(model, stream=True))
    names = set(bench.instruments())
    assert {"gen_ai.client.operation.duration", "gen_ai.client.inference.duration"} <= names
    assert not [name for name in names if "token" in name]
    said = {point.attributes["keeptabs.cost.status"] for point in bench.points("keeptabs.cost")}
    assert said <= {"estimated"}


OTHERS = ["embedding", "image", "image stream"]


@pytest.mark.parametrize("what", OTHERS)
def test_inference_metrics_are_for_inference(bench: Any, what: str) -> None:
    """Under the latest conventions what is no inference has a client operation's metrics, and none of inference."""
    bench.sdk()
    bench.install(semconv="latest")
    client = bench.openai()
    if what == "embedding":
        client.embeddings.create(model="text-embedding-3-small", input="Hi")
    else:
        answer = client.images.generate(model="gpt-image-1", prompt="Hi", stream=what == "image stream")
        list(answer)
    names = set(bench.instruments())
    assert "gen_ai.client.operation.duration" in names
    assert not [name for name in names if name.startswith("gen_ai.client.inference")]


def test_meters_without_tracers(bench: Any) -> None:
    """An application that has metrics only gets metrics."""
    bench.sdk(spans=False)
    bench.install()
    bench.chat()
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert point.count == 1
    assert len(bench.points("keeptabs.cost")) == 1


@pytest.mark.parametrize("profile", ["1.41", "latest"])
def test_exemplars_lead_to_the_span(bench: Any, profile: str) -> None:
    """The exemplars of every metric of a call carry its trace and its span; a limit is of no one call."""
    bench.sdk()
    bench.install(semconv=profile)
    list(bench.chat("mock-ok@gpt-4o", stream=True, stream_options={"include_usage": True}))
    context = bench.span().context
    found = {
        (name, exemplar.trace_id, exemplar.span_id)
        for name, metric in bench.instruments().items()
        for point in metric.data.data_points
        for exemplar in point.exemplars
        if not name.startswith("keeptabs.rate_limit.")
    }
    of_calls = {name for name in bench.instruments() if not name.startswith("keeptabs.rate_limit.")}
    assert found == {(name, context.trace_id, context.span_id) for name in of_calls}


def test_a_key_in_a_prompt_is_an_event_and_a_count(bench: Any) -> None:
    """By its kind; the key is in neither."""
    rule = next(rule for rule in every() if rule.id == "anthropic-api-key")
    key = example(rule.forms[0], Random(3))
    sdk = bench.sdk()
    bench.install(guard="observe")
    bench.chat("gpt-4o", f"is {key} mine?")
    assert keeptabs.flush(20)
    [span] = sdk.exporter.get_finished_spans()
    assert [(event.name, dict(event.attributes)) for event in span.events] == [
        ("keeptabs.secret", {"keeptabs.secret.rule": rule.id})
    ]
    [point] = bench.instruments()["keeptabs.secrets"].data.data_points
    assert (point.value, point.attributes["keeptabs.secret.rule"]) == (1, rule.id)
    assert key not in span.to_json()
