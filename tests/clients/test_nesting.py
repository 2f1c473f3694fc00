"""Clients that stand on each other make one recording, and live beside OpenTelemetry's own instrumentation of them."""

import json
from binascii import crc32
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError
from opentelemetry import context, trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import keeptabs
from keeptabs.clients.httpx import CLIENT
from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.recording import Recording
from keeptabs.testing.mock import MockServer

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
ANSWER = b'{"id":"chatcmpl-1"}'


class Through(httpx.BaseTransport):
    """A transport of httpx that sends through requests."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(str(request.url), data=request.read(), timeout=5)
        return httpx.Response(answer.status_code, content=answer.content)


def test_the_outermost_client_records(wire: Any, noted: Any) -> None:
    """However many clients stand on each other, there is one exchange, of the one that the application called."""
    noted.patches.install(CLIENT.targets(noted))
    wire.says(ANSWER)
    with httpx.Client(transport=Through()) as client:
        assert client.post(wire.url, json=BODY).content == ANSWER
    with requests.Session() as session:
        session.trust_env = False
        assert session.post(wire.url, json=BODY, timeout=5).content == ANSWER
    with urllib3.PoolManager() as manager:
        assert manager.request("POST", wire.url, json=BODY).data == ANSWER
    assert [seen.client for seen in noted.exchanges] == ["httpx", "requests", "urllib3"]
    assert {seen.response.body for seen in noted.exchanges} == {ANSWER}


@pytest.fixture
def bedrock(noted: Any, monkeypatch: pytest.MonkeyPatch, wire: Any) -> Any:
    """A client of Bedrock that speaks to the scripted server, every POST of which is noted whole."""

    def begin(client: str, request: Request) -> Recording:
        return Recording(client, request, (b":message-type",), 0, noted._done)

    monkeypatch.setattr(noted, "begin", begin)
    monkeypatch.setattr(noted, "wants", lambda method, path: method == "POST")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    origin = wire.url.partition("/v1")[0]
    config = Config(retries={"total_max_attempts": 2, "mode": "standard"}, proxies={}, read_timeout=5)
    made = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=origin, config=config)
    yield made
    made.close()


def frame(kind: str, payload: Any) -> bytes:
    """One message of an Amazon event stream; its checksums are botocore's to check."""
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + len(value).to_bytes(2) + value.encode()
        for name, value in ((":event-type", kind), (":message-type", "event"))
    )
    body = json.dumps(payload).encode()
    prelude = (16 + len(headers) + len(body)).to_bytes(4) + len(headers).to_bytes(4)
    message = prelude + crc32(prelude).to_bytes(4) + headers + body
    return message + crc32(message).to_bytes(4)


CONVERSE: Any = {"modelId": "some.model", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
INVOKE = {"modelId": "some.model", "body": json.dumps({"prompt": "Hi"})}
SAID = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
    "metrics": {"latencyMs": 5},
}
STREAM = [
    frame("messageStart", {"role": "assistant"}),
    frame("contentBlockDelta", {"delta": {"text": "Hello"}, "contentBlockIndex": 0}),
    frame("messageStop", {"stopReason": "end_turn"}),
    frame("metadata", {"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}, "metrics": {"latencyMs": 5}}),
]
PARTS = [frame("chunk", {"bytes": "eyJhIjoxfQ=="}), frame("chunk", {"bytes": "eyJiIjoyfQ=="})]


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what only says when it came."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_bedrock_answers(wire: Any, noted: Any, bedrock: Any) -> None:
    """``converse`` and ``invoke_model`` give the application the same, and their bodies are noted."""
    body = json.dumps(SAID).encode()
    wire.says(body)
    noted.alike(lambda: told(bedrock.converse(**CONVERSE)))
    assert noted.alike(lambda: b"".join(bedrock.invoke_model(**INVOKE)["body"])) == body
    assert [seen.request.path for seen in noted.exchanges] == ["/model/some.model/converse", "/model/some.model/invoke"]
    assert [seen.client for seen in noted.exchanges] == ["urllib3"] * 2
    assert [seen.response.body for seen in noted.exchanges] == [body] * 2
    assert json.loads(noted.exchanges[0].request.body)["messages"] == CONVERSE["messages"]


@pytest.mark.parametrize("framing", ["chunked", "sized"])
def test_bedrock_streams(wire: Any, noted: Any, bedrock: Any, framing: str) -> None:
    """Events reach the application as they would, and are noted as they were on the wire."""
    for call, pieces in (
        (lambda: list(bedrock.converse_stream(**CONVERSE)["stream"]), STREAM),
        (lambda: list(bedrock.invoke_model_with_response_stream(**INVOKE)["body"]), PARTS),
    ):
        wire.streams(pieces)
        if framing == "sized":
            wire.says(b"".join(pieces))
        wire.script = [
            wire.script[0]
            .replace(b"text/event-stream", b"application/vnd.amazon.eventstream")
            .replace(b"application/json", b"application/vnd.amazon.eventstream")
        ]
        assert len(noted.alike(call)) == len(pieces)
        seen = noted.exchanges[-1]
        assert (seen.ending, seen.response.body) == (Ending.COMPLETE, b"".join(pieces))
        assert seen.gaps == ()


def test_a_bedrock_stream_that_is_closed(wire: Any, noted: Any, bedrock: Any) -> None:
    """An event stream that the application leaves is noted as closed."""
    wire.streams(STREAM)
    stream = bedrock.converse_stream(**CONVERSE)["stream"]
    assert "messageStart" in next(iter(stream))
    stream.close()
    assert [seen.ending for seen in noted.exchanges] == [Ending.CLOSED]


def test_each_try_of_botocore_is_noted(wire: Any, noted: Any, bedrock: Any) -> None:
    """botocore's own retries are one exchange each, with the body of each refusal."""
    refusal = b'{"message":"slow down"}'
    wire.says(refusal, 429, x_amzn_errortype="ThrottlingException")
    with pytest.raises(ClientError) as caught:
        bedrock.converse(**CONVERSE)
    assert caught.value.response["Error"]["Code"] == "ThrottlingException"
    assert [(seen.response.status, seen.response.body) for seen in noted.exchanges] == [(429, refusal)] * 2


INSTRUMENTORS = {"requests": RequestsInstrumentor, "urllib3": URLLib3Instrumentor}


@pytest.fixture(params=[True, False], ids=["ours first", "theirs first"])
def ours_first(request: pytest.FixtureRequest) -> bool:
    """Whether keeptabs is installed before the other instrumentations."""
    return bool(request.param)


@pytest.fixture
def spans(ours_first: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Any]:
    """The spans of an application that has keeptabs and both HTTP instrumentations on."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    made = [kind() for kind in INSTRUMENTORS.values()]
    steps: list[Callable[[], Any]] = [
        lambda: keeptabs.install(store=tmp_path / "ledger.db"),
        lambda: [each.instrument() for each in made],
    ]
    for step in steps if ours_first else reversed(steps):
        step()
    yield exporter
    undo: list[Callable[[], Any]] = [keeptabs.uninstall, lambda: [each.uninstrument() for each in made]]
    for step in reversed(undo) if ours_first else undo:  # the outermost first
        step()


def send(client: str, url: str) -> None:
    key = {"Authorization": "Bearer none-is-needed"}
    if client == "urllib3":
        with urllib3.PoolManager() as manager:
            assert manager.request("POST", url, json=BODY, headers=key).status == 200
    else:
        with requests.Session() as session:
            session.trust_env = False
            session.post(url, json=BODY, headers=key, timeout=5).raise_for_status()


@pytest.mark.parametrize("client", INSTRUMENTORS)
def test_spans_of_one_call(spans: Any, ours_first: bool, client: str) -> None:
    """One span of each in one trace: of two that wrap the same method the later is the parent, else it is ours."""
    with MockServer() as server:
        send(client, f"{server.url}/chat/completions")
        assert keeptabs.flush()
        sent = server.requests[-1].headers["traceparent"].split("-")
    found = {span.instrumentation_scope.name.rpartition(".")[2]: span for span in spans.get_finished_spans()}
    assert (set(found), len(spans.get_finished_spans())) == ({"keeptabs", client}, 2)
    ours, theirs = found["keeptabs"], found[client]
    above, below = (theirs, ours) if ours_first and client == "requests" else (ours, theirs)
    assert (above.parent, below.parent.span_id) == (None, above.context.span_id)
    assert ours.name == "chat gpt-4o"
    assert sent[1:3] == [f"{theirs.context.trace_id:032x}", f"{theirs.context.span_id:016x}"]


@pytest.mark.parametrize("client", INSTRUMENTORS)
def test_telemetry_that_is_suppressed(spans: Any, client: str) -> None:
    """Where instrumentation is suppressed, as exporters do, nothing is recorded."""
    token = context.attach(context.set_value("suppress_instrumentation", True))
    try:
        with MockServer() as server:
            send(client, f"{server.url}/chat/completions")
    finally:
        context.detach(token)
    assert keeptabs.flush()
    assert spans.get_finished_spans() == ()
