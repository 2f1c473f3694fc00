"""Converse: usage, reasons and facts of whole answers and of streams, for every model the same."""

import json
import struct
import zlib
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.bedrock.converse import DIALECT, UNREADABLE_USAGE

STREAM = "application/vnd.amazon.eventstream"
USAGE = {"inputTokens": 10, "outputTokens": 4, "totalTokens": 14}
WHOLE: dict[str, Any] = {
    "metrics": {"latencyMs": 1250},
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": USAGE,
}
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("messageStart", {"role": "assistant", "p": "abc"}),
    ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hell"}}),
    ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "lo"}}),
    ("contentBlockStop", {"contentBlockIndex": 0}),
    ("messageStop", {"stopReason": "end_turn"}),
    ("metadata", {"metrics": {"latencyMs": 1250}, "usage": USAGE}),
]


def message(kind: str, said: Any, name: str = ":event-type") -> bytes:
    """One message of the stream."""
    texts = {":message-type": name.removeprefix(":").removesuffix("-type"), name: kind}
    headers = b"".join(
        bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for key, value in texts.items()
    )
    body = json.dumps(said, separators=(",", ":")).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return start + struct.pack(">I", zlib.crc32(start))


def streamed(events: list[tuple[str, dict[str, Any]]], more: bytes = b"") -> Answered:
    """What a stream says; kept in part it says the same."""
    headers = Headers.of([("content-type", STREAM)])
    body = b"".join(message(kind, said) for kind, said in events) + more
    kept = keeper(200, STREAM, DIALECT.markers)
    for start in range(0, len(body), 50):
        kept.feed(body[start : start + 50])
    found = DIALECT.answer(Response(status=200, headers=headers, body=body), Asked())
    assert DIALECT.answer(Response(status=200, headers=headers, body=kept.result()), Asked()) == found
    return found


def answer(said: Any) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


def ask(said: Any, path: str = "/model/m/converse") -> Asked:
    """What a request asks for."""
    return DIALECT.ask(Request(method="POST", host="h", path=path, body=json.dumps(said).encode()))


@pytest.mark.parametrize("found", [answer(WHOLE), streamed(EVENTS)], ids=["whole", "stream"])
def test_an_answer_says_what_was_used(found: Answered) -> None:
    """Tokens, reason and the time that it took, whole or as a stream."""
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 10, Bucket.OUTPUT_TEXT: 4}
    assert json.loads(found.usage.raw or "") == USAGE
    assert (found.finish_reasons, found.complete, found.gaps, found.error) == (("end_turn",), True, (), None)
    assert found.facts == {"keeptabs.server.duration": 1.25}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param(
            {"inputTokens": 22, "outputTokens": 13, "cacheReadInputTokens": 5, "cacheWriteInputTokens": 2492},
            {
                Bucket.INPUT_TEXT: 22,
                Bucket.CACHE_READ_TEXT: 5,
                Bucket.CACHE_WRITE: 2492,
                Bucket.OUTPUT_TEXT: 13,
            },
            id="the cache stands beside the input",
        ),
        pytest.param(
            {"inputTokens": 1, "cacheReadInputTokens": 0, "cacheWriteInputTokens": 0},
            {Bucket.INPUT_TEXT: 1, Bucket.CACHE_READ_TEXT: 0, Bucket.CACHE_WRITE: 0},
            id="zero is said",
        ),
        pytest.param(
            {
                "inputTokens": 1,
                "cacheWriteInputTokens": 30,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 10}, {"ttl": "5m", "inputTokens": 20}],
            },
            {Bucket.INPUT_TEXT: 1, Bucket.CACHE_WRITE_1H: 10, Bucket.CACHE_WRITE_5M: 20},
            id="how long it is kept",
        ),
        pytest.param(
            {"cacheWriteInputTokens": 30, "cacheDetails": [{"ttl": "5m", "inputTokens": 20}]},
            {Bucket.CACHE_WRITE: 10, Bucket.CACHE_WRITE_5M: 20},
            id="of a part it is not said",
        ),
        pytest.param(
            {"cacheWriteInputTokens": 30, "cacheDetails": [{"ttl": "7d", "inputTokens": 30}]},
            {Bucket.CACHE_WRITE: 30},
            id="a time that is new",
        ),
        pytest.param({"inputTokens": -3}, {Bucket.INPUT_TEXT: 0}, id="less than nothing"),
    ],
)
def test_usage_is_divided_without_overlap(usage: dict[str, Any], expected: dict[Bucket, int]) -> None:
    """The input is without what came from the cache and went there."""
    found = answer(WHOLE | {"usage": usage}).usage
    assert found is not None
    assert found.tokens == expected


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        pytest.param(WHOLE | {"usage": None}, (UNREADABLE_USAGE,), id="null"),
        pytest.param(WHOLE | {"usage": [1]}, (UNREADABLE_USAGE,), id="a usage of unknown shape"),
        pytest.param({"stopReason": "end_turn"}, (), id="no usage"),
        pytest.param([], (reading.UNREADABLE,), id="no object"),
    ],
)
def test_an_answer_without_a_usage_has_none(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    found = answer(said)
    assert (found.usage, found.gaps, found.complete) == (None, gaps, True)


def test_the_tier_that_served_and_the_model_that_a_router_chose_are_read() -> None:
    """The path names neither."""
    routed = "arn:aws:bedrock:us-east-1::foundation-model/vendor.small-v1:0"
    said = WHOLE | {"serviceTier": {"type": "flex"}, "trace": {"promptRouter": {"invokedModelId": routed}}}
    assert (answer(said).service_tier, answer(said).model) == ("flex", "vendor.small-v1:0")
    assert (answer(WHOLE).service_tier, answer(WHOLE).model) == (None, None)


@pytest.mark.parametrize(
    ("events", "complete"),
    [
        pytest.param(EVENTS[:4], False, id="before its end"),
        pytest.param(EVENTS[:5], True, id="without its metadata"),
        pytest.param([], False, id="before its beginning"),
    ],
)
def test_a_stream_that_broke_off_shows_no_end(events: list[tuple[str, dict[str, Any]]], complete: bool) -> None:
    """The reason is its end; usage comes behind it."""
    found = streamed(events)
    assert (found.complete, found.usage) == (complete, None)


def test_an_exception_in_a_stream_is_an_error() -> None:
    """It comes with success, after some text."""
    found = streamed(EVENTS[:3], message("throttlingException", {"message": "Slow down"}, ":exception-type"))
    assert found.error == ProviderError(code="throttlingException", message="Slow down")
    assert not found.complete


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"inferenceConfig": {"maxTokens": 5, "temperature": 0.5, "topP": 1, "stopSequences": ["x"]}},
            {
                "gen_ai.request.max_tokens": 5,
                "gen_ai.request.temperature": 0.5,
                "gen_ai.request.top_p": 1,
                "gen_ai.request.stop_sequences": ["x"],
            },
            id="parameters",
        ),
        pytest.param(
            {"guardrailConfig": {"guardrailIdentifier": "g1", "guardrailVersion": "1"}},
            {"aws.bedrock.guardrail.id": "g1"},
            id="a guardrail",
        ),
        pytest.param({"outputConfig": {"effort": "low"}}, {"gen_ai.request.reasoning.level": "low"}, id="an effort"),
        pytest.param({"messages": []}, {}, id="none"),
        pytest.param({"inferenceConfig": {"maxTokens": "many"}}, {}, id="odd ones"),
    ],
)
def test_parameters_are_read(said: dict[str, Any], expected: dict[str, Any]) -> None:
    """Under OpenTelemetry's names."""
    assert ask(said).settings == expected


def test_what_else_a_request_says_is_read() -> None:
    """Its model is in the path, and whether it streams, too."""
    said = {
        "serviceTier": {"type": "priority"},
        "requestMetadata": {"team": "search"},
        "outputConfig": {"textFormat": {"type": "json_schema"}},
    }
    found = ask(said, "/model/m/converse-stream")
    assert (found.model, found.stream, found.service_tier) == (None, True, "priority")
    assert (found.metadata, found.output_type) == ({"team": "search"}, "json")
    assert not ask(said).stream
    assert DIALECT.ask(Request(method="POST", host="h", path="/model/m/converse-stream", body=b"{")).stream
