from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import openai
import pytest
from opentelemetry.trace import SpanKind

import keeptabs
from keeptabs.sinks.otel.semconv import SECONDS, TOKENS, Profile, at_end

if TYPE_CHECKING:
    from collections.abc import Callable

PROFILES = ["1.41", "latest", "both"]

# What differs from run to run, and the type it has.
VARIABLE = {
    "keeptabs.account.key": str,
    "keeptabs.operation.id": str,
    "keeptabs.cost.book": str,
    "keeptabs.stream.chunks": int,
    "keeptabs.stream.longest_gap": float,
    "gen_ai.response.time_to_first_chunk": float,
    "code.file.path": str,
    "code.line.number": int,
    "code.function.name": str,
}
ALWAYS = {
    "keeptabs.account.key",
    "keeptabs.operation.id",
    "keeptabs.cost.book",
    "code.file.path",
    "code.line.number",
    "code.function.name",
}
OF_A_STREAM = {"keeptabs.stream.chunks", "keeptabs.stream.longest_gap", "gen_ai.response.time_to_first_chunk"}

SERVED = {
    "gen_ai.provider.name": "openai",
    "server.address": "127.0.0.1",
    "http.response.status_code": 200,
    "keeptabs.outcome": "ok",
    "keeptabs.cost.status": "priced",
    "keeptabs.request.id": "req_00000000000000000000000000000001",
    "keeptabs.account.organization": "org-mock",
    "keeptabs.rate_limit.remaining_requests": 9999,
    "keeptabs.rate_limit.remaining_tokens": 1999850,
}
CHAT = {
    **SERVED,
    "gen_ai.operation.name": "chat",
    "openai.api.type": "chat_completions",
    "openai.response.service_tier": "default",
    "openai.response.system_fingerprint": "fp_mock0000",
    "gen_ai.response.id": "chatcmpl-000000000000000000000001",
    "gen_ai.response.finish_reasons": ("stop",),
}
GPT_4O = {  # 3 tokens at 2.50 and 22 at 10.00 USD a million
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.usage.input_tokens": 3,
    "gen_ai.usage.output_tokens": 22,
    "gen_ai.usage.cache_read.input_tokens": 0,
    "gen_ai.usage.reasoning.output_tokens": 0,
    "gen_ai.usage.cost": 0.0002275,
    "keeptabs.cost.usd": 0.0002275,
}
NO_AUDIO = {"gen_ai.usage.audio.input_tokens": 0, "gen_ai.usage.audio.output_tokens": 0}


class Case(NamedTuple):
    """A call, the attributes of its span, those that only the latest conventions have, and the variable ones."""

    call: Callable[[Any], Any]
    name: str
    attributes: dict[str, Any]
    latest: dict[str, Any]
    variable: set[str] = ALWAYS


def _chat(bench: Any) -> None:
    bench.chat(
        "o3-mini", "a" * 8000, n=2, seed=7, stop=["x"], reasoning_effort="low", max_completion_tokens=500,
        response_format={"type": "json_object"},
    )  # fmt: skip


def _refused(bench: Any) -> None:
    with pytest.raises(openai.RateLimitError):
        bench.chat("mock-429@gpt-4o")


CASES = {
    "chat": Case(
        _chat,
        "chat o3-mini",
        {
            **CHAT,
            "gen_ai.request.model": "o3-mini",
            "gen_ai.request.choice.count": 2,
            "gen_ai.request.seed": 7,
            "gen_ai.request.stop_sequences": ("x",),
            "gen_ai.request.reasoning.level": "low",
            "gen_ai.request.max_tokens": 500,
            "gen_ai.output.type": "json",
            "gen_ai.response.model": "o3-mini-2025-01-31",
            "gen_ai.response.finish_reasons": ("stop", "stop"),
            "gen_ai.usage.input_tokens": 2003,
            "gen_ai.usage.cache_read.input_tokens": 896,
            "gen_ai.usage.output_tokens": 108,
            "gen_ai.usage.reasoning.output_tokens": 64,
            "gen_ai.usage.cost": 0.0021857,  # 1107 at 1.10, 896 at 0.55, 108 at 4.40
            "keeptabs.cost.usd": 0.0021857,
        },
        NO_AUDIO,
    ),
    "stream": Case(
        lambda bench: list(bench.chat(temperature=0.5, stream=True, stream_options={"include_usage": True})),
        "chat gpt-4o",
        {**CHAT, **GPT_4O, "gen_ai.request.temperature": 0.5, "gen_ai.request.stream": True},
        NO_AUDIO,
        ALWAYS | OF_A_STREAM,
    ),
    "429": Case(
        _refused,
        "chat mock-429@gpt-4o",
        {
            **SERVED,
            "gen_ai.operation.name": "chat",
            "openai.api.type": "chat_completions",
            "gen_ai.request.model": "mock-429@gpt-4o",
            "http.response.status_code": 429,
            "error.type": "rate_limit_exceeded",
            "keeptabs.outcome": "rate_limited",
            "keeptabs.error.code": "rate_limit_exceeded",
            "keeptabs.error.message_fingerprint": "63a8291c",
            "keeptabs.cost.status": "no_usage",
            "keeptabs.rate_limit.remaining_requests": 0,
            "keeptabs.rate_limit.retry_after": 0.02,
        },
        {},
    ),
    "responses": Case(
        lambda bench: bench.openai().responses.create(
            model="gpt-4o", input="Hi", max_output_tokens=50, service_tier="default", previous_response_id="resp_0"
        ),
        "chat gpt-4o",
        {
            **SERVED,
            **GPT_4O,
            "gen_ai.operation.name": "chat",
            "openai.api.type": "responses",
            "openai.request.service_tier": "default",
            "openai.response.service_tier": "default",
            "gen_ai.request.max_tokens": 50,
            "gen_ai.request.previous_response.id": "resp_0",
            "gen_ai.response.id": "resp_000000000000000000000001",
            "gen_ai.response.finish_reasons": ("completed",),
            "gen_ai.usage.cache_write.input_tokens": 0,
            "gen_ai.usage.cache_creation.input_tokens": 0,
        },
        {},
    ),
    "embedding": Case(
        lambda bench: bench.openai().embeddings.create(
            model="text-embedding-3-small", input="Hi", dimensions=8, encoding_format="float"
        ),
        "embeddings text-embedding-3-small",
        {
            **SERVED,
            "gen_ai.operation.name": "embeddings",
            "gen_ai.request.model": "text-embedding-3-small",
            "gen_ai.request.encoding_formats": ("float",),
            "gen_ai.embeddings.dimension.count": 8,
            "gen_ai.response.model": "text-embedding-3-small",
            "gen_ai.usage.input_tokens": 3,
            "gen_ai.usage.cost": 6e-08,  # 3 at 0.02
            "keeptabs.cost.usd": 6e-08,
        },
        {},
    ),
    "image": Case(
        lambda bench: bench.openai().images.generate(model="gpt-image-1", prompt="Hi", quality="low"),
        "image_generation gpt-image-1",
        {
            **SERVED,
            "gen_ai.operation.name": "image_generation",
            "keeptabs.usage.images": 1.0,
            "gen_ai.output.type": "image",
            "gen_ai.request.model": "gpt-image-1",
            "gen_ai.usage.input_tokens": 3,
            "gen_ai.usage.output_tokens": 272,
            "gen_ai.usage.cost": 0.010895,  # 3 at 5.00, 272 at 40.00
            "keeptabs.cost.usd": 0.010895,
        },
        {"gen_ai.usage.image.input_tokens": 0, "gen_ai.usage.image.output_tokens": 272},
    ),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", CASES)
def test_attributes_of_a_span(bench: Any, name: str, profile: str) -> None:
    """A span has exactly the attributes that the profile names, each with its value."""
    case = CASES[name]
    bench.sdk()
    bench.install(semconv=profile)
    case.call(bench)
    span = bench.span()
    assert (span.name, span.kind, span.instrumentation_scope.name) == (case.name, SpanKind.CLIENT, "keeptabs")
    found = dict(span.attributes)
    variable = {key: found.pop(key) for key in VARIABLE if key in found}
    assert set(variable) == case.variable
    assert all(type(value) is VARIABLE[key] for key, value in variable.items())
    expected = {**case.attributes, **({} if profile == "1.41" else case.latest), "server.port": bench.port}
    if profile == "latest":
        expected.pop("gen_ai.usage.cache_creation.input_tokens", None)
    assert found == expected


def test_call_site_and_tags(bench: Any) -> None:
    """A span names the line of the application that called, and what the application said of the call."""
    bench.sdk()
    bench.install()
    client = bench.openai()
    with keeptabs.tag(feature="search", user="u1", tenant="t1", session="s1"):
        client.embeddings.create(model="text-embedding-3-small", input="Hi")
    found = bench.span().attributes
    assert found["code.file.path"] == __file__
    assert found["code.function.name"] == "test_call_site_and_tags"
    tags = {key.removeprefix("keeptabs.tag."): found[key] for key in found if key.startswith("keeptabs.tag.")}
    assert tags == {"feature": "search", "user": "u1", "tenant": "t1", "session": "s1"}


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("status", [None, 200, 500])
def test_what_is_not_known_is_not_said(status: int | None, profile: Profile) -> None:
    """A call of which nothing is known gives no attribute the value None, and no count the value 0."""
    exchange = keeptabs.Exchange(
        request=keeptabs.Request(method="POST", host="api.openai.com", path="/v1/chat/completions"),
        response=None if status is None else keeptabs.Response(status=status),
        timing=keeptabs.Timing(started_at=1, duration=1),
    )
    call = keeptabs.measure(exchange, keeptabs.Book())
    assert call is not None
    found = at_end(call, profile)
    assert None not in found.values()
    assert not [name for name in found if name.startswith(("gen_ai.usage.", "keeptabs.rate_limit."))]
    assert "keeptabs.cost.usd" not in found


def test_bucket_bounds() -> None:
    """The buckets are those of the conventions."""
    assert [SECONDS[0], SECONDS[-1], len(SECONDS)] == [0.01, 81.92, 14]
    assert all(after == pytest.approx(2 * before) for before, after in pairwise(SECONDS))
    assert [4**power for power in range(14)] == TOKENS
