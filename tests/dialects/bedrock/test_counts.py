"""Counts as buckets: of the body, and of the headers where the body says nothing."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Response
from keeptabs.core.usage import Bucket
from keeptabs.dialects.bedrock._counts import Counts
from keeptabs.dialects.bedrock.invoke import TEXT

IN_8_OUT_3 = {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3}
COUNTED = {"Input-Token-Count": "8", "Output-Token-Count": "3"}


def answer(said: Any, headers: dict[str, str] | None = None) -> Answered:
    """What a whole body says."""
    pairs = [(f"X-Amzn-Bedrock-{name}", value) for name, value in (headers or {}).items()]
    body = json.dumps(said).encode()
    return TEXT.answer(Response(status=200, headers=Headers.of(pairs), body=body), Asked())


def tokens(found: Answered) -> dict[Bucket, int] | None:
    """The tokens of an answer."""
    return None if found.usage is None else dict(found.usage.tokens)


@pytest.mark.parametrize(
    ("usage", "headers", "expected"),
    [
        pytest.param({"inputTokens": 5}, COUNTED, {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 3}, id="a part"),
        pytest.param(
            {"inputTokens": 5, "outputTokens": 0}, COUNTED, {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 0}, id="0"
        ),
        pytest.param(
            {},
            COUNTED | {"Cache-Read-Input-Token-Count": "0", "Cache-Write-Input-Token-Count": "90"},
            IN_8_OUT_3 | {Bucket.CACHE_READ_TEXT: 0, Bucket.CACHE_WRITE: 90},
            id="the cache",
        ),
        pytest.param({}, {"Input-Token-Count": "many"}, None, id="no number"),
        pytest.param(
            {"inputTokens": 1, "cacheReadInputTokenCount": 2, "cacheWriteInputTokenCount": 3},
            {},
            {Bucket.INPUT_TEXT: 1, Bucket.CACHE_READ_TEXT: 2, Bucket.CACHE_WRITE: 3},
            id="the cache of Nova",
        ),
        pytest.param(
            {
                "input_tokens": 1,
                "cache_creation_input_tokens": 30,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
            },
            {},
            {Bucket.INPUT_TEXT: 1, Bucket.CACHE_WRITE_5M: 10, Bucket.CACHE_WRITE_1H: 20},
            id="the cache of Claude",
        ),
        pytest.param(
            {"prompt_tokens": 8, "prompt_tokens_details": {"cached_tokens": 6}},
            {},
            {Bucket.INPUT_TEXT: 2, Bucket.CACHE_READ_TEXT: 6},
            id="a cache that is a part of the prompt",
        ),
        pytest.param({"inputTokens": "8", "outputTokens": True}, {}, None, id="texts and truths"),
        pytest.param({"inputTokens": 8.5, "outputTokens": 1e300}, {}, None, id="no whole numbers"),
    ],
)
def test_body_and_headers_are_one_usage(
    usage: dict[str, Any], headers: dict[str, str], expected: dict[Bucket, int] | None
) -> None:
    """What the body says counts, and the headers where it says nothing."""
    found = answer({"usage": usage}, headers)
    assert tokens(found) == expected
    if found.usage is not None:
        assert json.loads(found.usage.raw or "{}") == usage


def test_newer_counts_go_over_older_ones() -> None:
    """A count that was not said again stays."""
    older = Counts(input=1, output=2, by_ttl={"5m": 3})
    assert Counts(output=0).over(older) == Counts(input=1, output=0, by_ttl={"5m": 3})
    assert Counts().over(older) == older
    assert Counts().usage(b"{}") is None
