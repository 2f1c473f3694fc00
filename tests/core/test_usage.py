"""Disjoint buckets: what they sum to, and how a provider's overlapping counts become disjoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket, Usage, split

COUNTS = st.integers(-(10**6), 10**12)
PARTS = st.dictionaries(
    st.sampled_from([bucket for bucket in Bucket if bucket is not Bucket.INPUT_TEXT]), st.none() | COUNTS
)


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [
        (Bucket.INPUT_TEXT, False),
        (Bucket.CACHE_READ_TEXT, False),
        (Bucket.CACHE_WRITE_1H, False),
        (Bucket.OUTPUT_TEXT, True),
        (Bucket.OUTPUT_REASONING, True),
    ],
)
def test_only_output_buckets_count_as_output(bucket: Bucket, expected: bool) -> None:
    """What was read from or written to a cache is input."""
    assert bucket.is_output is expected


def test_totals_include_cache_and_reasoning() -> None:
    """Input includes both sides of the cache, output includes reasoning, as OpenTelemetry has it."""
    tokens = {
        Bucket.INPUT_TEXT: 10,
        Bucket.CACHE_READ_TEXT: 200,
        Bucket.CACHE_WRITE: 3000,
        Bucket.OUTPUT_TEXT: 5,
        Bucket.OUTPUT_REASONING: 60,
    }
    usage = Usage(tokens=tokens)
    assert (usage.input, usage.output) == (3210, 65)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        pytest.param({}, (None, None), id="nothing said"),
        pytest.param({Bucket.INPUT_TEXT: 0}, (0, None), id="zero input said"),
        pytest.param({Bucket.OUTPUT_TEXT: 0}, (None, 0), id="zero output said"),
    ],
)
def test_a_total_that_was_not_said_is_not_zero(
    tokens: dict[Bucket, int], expected: tuple[int | None, int | None]
) -> None:
    """None means unknown and 0 means that the provider said 0."""
    usage = Usage(tokens=tokens)
    assert (usage.input, usage.output) == expected


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        (("cache_read",), 30),
        (("cache_write",), 600),
        (("cache_write.",), 500),
        (("input", "cache"), 631),
        (("output.audio",), None),
        ((), None),
    ],
)
def test_a_sum_takes_the_buckets_by_the_start_of_their_names(prefixes: tuple[str, ...], expected: int | None) -> None:
    """Buckets that share a start are added up, and none of them is None."""
    tokens = {
        Bucket.INPUT_TEXT: 1,
        Bucket.CACHE_READ_TEXT: 10,
        Bucket.CACHE_READ_AUDIO: 20,
        Bucket.CACHE_WRITE: 100,
        Bucket.CACHE_WRITE_5M: 500,
        Bucket.OUTPUT_TEXT: 7,
    }
    assert Usage(tokens=tokens).sum(*prefixes) == expected


@pytest.mark.parametrize(
    ("total", "parts", "expected"),
    [
        pytest.param(100, {}, {"input.text": 100}, id="no parts"),
        pytest.param(100, {"input.audio": None}, {"input.text": 100}, id="a part not said stays absent"),
        pytest.param(100, {"input.audio": 0}, {"input.text": 100, "input.audio": 0}, id="a zero part stays"),
        pytest.param(
            100,
            {"input.audio": 40, "cache_read.text": 25},
            {"input.text": 35, "input.audio": 40, "cache_read.text": 25},
            id="the rest is what is left",
        ),
        pytest.param(
            100,
            {"input.audio": 70, "cache_read.text": 50},
            {"input.text": 0, "input.audio": 70, "cache_read.text": 30},
            id="parts over the total are cut in order",
        ),
        pytest.param(10, {"input.audio": -3}, {"input.text": 10, "input.audio": 0}, id="a negative part is none"),
        pytest.param(-1, {"input.audio": 4}, {"input.text": 0, "input.audio": 0}, id="a negative total is none"),
    ],
)
def test_a_total_is_split_into_its_parts_and_a_rest(
    total: int, parts: dict[str, int | None], expected: dict[str, int]
) -> None:
    """The total holds, whatever the parts say."""
    assert split(total, Bucket.INPUT_TEXT, {Bucket(name): n for name, n in parts.items()}) == expected


@given(COUNTS, PARTS)
def test_a_split_sums_to_the_total_and_is_never_negative(total: int, parts: dict[Bucket, int | None]) -> None:
    """No token is lost, doubled or owed."""
    buckets = split(total, Bucket.INPUT_TEXT, parts)
    assert sum(buckets.values()) == max(total, 0)
    assert min(buckets.values()) >= 0
    assert set(buckets) == {Bucket.INPUT_TEXT} | {bucket for bucket, count in parts.items() if count is not None}
