"""OpenAI's usage objects, in all their spellings, as disjoint buckets."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.openai import _usage

INPUTS = [
    pytest.param({"prompt_tokens": 8, "total_tokens": 8}, {"input.text": 8}, id="embeddings"),
    pytest.param({"total_tokens": 8}, {"input.text": 8}, id="Voyage names only the total"),
    pytest.param(
        {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
        {"input.text": 19, "output.text": 10},
        id="chat without details",
    ),
    pytest.param(
        {
            "prompt_tokens": 1117,
            "completion_tokens": 46,
            "total_tokens": 1163,
            "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 30,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 4,
                "rejected_prediction_tokens": 2,
            },
        },
        {
            "input.text": 93,
            "input.audio": 0,
            "cache_read.text": 1024,
            "output.text": 16,
            "output.reasoning": 30,
            "output.audio": 0,
        },
        id="chat with cache and reasoning",
    ),
    pytest.param(
        {
            "prompt_tokens": 100,
            "completion_tokens": 60,
            "total_tokens": 160,
            "prompt_tokens_details": {"audio_tokens": 40, "text_tokens": 60, "image_tokens": 0, "cached_tokens": 30},
            "completion_tokens_details": {"audio_tokens": 45, "text_tokens": 15, "reasoning_tokens": 0},
        },
        {
            "input.text": 30,
            "input.audio": 40,
            "input.image": 0,
            "cache_read.text": 30,
            "output.text": 15,
            "output.audio": 45,
            "output.reasoning": 0,
        },
        id="chat with audio: the cached tokens are text as far as there is text",
    ),
    pytest.param(
        {"prompt_tokens": 100, "prompt_tokens_details": {"audio_tokens": 80, "cached_tokens": 50}},
        {"input.text": 0, "input.audio": 50, "cache_read.audio": 30, "cache_read.text": 20},
        id="chat with more cached tokens than text",
    ),
    pytest.param(
        {"prompt_tokens": 3000, "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 1500}},
        {"input.text": 500, "cache_read.text": 1000, "cache_write": 1500},
        id="chat with cache writes",
    ),
    pytest.param(
        {
            "input_tokens": 75,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 1186,
            "output_tokens_details": {"reasoning_tokens": 1024},
            "total_tokens": 1261,
        },
        {"input.text": 75, "cache_read.text": 0, "cache_write": 0, "output.text": 162, "output.reasoning": 1024},
        id="Responses",
    ),
    pytest.param(
        {
            "input_tokens": 5000,
            "input_tokens_details": {
                "cached_tokens": 1000,
                "cache_write_tokens": 2500,
                "cache_write_tokens_details": {"ttl_30m_tokens": 2000, "ttl_12h_tokens": 300},
            },
        },
        {
            "input.text": 1500,
            "cache_read.text": 1000,
            "cache_write": 200,
            "cache_write.30m": 2000,
            "cache_write.12h": 300,
        },
        id="Responses with cache writes by how long they are kept",
    ),
    pytest.param(
        {
            "input_tokens": 5000,
            "input_tokens_details": {
                "cached_tokens": 0,
                "cache_write_tokens": 2300,
                "cache_write_tokens_details": {"ttl_30m_tokens": 2000, "ttl_12h_tokens": 300},
            },
        },
        {"input.text": 2700, "cache_read.text": 0, "cache_write.30m": 2000, "cache_write.12h": 300},
        id="Responses with cache writes that are all told apart",
    ),
    pytest.param(
        {
            "input_tokens": 5000,
            "input_tokens_details": {"cache_write_tokens": 2500, "cache_write_tokens_details": {"ttl_12h_tokens": 300}},
        },
        {"input.text": 2500, "cache_write": 2200, "cache_write.12h": 300},
        id="cache writes of which one kind is told",
    ),
    pytest.param(
        {
            "input_tokens": 5000,
            "input_tokens_details": {"cache_write_tokens": 2500, "cache_write_tokens_details": {"ttl_30m_tokens": 300}},
        },
        {"input.text": 2500, "cache_write": 2200, "cache_write.30m": 300},
        id="cache writes of which the other kind is told",
    ),
    pytest.param(
        {"input_tokens": 9, "input_tokens_details": {"cache_write_tokens_details": {"ttl_30m_tokens": 0}}},
        {"input.text": 9, "cache_write.30m": 0},
        id="cache writes by kind without a sum",
    ),
    pytest.param(
        {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 12, "image_tokens": 4}},
        {"input.text": 0, "input.image": 0, "cache_read.image": 4, "cache_read.text": 6},
        id="more cached tokens than there are",
    ),
    pytest.param(
        {
            "input_tokens": 132,
            "input_token_details": {
                "text_tokens": 119,
                "audio_tokens": 13,
                "cached_tokens": 64,
                "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4},
            },
            "output_tokens": 121,
            "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
        },
        {
            "input.text": 59,
            "input.audio": 9,
            "cache_read.text": 60,
            "cache_read.audio": 4,
            "output.text": 30,
            "output.audio": 91,
        },
        id="details in the singular, cached tokens by modality",
    ),
    pytest.param(
        {
            "type": "tokens",
            "input_tokens": 14,
            "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
            "output_tokens": 45,
            "total_tokens": 59,
        },
        {"input.text": 0, "input.audio": 14, "output.text": 45},
        id="transcription",
    ),
    pytest.param(
        {
            "prompt_tokens": 74,
            "completion_tokens": 5,
            "total_tokens": 79,
            "prompt_cache_hit_tokens": 64,
            "prompt_cache_miss_tokens": 10,
        },
        {"input.text": 10, "cache_read.text": 64, "output.text": 5},
        id="DeepSeek",
    ),
    pytest.param(
        {"prompt_tokens": 74, "num_cached_tokens": 64}, {"input.text": 10, "cache_read.text": 64}, id="Mistral's cache"
    ),
    pytest.param(
        {"prompt_tokens": 74, "cached_tokens": 64}, {"input.text": 10, "cache_read.text": 64}, id="Moonshot, Together"
    ),
    pytest.param(
        {
            "prompt_tokens": 74,
            "prompt_tokens_details": {"cached_tokens": 3},
            "prompt_cache_hit_tokens": 64,
            "cached_tokens": 65,
        },
        {"input.text": 71, "cache_read.text": 3},
        id="OpenAI's own spelling wins",
    ),
    pytest.param(
        {"prompt_tokens": 9, "completion_tokens": 500, "total_tokens": 509, "reasoning_tokens": 300},
        {"input.text": 9, "output.text": 200, "output.reasoning": 300},
        id="Perplexity",
    ),
    pytest.param(
        {
            "prompt_tokens": 20,
            "completion_tokens": 10,
            "total_tokens": 60,
            "completion_tokens_details": {"reasoning_tokens": 30},
        },
        {"input.text": 20, "output.text": 10, "output.reasoning": 30},
        id="xAI counts reasoning beside its total",
    ),
    pytest.param(
        {
            "prompt_tokens": 20,
            "completion_tokens": 40,
            "total_tokens": 60,
            "completion_tokens_details": {"reasoning_tokens": 30},
        },
        {"input.text": 20, "output.text": 10, "output.reasoning": 30},
        id="the same in the total",
    ),
    pytest.param(
        {
            "prompt_tokens": 20,
            "completion_tokens": 10,
            "total_tokens": 30,
            "completion_tokens_details": {"reasoning_tokens": 11},
        },
        {"input.text": 20, "output.text": 0, "output.reasoning": 10},
        id="more reasoning than output: the total holds",
    ),
    pytest.param(
        {
            "prompt_tokens": 8,
            "completion_tokens": 20,
            "total_tokens": 403,
            "prompt_tokens_details": {"audio_tokens": 375, "cached_tokens": 0},
        },
        {"input.text": 8, "input.audio": 375, "cache_read.text": 0, "output.text": 20},
        id="Mistral counts audio beside its total",
    ),
    pytest.param(
        {
            "prompt_tokens": 383,
            "completion_tokens": 20,
            "total_tokens": 403,
            "prompt_tokens_details": {"audio_tokens": 375},
        },
        {"input.text": 8, "input.audio": 375, "output.text": 20},
        id="audio in the total",
    ),
    pytest.param(
        {"prompt_tokens": "19", "completion_tokens": "10"}, {"input.text": 19, "output.text": 10}, id="counts as text"
    ),
    pytest.param(
        {"prompt_tokens": 7, "input_tokens": 70, "completion_tokens": 3, "output_tokens": 30},
        {"input.text": 7, "output.text": 3},
        id="both spellings at once",
    ),
    pytest.param(
        {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": None, "completion_tokens_details": None},
        {"input.text": 7, "output.text": 3},
        id="details that are null",
    ),
    pytest.param(
        {"prompt_tokens": 7, "new_kind_of_tokens": {"any": ["thing"]}}, {"input.text": 7}, id="unknown fields"
    ),
    pytest.param({"completion_tokens": 3, "total_tokens": 10}, {"output.text": 3}, id="an output alone"),
    pytest.param({}, {}, id="nothing"),
]


def read(said: Any, rest: Bucket = Bucket.OUTPUT_TEXT) -> Usage:
    """The usage in ``said``."""
    usage, gaps = _usage.read(msgspec.Raw(json.dumps(said).encode()), output_rest=rest)
    assert usage is not None
    assert gaps == ()
    return usage


@pytest.mark.parametrize(("said", "expected"), INPUTS)
def test_a_usage_is_read_as_disjoint_buckets(said: dict[str, Any], expected: dict[str, int]) -> None:
    """Subsets are taken out of their totals, and what was not said is absent."""
    assert read(said).tokens == expected


def test_more_cached_tokens_than_text_are_shared_by_audio_and_images() -> None:
    """All text counts as cached before any other modality does, however many modalities there are."""
    details = {"cached_tokens": 90, "audio_tokens": 30, "image_tokens": 30}
    usage = read({"prompt_tokens": 100, "prompt_tokens_details": details})
    assert (usage.tokens[Bucket.CACHE_READ_TEXT], usage.tokens[Bucket.INPUT_TEXT]) == (40, 0)
    assert (usage.sum("cache_read"), usage.sum("input"), usage.input) == (90, 10, 100)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {
                "input_tokens": 50,
                "input_tokens_details": {"image_tokens": 40, "text_tokens": 10},
                "output_tokens": 272,
                "total_tokens": 322,
            },
            {"input.text": 10, "input.image": 40, "output.image": 272},
            id="without details all output is images",
        ),
        pytest.param(
            {
                "input_tokens": 50,
                "input_tokens_details": {"image_tokens": 40, "text_tokens": 10},
                "output_tokens": 272,
                "output_tokens_details": {"image_tokens": 260, "text_tokens": 12},
                "total_tokens": 322,
            },
            {"input.text": 10, "input.image": 40, "output.image": 260, "output.text": 12},
            id="with details some of it is text",
        ),
    ],
)
def test_the_rest_of_an_image_s_output_is_images(said: dict[str, Any], expected: dict[str, int]) -> None:
    """What no detail claims belongs to the kind of the endpoint."""
    found = {name: count for name, count in read(said, Bucket.OUTPUT_IMAGE).tokens.items() if count}
    assert found == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"prompt_tokens": 4, "prompt_audio_seconds": 5}, {Unit.SECONDS: Decimal(5)}),
        ({"prompt_tokens": 4, "prompt_audio_seconds": 0}, {}),
        ({"prompt_tokens": 4, "prompt_audio_seconds": None}, {}),
        ({"prompt_tokens": 4}, {}),
    ],
)
def test_seconds_of_audio_are_a_unit(said: dict[str, Any], expected: dict[Unit, Decimal]) -> None:
    """Mistral says how long the audio was, beside its tokens."""
    assert read(said).units == expected


@pytest.mark.parametrize("text", [b"", b"null"])
def test_an_absent_usage_is_none_and_no_gap(text: bytes) -> None:
    """Most chunks of a stream have none, or null."""
    assert _usage.is_absent(msgspec.Raw(text))
    assert _usage.read(msgspec.Raw(text)) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'"none"',
        b"3",
        b'{"prompt_tokens": "many"}',
        b'{"prompt_tokens": [1]}',
        b'{"prompt_tokens_details": 3}',
        b'{"prompt_tokens": 1',
        b'{"prompt_tokens": "\xff"}',
        b"\xff",
        b'{"prompt_tokens": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_usage_of_an_unknown_shape_is_a_gap(text: bytes) -> None:
    """A usage that is there and cannot be read is told, not taken for none."""
    assert _usage.read(msgspec.Raw(text)) == (None, (_usage.UNREADABLE,))


def test_the_usage_is_kept_as_the_provider_wrote_it() -> None:
    """Spaces, order and unknown fields stay, for whoever wants to check."""
    text = '{ "prompt_tokens":  7, "b": "ü", "a": 1.50 }'
    usage, _ = _usage.read(msgspec.Raw(text.encode()))
    assert usage is not None
    assert usage.raw == text


COUNTS = st.none() | st.integers(-5, 50) | st.integers()
COUNTED = st.none() | st.integers(0, 50) | st.integers(0)


def reported(counts: st.SearchStrategy[int | None]) -> st.SearchStrategy[dict[str, Any]]:
    """Usage objects with any of the fields that are read, each from ``counts``."""
    modalities = dict.fromkeys(("text_tokens", "audio_tokens", "image_tokens"), counts)
    by_ttl = st.none() | st.fixed_dictionaries({}, optional={"ttl_30m_tokens": counts, "ttl_12h_tokens": counts})
    details = st.none() | st.fixed_dictionaries(
        {},
        optional={
            **modalities,
            "cached_tokens": counts,
            "cached_tokens_details": st.none() | st.fixed_dictionaries({}, optional=modalities),
            "cache_write_tokens": counts,
            "cache_write_tokens_details": by_ttl,
            "reasoning_tokens": counts,
        },
    )
    names = (
        "prompt",
        "completion",
        "input",
        "output",
        "total",
        "prompt_cache_hit",
        "num_cached",
        "cached",
        "reasoning",
    )
    sides = ("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "input_token", "output_token")
    return st.fixed_dictionaries(
        {},
        optional={
            **{f"{name}_tokens": counts for name in (*names, "text")},
            **{f"{kind}_pixels": counts for kind in ("image", "video")},
            **{f"{side}_details": details for side in sides},
        },
    )


def told(said: dict[str, Any], *names: str) -> int | None:
    """The first of the counts that is there."""
    return next((said[name] for name in names if said.get(name) is not None), None)


@given(reported(COUNTS), st.sampled_from([Bucket.OUTPUT_TEXT, Bucket.OUTPUT_IMAGE, Bucket.OUTPUT_AUDIO]))
@example(
    {"prompt_tokens": 1, "completion_tokens": 5, "total_tokens": 3, "prompt_tokens_details": {"audio_tokens": -3}},
    Bucket.OUTPUT_TEXT,
)
@example(
    {
        "prompt_tokens": 8,
        "completion_tokens": 9,
        "total_tokens": 22,
        "prompt_tokens_details": {"audio_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 5},
    },
    Bucket.OUTPUT_TEXT,
)
def test_any_counts_sum_to_the_totals_of_the_provider(said: dict[str, Any], rest: Bucket) -> None:
    """Whatever the details say, the buckets add up to the fields, or to the total over both where that is larger."""
    usage = read(said, rest)
    given_in, given_out = told(said, "prompt_tokens", "input_tokens"), told(said, "completion_tokens", "output_tokens")
    if given_in is None and given_out is None:
        given_in = said.get("total_tokens")
    assert all(count >= 0 for count in usage.tokens.values())
    assert (usage.input is None, usage.output is None) == (given_in is None, given_out is None)
    as_fields = max(given_in or 0, 0) + max(given_out or 0, 0)
    as_total = max(said.get("total_tokens") or 0, as_fields)
    assert (usage.input or 0) + (usage.output or 0) in (as_fields, as_total)


@given(reported(COUNTED))
def test_counts_are_kept_when_they_fit(said: dict[str, Any]) -> None:
    """A cached count within its total is found again in the cache buckets, as it was said."""
    total = told(said, "prompt_tokens", "input_tokens")
    cached = said.get("cached_tokens")
    only_top = {name: said[name] for name in ("prompt_tokens", "input_tokens", "cached_tokens") if name in said}
    usage = read(only_top)
    if total is not None and cached is not None and cached <= total:
        assert usage.tokens == {Bucket.INPUT_TEXT: total - cached, Bucket.CACHE_READ_TEXT: cached}


@given(st.binary())
def test_any_bytes_are_a_usage_or_a_gap(text: bytes) -> None:
    """No bytes make an exception."""
    usage, gaps = _usage.read(msgspec.Raw(text))
    assert usage is None or gaps == ()
