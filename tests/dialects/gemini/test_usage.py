"""``usageMetadata``: disjoint buckets that add up to the provider's totals."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket
from keeptabs.dialects.gemini import _usage


def raw(said: Any) -> msgspec.Raw:
    """A usage as a decoder leaves it."""
    return msgspec.Raw(json.dumps(said).encode())


def parts(**tokens: int) -> list[dict[str, Any]]:
    """Tokens by modality."""
    return [{"modality": modality, "tokenCount": count} for modality, count in tokens.items()]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 9, "totalTokenCount": 16},
            {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 2, Bucket.OUTPUT_REASONING: 9},
            id="thoughts stand beside the answer",
        ),
        pytest.param(
            {"promptTokenCount": 5, "toolUsePromptTokenCount": 80, "candidatesTokenCount": 2, "totalTokenCount": 87},
            {Bucket.INPUT_TEXT: 5, Bucket.INPUT_TOOL: 80, Bucket.OUTPUT_TEXT: 2},
            id="what a tool put in stands beside the prompt",
        ),
        pytest.param(
            {"promptTokenCount": 90, "cachedContentTokenCount": 70},
            {Bucket.INPUT_TEXT: 20, Bucket.CACHE_READ_TEXT: 70},
            id="what came from a cache is part of the prompt",
        ),
        pytest.param(
            {"promptTokenCount": 400, "promptTokensDetails": parts(TEXT=10, DOCUMENT=90, AUDIO=100, IMAGE=200)},
            {Bucket.INPUT_TEXT: 100, Bucket.INPUT_AUDIO: 100, Bucket.INPUT_IMAGE: 200},
            id="documents count as text",
        ),
        pytest.param(
            {
                "promptTokenCount": 3362,
                "cachedContentTokenCount": 2993,
                "promptTokensDetails": parts(VIDEO=3354, TEXT=8),
                "cacheTokensDetails": parts(VIDEO=2986, TEXT=7),
            },
            {
                Bucket.INPUT_TEXT: 1,
                Bucket.INPUT_VIDEO: 368,
                Bucket.CACHE_READ_TEXT: 7,
                Bucket.CACHE_READ_VIDEO: 2986,
            },
            id="modalities include what was cached of them",
        ),
        pytest.param(
            {"promptTokenCount": 100, "cachedContentTokenCount": 90, "promptTokensDetails": parts(VIDEO=100)},
            {Bucket.INPUT_TEXT: 0, Bucket.INPUT_VIDEO: 10, Bucket.CACHE_READ_TEXT: 90},
            id="a cache without modalities holds",
        ),
        pytest.param(
            {"candidatesTokenCount": 1336, "candidatesTokensDetails": parts(IMAGE=1290)},
            {Bucket.OUTPUT_TEXT: 46, Bucket.OUTPUT_IMAGE: 1290},
            id="an image and text",
        ),
        pytest.param(
            {"candidatesTokenCount": 111, "candidatesTokensDetails": parts(AUDIO=111)},
            {Bucket.OUTPUT_TEXT: 0, Bucket.OUTPUT_AUDIO: 111},
            id="speech",
        ),
        pytest.param(
            {"promptTokenCount": 440, "thoughtsTokenCount": 27, "toolUsePromptTokenCount": 86, "totalTokenCount": 553},
            {Bucket.INPUT_TEXT: 440, Bucket.INPUT_TOOL: 86, Bucket.OUTPUT_TEXT: 0, Bucket.OUTPUT_REASONING: 27},
            id="what is 0 is left out",
        ),
        pytest.param({"promptTokenCount": 7}, {Bucket.INPUT_TEXT: 7}, id="no total"),
        pytest.param(
            {"promptTokenCount": 8, "promptTokenDetails": parts(IMAGE=6, TEXT=2)},
            {Bucket.INPUT_TEXT: 2, Bucket.INPUT_IMAGE: 6},
            id="embeddings spell it so",
        ),
        pytest.param(
            {"promptTokenCount": 5, "promptTokensDetails": [{"modality": "AUDIO"}]},
            {Bucket.INPUT_TEXT: 5, Bucket.INPUT_AUDIO: 0},
            id="a part without a count is none",
        ),
    ],
)
def test_buckets_are_disjoint(said: dict[str, Any], expected: dict[Bucket, int]) -> None:
    """Every token stands in one of them."""
    told = _usage.read([raw(said)])
    assert told.usage is not None
    assert told.usage.tokens == expected
    assert told.usage.raw == json.dumps(said)


def test_the_last_that_counts_holds() -> None:
    """On Vertex AI most events tell no more than the kind of traffic."""
    traffic = {"trafficType": "ON_DEMAND"}
    told = _usage.read([raw(traffic), raw({"promptTokenCount": 7}), raw(traffic)])
    assert told.usage is not None
    assert told.usage.tokens == {Bucket.INPUT_TEXT: 7}
    assert told.service_tier == "standard"
    assert _usage.read([raw(traffic)]).usage is None


def test_of_a_stream_that_goes_on_the_total_does_not_tell_the_answer() -> None:
    """It is the total so far."""
    told = _usage.read([raw({"promptTokenCount": 7, "totalTokenCount": 7})], complete=False)
    assert told.usage is not None
    assert told.usage.tokens == {Bucket.INPUT_TEXT: 7}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"trafficType": "ON_DEMAND"}, "standard"),
        ({"trafficType": "ON_DEMAND_PRIORITY"}, "priority"),
        ({"trafficType": "ON_DEMAND_FLEX"}, "flex"),
        ({"trafficType": "PROVISIONED_THROUGHPUT"}, "provisioned_throughput"),
        ({"serviceTier": "priority"}, "priority"),
        ({"serviceTier": "flex", "trafficType": "ON_DEMAND"}, "flex"),
        ({}, None),
    ],
)
def test_traffic_is_told_as_a_tier(said: dict[str, str], expected: str | None) -> None:
    """One vocabulary for both APIs."""
    assert _usage.read([raw(said)]).service_tier == expected


def test_another_shape_is_a_gap() -> None:
    """What can be read stays."""
    told = _usage.read([raw({"promptTokenCount": 7}), raw([7])])
    assert told.gaps == (_usage.UNREADABLE,)
    assert told.usage is not None
    assert _usage.read([msgspec.Raw(), msgspec.Raw(b"null")]) == _usage.Told()


COUNT = st.none() | st.integers(0, 10**6)
PARTS = st.none() | st.lists(
    st.fixed_dictionaries(
        {"modality": st.sampled_from(["TEXT", "AUDIO", "IMAGE", "VIDEO", "DOCUMENT"]), "tokenCount": COUNT}
    ),
    max_size=4,
)


@given(
    prompt=st.integers(0, 10**6),
    cached=COUNT,
    tool=COUNT,
    answer=COUNT,
    thoughts=COUNT,
    details=st.tuples(*[PARTS] * 3),
)
def test_the_buckets_add_up_to_the_total(
    prompt: int,
    cached: int | None,
    tool: int | None,
    answer: int | None,
    thoughts: int | None,
    details: tuple[Any, ...],
) -> None:
    """Whatever the parts are, Google's own sum holds."""
    total = prompt + (tool or 0) + (answer or 0) + (thoughts or 0)
    said = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": cached,
        "toolUsePromptTokenCount": tool,
        "candidatesTokenCount": answer,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": total,
        "promptTokensDetails": details[0],
        "cacheTokensDetails": details[1],
        "candidatesTokensDetails": details[2],
    }
    usage = _usage.read([raw(said)]).usage
    assert usage is not None
    assert usage.input == prompt + (tool or 0)
    assert usage.output == (answer or 0) + (thoughts or 0)
    assert min(usage.tokens.values()) >= 0
