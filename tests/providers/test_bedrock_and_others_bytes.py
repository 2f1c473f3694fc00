"""The dialects of Bedrock, Cohere, Ollama, watsonx.ai, Replicate and Hugging Face: no bytes harm any of them."""

import base64
import json
import struct
import zlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.wire.keep import keeper
from keeptabs.providers import aws_bedrock, cohere, hugging_face, ibm_watsonx_ai, ollama, replicate

PROVIDERS = [module.PROVIDER for module in (aws_bedrock, cohere, hugging_face, ibm_watsonx_ai, ollama, replicate)]
DIALECTS = {
    f"{provider.name} {dialect.api} {dialect.operation}": dialect
    for provider in PROVIDERS
    for dialect in provider.routes.values()
    if not dialect.ask.__module__.startswith("keeptabs.dialects.openai")
}
every_dialect = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
TYPES = st.sampled_from(
    [
        "application/json",
        "text/event-stream",
        "application/x-ndjson",
        "application/stream+json",
        "application/vnd.amazon.eventstream",
        "text/plain",
    ]
)
COUNTS = st.none() | st.integers(-1, 9) | st.floats() | st.just("7") | st.booleans()
NAMES = st.sampled_from(
    [
        *("usage", "inputTokens", "outputTokens", "input_tokens", "output_tokens", "prompt_tokens", "cacheDetails"),
        *("results", "input_token_count", "generated_token_count", "choices", "finish_reason", "stop_reason", "delta"),
        *("stopReason", "messageStop", "metadata", "message", "response", "meta", "billed_units", "tokens", "details"),
        *("done", "done_reason", "eval_count", "prompt_eval_count", "error", "errors", "status", "metrics", "trace"),
        *("amazon-bedrock-invocationMetrics", "inputTokenCount", "generation_token_count", "prompt_token_count"),
        *("completionReason", "totalOutputTextTokenCount", "model", "id", "generated_text", "type", "options"),
    ]
)
VALUES = st.recursive(
    COUNTS | st.sampled_from(["stop", "not_finished", "succeeded", "INTERVENED", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)


def written(said: list[dict[str, Any]], content_type: str) -> bytes:
    """Events as a content-type has them."""
    texts = [json.dumps(each, separators=(",", ":")).encode() for each in said]
    if content_type == "text/event-stream":
        return b"".join(b"data: " + text + b"\n\n" for text in texts)
    if content_type.endswith(("ndjson", "stream+json")):
        return b"".join(text + b"\n" for text in texts)
    if content_type.endswith("eventstream"):
        return b"".join(map(chunk, texts))
    return texts[0] if len(texts) == 1 else b"[" + b",".join(texts) + b"]"


def chunk(inner: bytes) -> bytes:
    """One message of Amazon's event stream."""
    body = b'{"bytes":"' + base64.b64encode(inner) + b'"}'
    headers = b"\x0b:event-type\x07\x00\x05chunk"
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return start + struct.pack(">I", zlib.crc32(start))


def answer(dialect: Dialect, body: bytes, content_type: str, status: int = 200) -> Answered:
    """What a dialect makes of a body."""
    headers = Headers.of([("content-type", content_type)])
    return dialect.answer(Response(status=status, headers=headers, body=body), Asked())


@every_dialect
@given(body=st.binary(max_size=60), content_type=TYPES, status=st.sampled_from([200, 201, 400, 500]))
@example(body=b'{"usage":' * 50_000, content_type="application/json", status=200)
@example(body=b"data: " + b"[" * 100_000, content_type="text/event-stream", status=200)
@example(body=b'{"a":"\xff"}', content_type="application/json", status=400)
def test_any_bytes_can_be_read(dialect: Dialect, body: bytes, content_type: str, status: int) -> None:
    """No bytes make an exception, in an answer, in a request, or in its path."""
    assert isinstance(answer(dialect, body, content_type, status), Answered)
    headers = Headers.of([("content-type", content_type), ("x-amzn-bedrock-request-metadata", "{")])
    request = Request(method="POST", host="h", path=body.decode("latin-1"), headers=headers, body=body)
    assert isinstance(dialect.ask(request), Asked)


@every_dialect
@settings(max_examples=50)
@given(
    said=st.lists(OBJECTS, min_size=1, max_size=5), content_type=TYPES, cuts=st.lists(st.integers(0, 200), max_size=4)
)
def test_a_stream_that_is_kept_in_part_says_the_same(
    dialect: Dialect, said: list[dict[str, Any]], content_type: str, cuts: list[int]
) -> None:
    """Its usage is the same whatever its events hold and however its bytes are cut; no shape makes an exception."""
    body = written(said, content_type)
    kept = keeper(200, content_type, dialect.markers)
    for start, end in pairwise(sorted([0, len(body), *(min(cut, len(body)) for cut in cuts)])):
        kept.feed(body[start:end])
    whole = answer(dialect, body, content_type)
    assert answer(dialect, kept.result(), content_type).usage == whole.usage
