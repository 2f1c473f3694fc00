from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket
from keeptabs.reconcile._openai_usage import Row, _used

DAY = date(2026, 11, 1)
FIELDS = [name for name in Row.__struct_fields__ if name.startswith(("input_", "output_")) and name != "input_tokens"]


@pytest.mark.parametrize(
    ("row", "tokens"),
    [
        (Row(), {}),
        (Row(input_tokens=9), {Bucket.INPUT_TEXT: 9}),
        (
            Row(input_tokens=1_000, input_cached_tokens=300, output_tokens=50),
            {Bucket.INPUT_TEXT: 700, Bucket.CACHE_READ_TEXT: 300, Bucket.OUTPUT_TEXT: 50},
        ),
        (
            Row(
                input_tokens=1_000,
                input_cached_tokens=300,
                input_cached_text_tokens=100,
                input_cached_audio_tokens=150,
                input_cached_image_tokens=50,
                input_audio_tokens=40,
                input_image_tokens=60,
                output_tokens=100,
                output_audio_tokens=30,
                output_image_tokens=20,
            ),
            {
                Bucket.INPUT_TEXT: 600,
                Bucket.INPUT_AUDIO: 40,
                Bucket.INPUT_IMAGE: 60,
                Bucket.CACHE_READ_TEXT: 100,
                Bucket.CACHE_READ_AUDIO: 150,
                Bucket.CACHE_READ_IMAGE: 50,
                Bucket.OUTPUT_TEXT: 50,
                Bucket.OUTPUT_AUDIO: 30,
                Bucket.OUTPUT_IMAGE: 20,
            },
        ),
        (
            Row(input_tokens=100, input_cached_tokens=30, input_cached_audio_tokens=10),
            {Bucket.INPUT_TEXT: 70, Bucket.CACHE_READ_TEXT: 20, Bucket.CACHE_READ_AUDIO: 10},
        ),
        (Row(input_tokens=100, input_cache_write_tokens=25), {Bucket.INPUT_TEXT: 75, Bucket.CACHE_WRITE: 25}),
        (
            Row(input_tokens=100, input_cache_write_tokens=25, input_cache_write_30m_tokens=20),
            {Bucket.INPUT_TEXT: 75, Bucket.CACHE_WRITE_30M: 20, Bucket.CACHE_WRITE: 5},
        ),
        (
            Row(
                input_tokens=100,
                input_cache_write_tokens=25,
                input_cache_write_30m_tokens=20,
                input_cache_write_12h_tokens=5,
            ),
            {Bucket.INPUT_TEXT: 75, Bucket.CACHE_WRITE_30M: 20, Bucket.CACHE_WRITE_12H: 5},
        ),
        (Row(input_tokens=10, input_cached_tokens=12), {Bucket.INPUT_TEXT: 0, Bucket.CACHE_READ_TEXT: 10}),
    ],
    ids=[
        "nothing",
        "total",
        "cached",
        "modalities",
        "cached text is the rest",
        "writes",
        "half an hour",
        "both",
        "more than all",
    ],
)
def test_totals_are_taken_apart(row: Row, tokens: dict[Bucket, int]) -> None:
    """What came from a cache, what went to one and each modality are parts of the totals."""
    assert _used("completions", DAY, row).usage.tokens == tokens


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 10**9) | st.none()),
)
def test_buckets_add_up_to_the_totals(entered: int, left: int, parts: dict[str, int | None]) -> None:
    """Whatever the parts say, no token is lost and none is counted twice."""
    usage = _used("completions", DAY, Row(**{**parts, "input_tokens": entered, "output_tokens": left})).usage
    assert (usage.input, usage.output) == (entered, left)
    assert all(count >= 0 for count in usage.tokens.values())


@pytest.mark.parametrize(
    ("name", "tier", "batch", "expected"),
    [
        ("completions", "flex", False, ("flex", False, 5)),
        ("completions", "default", None, ("default", False, 5)),
        ("completions", "batch", None, (None, True, 5)),
        ("completions", None, True, (None, True, 5)),
        ("web_search_calls", None, None, (None, False, None)),
    ],
)
def test_batches_are_no_tier_and_searches_no_requests(
    name: str, tier: str | None, batch: bool | None, expected: tuple[str | None, bool, int | None]
) -> None:
    """The requests of a search report stand under completions already."""
    used = _used(name, DAY, Row(service_tier=tier, batch=batch, num_model_requests=5))
    assert (used.tier, used.batch, used.requests) == expected
