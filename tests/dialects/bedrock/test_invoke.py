"""InvokeModel: the answers of each vendor, whole and in chunks, and what only Bedrock tells."""

import base64
import json
import struct
import zlib
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.bedrock import invoke
from keeptabs.dialects.bedrock.invoke import EMBEDDINGS, IMAGES, RERANK, TEXT, hosted

STREAM = "application/vnd.amazon.eventstream"
METRICS = {
    "amazon-bedrock-invocationMetrics": {
        "inputTokenCount": 8,
        "outputTokenCount": 3,
        "invocationLatency": 700,
        "firstByteLatency": 90,
    }
}
IN_8_OUT_3 = {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3}


def chunk(inner: Any) -> bytes:
    """One message of the stream."""
    text = base64.b64encode(json.dumps(inner, separators=(",", ":")).encode()).decode()
    body = json.dumps({"bytes": text, "p": "ab"}, separators=(",", ":")).encode()
    headers = b"\x0b:event-type\x07\x00\x05chunk"
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return start + struct.pack(">I", zlib.crc32(start))


def streamed(chunks: list[Any], dialect: Dialect = TEXT) -> Answered:
    """What chunks say; kept in part they say the same."""
    headers = Headers.of([("content-type", STREAM)])
    body = b"".join(map(chunk, chunks))
    kept = keeper(200, STREAM, dialect.markers)
    kept.feed(body)
    found = dialect.answer(Response(status=200, headers=headers, body=body), Asked())
    assert dialect.answer(Response(status=200, headers=headers, body=kept.result()), Asked()) == found
    return found


def answer(said: Any, headers: dict[str, str] | None = None, dialect: Dialect = TEXT) -> Answered:
    """What a whole body says."""
    pairs = [(f"X-Amzn-Bedrock-{name}", value) for name, value in (headers or {}).items()]
    body = json.dumps(said).encode()
    return dialect.answer(Response(status=200, headers=Headers.of(pairs), body=body), Asked())


def tokens(found: Answered) -> dict[Bucket, int] | None:
    """The tokens of an answer."""
    return None if found.usage is None else dict(found.usage.tokens)


COUNTED = {"Input-Token-Count": "8", "Output-Token-Count": "3"}


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        pytest.param(
            [
                {"outputText": "a", "index": 0, "inputTextTokenCount": 8, "completionReason": None},
                {"outputText": "b", "totalOutputTextTokenCount": 3, "completionReason": "FINISH", **METRICS},
            ],
            "FINISH",
            id="Titan",
        ),
        pytest.param(
            [
                {"messageStart": {"role": "assistant"}},
                {"contentBlockDelta": {"delta": {"text": "a"}}},
                {"messageStop": {"stopReason": "end_turn"}},
                {"metadata": {"usage": {"inputTokens": 8, "outputTokens": 3}}, **METRICS},
            ],
            "end_turn",
            id="Nova",
        ),
        pytest.param(
            [
                {"generation": "a", "prompt_token_count": 8, "generation_token_count": 1, "stop_reason": None},
                {"generation": "b", "prompt_token_count": None, "generation_token_count": 2, "stop_reason": None},
                {"generation": "", "generation_token_count": 3, "stop_reason": "stop", **METRICS},
            ],
            "stop",
            id="Llama",
        ),
        pytest.param(
            [
                {"outputs": [{"text": "a", "stop_reason": None}]},
                {"outputs": [{"text": "b", "stop_reason": "stop"}], **METRICS},
            ],
            "stop",
            id="Mistral",
        ),
        pytest.param(
            [
                {"type": "message_start", "message": {"id": "1", "usage": {"input_tokens": 8, "output_tokens": 1}}},
                {"type": "content_block_delta", "delta": {"text": "a"}},
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
                {"type": "message_stop", **METRICS},
            ],
            "end_turn",
            id="Claude",
        ),
    ],
)
def test_streams_say_what_whole_answers_do(chunks: list[Any], reason: str) -> None:
    """The last chunk of every stream has what Bedrock counted."""
    found = streamed(chunks)
    assert tokens(found) == IN_8_OUT_3
    assert (found.finish_reasons, found.complete, found.gaps) == ((reason,), True, ())
    assert found.facts == {"keeptabs.server.duration": 0.7}
    assert not streamed(chunks[:1]).complete


def test_a_stream_that_broke_off_counts_what_it_had_told() -> None:
    """Llama counts in every chunk."""
    chunks = [{"generation": "a", "prompt_token_count": 8, "generation_token_count": n} for n in range(1, 9)]
    found = streamed(chunks)
    assert tokens(found) == {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 8}
    assert not found.complete


@pytest.mark.parametrize(
    ("action", "expected"),
    [("INTERVENED", ("FINISH", "guardrail_intervened")), ("NONE", ("FINISH",)), (None, ("FINISH",))],
)
def test_a_guardrail_that_stepped_in_is_a_reason(action: str | None, expected: tuple[str, ...]) -> None:
    """As Converse has it, whole and streamed."""
    said = {"results": [{"completionReason": "FINISH"}], "amazon-bedrock-guardrailAction": action}
    assert answer(said).finish_reasons == expected
    plain = {"outputText": "a", "completionReason": "FINISH"}
    more = [{"outputText": "b", "amazon-bedrock-guardrailAction": action}, {"outputText": "c"}, plain]
    assert streamed([plain, *more]).finish_reasons == expected


def test_an_input_that_a_guardrail_blocked_is_a_whole_answer() -> None:
    """One chunk comes, with a count and no reason of the model."""
    blocked = {"outputText": "No", "totalOutputTextTokenCount": 3, "inputTextTokenCount": 8}
    found = streamed([blocked | {"amazon-bedrock-guardrailAction": "INTERVENED"}])
    assert (found.complete, found.finish_reasons) == (True, ("guardrail_intervened",))
    assert tokens(found) == IN_8_OUT_3


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"images": ["aa", "bb"]}, {Unit.IMAGES: Decimal(2)}, id="Titan, Nova and Stability"),
        pytest.param(
            {"artifacts": [{"base64": "aa", "finishReason": "SUCCESS"}]}, {Unit.IMAGES: Decimal(1)}, id="SDXL"
        ),
        pytest.param({"images": []}, {}, id="none"),
    ],
)
def test_images_are_counted(said: Any, expected: dict[Unit, Decimal]) -> None:
    """They are billed by the piece."""
    found = answer(said, dialect=IMAGES).usage or Usage()
    assert found.units == expected


def test_a_vector_costs_the_tokens_of_its_text() -> None:
    """Titan counts in the body, the others in headers alone."""
    assert tokens(answer({"embedding": [0.5, 1e-3], "inputTextTokenCount": 8}, dialect=EMBEDDINGS)) == {
        Bucket.INPUT_TEXT: 8
    }
    other = answer({"id": "1", "embeddings": [[0.5]]}, {"Input-Token-Count": "6"}, EMBEDDINGS)
    assert (tokens(other), other.id) == ({Bucket.INPUT_TEXT: 6}, "1")


@pytest.mark.parametrize(
    ("body", "gaps"),
    [
        pytest.param(b"[1]", (reading.UNREADABLE,), id="no object"),
        pytest.param(b"{", (reading.UNREADABLE,), id="no JSON"),
        pytest.param(b'{"usage": ' + b"[" * 100_000, (reading.UNREADABLE,), id="nested too deep"),
        pytest.param(b'{"usage": 7, "results": {}, "choices": "x"}', (), id="other shapes"),
    ],
)
def test_what_cannot_be_read_is_a_gap(body: bytes, gaps: tuple[str, ...]) -> None:
    """And the headers still count."""
    headers = Headers.of([("x-amzn-bedrock-input-token-count", "8")])
    found = TEXT.answer(Response(status=200, headers=headers, body=body), Asked())
    assert (tokens(found), found.gaps) == ({Bucket.INPUT_TEXT: 8}, gaps)


VENDOR = Dialect(
    api="vendor",
    operation="chat",
    ask=lambda _: Asked(model="m", settings={"a": 1}),
    answer=lambda *_: Answered(usage=Usage(tokens={Bucket.INPUT_TEXT: 1}), finish_reasons=("own",), facts={"b": 2}),
    markers=(b"own",),
)


def test_a_vendor_s_own_dialect_says_what_it_knows() -> None:
    """And Bedrock adds the tier, the time and whether it streams."""
    here = hosted(VENDOR)
    said = answer({}, COUNTED | {"Invocation-Latency": "250", "Service-Tier": "flex"}, here)
    assert (tokens(said), said.finish_reasons) == ({Bucket.INPUT_TEXT: 1}, ("own",))
    assert (said.service_tier, said.facts) == ("flex", {"b": 2, "keeptabs.server.duration": 0.25})
    path = "/model/m/invoke-with-response-stream"
    asked = here.ask(Request(method="POST", host="h", path=path))
    assert (asked.model, asked.stream, asked.settings) == ("m", True, {"a": 1})
    tier = Headers.of([("x-amzn-bedrock-service-tier", "priority")])
    assert here.ask(Request(method="POST", host="h", path="/", headers=tier)).service_tier == "priority"
    assert (here.api, here.operation, here.needs_model) == ("vendor", "chat", False)
    assert set(here.markers) == {*VENDOR.markers, *TEXT.markers}


def test_where_a_vendor_s_dialect_finds_nothing_bedrock_s_own_counts_do() -> None:
    """Claude 2 tells no usage in its body."""
    silent = msgspec.structs.replace(VENDOR, answer=lambda *_: Answered(complete=False))
    found = streamed(
        [{"completion": "a"}, {"completion": "", "stop_reason": "stop_sequence", **METRICS}], hosted(silent)
    )
    assert (tokens(found), found.finish_reasons, found.complete) == (IN_8_OUT_3, ("stop_sequence",), True)


def test_each_kind_of_model_has_its_operation() -> None:
    """Reranking has no name in the conventions yet."""
    assert [each.operation for each in (TEXT, EMBEDDINGS, IMAGES, RERANK)] == [
        "text_completion",
        "embeddings",
        "image_generation",
        "rerank",
    ]
    assert [each.estimates for each in (TEXT, EMBEDDINGS)] == [True, False]
    assert invoke.first(None, 0, 1) == 0
