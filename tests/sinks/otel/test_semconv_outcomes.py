from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx2
import openai
import pytest
from opentelemetry.trace import StatusCode

MESSAGES = [{"role": "user", "content": "Hi"}]
ANSWER = {"model": "gpt-4o-2024-08-06", "choices": [{"index": 0, "finish_reason": "stop"}]}

# Behaviour of the mock, whether the call streams, and error.type: the provider's code, else status, else exception.
ERRORS = [
    ("429", False, "rate_limit_exceeded"),
    ("quota", False, "insufficient_quota"),
    ("policy", False, "content_policy_violation"),
    ("400", False, "decimal_above_max_value"),
    ("context", False, "context_length_exceeded"),
    ("401", False, "invalid_api_key"),
    ("404", False, "model_not_found"),
    ("500", False, "500"),
    ("503", False, "503"),
    ("html", False, "502"),
    ("drop", False, "RemoteProtocolError"),
    ("hang:2", False, "ReadTimeout"),
    ("429", True, "rate_limit_exceeded"),
    ("stream-error", True, "server_error"),
    ("stream-dies", True, "RemoteProtocolError"),
]


@pytest.mark.parametrize(("behaviour", "stream", "error_type"), ERRORS)
def test_errors(bench: Any, behaviour: str, stream: bool, error_type: str) -> None:
    """A failed call has its error.type and the status ERROR, without any text that might quote the prompt."""
    bench.sdk()
    bench.install()
    client = bench.openai(timeout=0.3 if behaviour.startswith("hang") else 30)
    with suppress(openai.APIError):
        answer = client.chat.completions.create(model=f"mock-{behaviour}@gpt-4o", messages=MESSAGES, stream=stream)
        list(answer)
    span = bench.span()
    assert span.attributes.get("error.type") == error_type
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert span.events == ()
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert point.attributes["error.type"] == error_type


def test_no_connection(bench: Any) -> None:
    """A host that does not listen gives the exception's class, and no status code."""
    bench.sdk()
    bench.install()
    bench.server.stop()
    with pytest.raises(httpx2.ConnectError):
        httpx2.post("http://127.0.0.1:9/v1/chat/completions", json={"model": "m"}, trust_env=False)
    found = bench.span().attributes
    assert found["error.type"] == "ConnectError"
    assert "http.response.status_code" not in found
    assert (found["server.address"], found["server.port"]) == ("127.0.0.1", 9)


REASONS = [
    ("ok", {}, ("stop",)),
    ("ok", {"n": 2}, ("stop", "stop")),
    ("length", {}, ("length",)),
    ("filter", {"stream": True}, ("content_filter",)),
    ("no-usage", {"stream": True}, ("stop",)),
    ("stream-dies", {"stream": True}, ("error",)),
    ("stream-error", {"stream": True}, ("error",)),
    ("429", {}, None),
    ("429", {"stream": True}, None),
]


@pytest.mark.parametrize(("behaviour", "options", "reasons"), REASONS, ids=str)
def test_finish_reasons(bench: Any, behaviour: str, options: dict[str, Any], reasons: tuple[str, ...] | None) -> None:
    """A choice that a broken stream left without a reason says error; where no choice began there is none to say."""
    bench.sdk()
    bench.install(semconv="latest")
    with suppress(openai.APIError):
        list(bench.chat(f"mock-{behaviour}@gpt-4o", **options))
    assert bench.span().attributes.get("gen_ai.response.finish_reasons") == reasons


def test_closed_stream(bench: Any) -> None:
    """A stream that the application closes is no error, but its choice never got a finish reason: it says error."""
    bench.sdk()
    bench.install(semconv="latest")
    stream = bench.chat("mock-slow:5+chunks:50@gpt-4o", stream=True)
    next(iter(stream))
    stream.close()
    span = bench.span()
    assert span.attributes["keeptabs.outcome"] == "cancelled"
    assert (span.status.status_code, span.attributes.get("error.type")) == (StatusCode.UNSET, None)
    assert span.attributes.get("gen_ai.response.finish_reasons") == ("error",)


def test_cut_image_stream_has_no_choices(bench: Any) -> None:
    """An image has no finish reason, so a cut stream of one does not invent one."""
    bench.sdk()
    bench.install(semconv="latest")
    request = {"model": "gpt-image-1", "prompt": "Hi", "stream": True, "partial_images": 3}
    with suppress(openai.APIError):
        list(bench.openai(default_headers={"x-mock": "stream-dies"}).images.generate(**request))
    found = bench.span().attributes
    assert found["keeptabs.outcome"] == "truncated"
    assert "gen_ai.response.finish_reasons" not in found


def test_raw_stream_of_a_plain_answer(bench: Any) -> None:
    """A body that is read in pieces is no stream in the conventions' sense: the request did not ask for one."""
    bench.sdk()
    bench.install(semconv="latest")
    completions = bench.openai().chat.completions.with_streaming_response
    with completions.create(model="gpt-4o", messages=MESSAGES) as response:
        response.read()
    found = bench.span().attributes
    assert found["gen_ai.usage.output_tokens"] == 22
    assert "gen_ai.request.stream" not in found


def test_large_request(bench: Any) -> None:
    """A prompt too large to be read before it is sent still has its model and parameters on the span."""
    bench.sdk()
    bench.install()
    bench.chat(content="a" * 100_000, temperature=0.5)
    span = bench.span()
    expected = {"gen_ai.request.model": "gpt-4o", "gen_ai.request.temperature": 0.5}
    assert span.name == "chat gpt-4o"
    assert {name: span.attributes.get(name) for name in expected} == expected


def test_upload(bench: Any) -> None:
    """A form that is made while it is sent still has its model on the span."""
    bench.sdk()
    bench.install()
    bench.openai().audio.transcriptions.create(model="whisper-1", file=("a.mp3", b"\0" * 64))
    span = bench.span()
    assert span.name.endswith(" whisper-1")
    assert span.attributes.get("gen_ai.request.model") == "whisper-1"


SERVERS = [
    ("https://api.openai.com/v1/chat/completions", {"model": "gpt-4o"}, "openai", 443, "chat gpt-4o"),
    ("http://api.openai.com/v1/chat/completions", {"model": "gpt-4o"}, "openai", 80, "chat gpt-4o"),
    ("https://api.deepseek.com/chat/completions", {"model": "d"}, "deepseek", 443, "chat d"),
    ("http://localhost:8123/v1/chat/completions", {"model": "m"}, "openai_compatible", 8123, "chat m"),
    (
        "https://mine.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=1",
        {},
        "azure.ai.openai",
        443,
        "chat my-gpt",
    ),
]


@pytest.mark.parametrize(("url", "body", "provider", "port", "name"), SERVERS)
def test_servers(bench: Any, url: str, body: dict[str, str], provider: str, port: int, name: str) -> None:
    """Provider, address and port come from the URL, the port of the scheme included."""
    bench.sdk()
    bench.install()
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=ANSWER))
    with httpx2.Client(transport=transport) as client:
        client.post(url, json={**body, "messages": MESSAGES})
    span = bench.span()
    assert span.name == name
    assert span.attributes["gen_ai.provider.name"] == provider
    assert (span.attributes["server.address"], span.attributes["server.port"]) == (httpx2.URL(url).host, port)
    (point,) = bench.points("gen_ai.client.operation.duration")
    assert (point.attributes["server.address"], point.attributes["server.port"]) == (httpx2.URL(url).host, port)


SETTINGS = [
    ({"service_tier": "flex"}, {"openai.request.service_tier": "flex", "openai.response.service_tier": "flex"}),
    ({"service_tier": "auto"}, {"openai.request.service_tier": None}),
    ({"n": 1}, {"gen_ai.request.choice.count": None}),
    ({"stream": False}, {"gen_ai.request.stream": None}),
    ({"stop": "x"}, {"gen_ai.request.stop_sequences": ("x",)}),
    ({"top_p": 0.9, "max_tokens": 9}, {"gen_ai.request.top_p": 0.9, "gen_ai.request.max_tokens": 9}),
    (
        {"frequency_penalty": 0.1, "presence_penalty": 0.2},
        {"gen_ai.request.frequency_penalty": 0.1, "gen_ai.request.presence_penalty": 0.2},
    ),
]


@pytest.mark.parametrize(("options", "expected"), SETTINGS, ids=str)
def test_request_parameters(bench: Any, options: dict[str, Any], expected: dict[str, Any]) -> None:
    """A parameter of the request is an attribute where the conventions want it, and absent (None) elsewhere."""
    bench.sdk()
    bench.install(semconv="latest")
    with suppress(openai.APIStatusError):
        bench.chat(**options)
    found = bench.span().attributes
    assert {name: found.get(name) for name in expected} == expected
