from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from otlp_spans import span

from keeptabs.core.usage import Bucket
from keeptabs.otlp.names.gen_ai import NAMING as GEN_AI
from keeptabs.otlp.names.openinference import NAMING as OPENINFERENCE
from keeptabs.otlp.usage import usage_of

IN, OUT = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
READ, WRITE, TOTAL = (
    "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.total_tokens",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({IN: 100, READ: 80, OUT: 5}, (20, 80, None)),
        ({IN: 100, READ: 80, OUT: 5, TOTAL: 105}, (20, 80, None)),
        ({IN: 100, READ: 80, OUT: 5, TOTAL: 185}, (100, 80, None)),
        ({IN: 100, READ: 800, OUT: 5}, (100, 800, None)),
        ({IN: 100, WRITE: 50, READ: 80, OUT: 5}, (100, 80, 50)),
        ({IN: 230, WRITE: 50, READ: 80, OUT: 5}, (100, 80, 50)),
        ({IN: 100, WRITE: 20, READ: 30, OUT: 5, TOTAL: 155}, (100, 30, 20)),
        ({IN: 100, READ: 0, OUT: 5, TOTAL: 7}, (100, 0, None)),
        ({IN: 100, READ: 80, TOTAL: 180}, (100, 80, None)),
    ],
    ids=str,
)
def test_what_is_cached_stands_in_one_bucket(said: dict[str, int], expected: tuple[int | None, ...]) -> None:
    """Whether the input was told with it or without it: a total settles it, else which of them is larger."""
    usage = usage_of(span(said), GEN_AI)
    assert usage is not None
    buckets = (Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.CACHE_WRITE)
    assert tuple(usage.tokens.get(bucket) for bucket in buckets) == expected


def test_details_are_parts_of_their_totals() -> None:
    """Audio and reasoning are taken out of what they are a part of."""
    prefix = "llm.token_count"
    said = {f"{prefix}.prompt": 10, f"{prefix}.completion": 9, f"{prefix}.prompt_details.audio": 4}
    said |= {f"{prefix}.completion_details.reasoning": 5, f"{prefix}.completion_details.audio": 1}
    usage = usage_of(span(said), OPENINFERENCE)
    assert usage is not None
    assert usage.tokens == {
        Bucket.INPUT_TEXT: 6,
        Bucket.INPUT_AUDIO: 4,
        Bucket.OUTPUT_TEXT: 3,
        Bucket.OUTPUT_REASONING: 5,
        Bucket.OUTPUT_AUDIO: 1,
    }


@pytest.mark.parametrize("said", [{}, {IN: "12"}, {IN: True}, {IN: -1}, {READ: 5}, {TOTAL: 9}], ids=str)
def test_what_is_no_count_was_not_told(said: dict[str, Any]) -> None:
    """Without an input or an output there is no usage."""
    assert usage_of(span(said), GEN_AI) is None


counts = st.none() | st.integers(0, 2**63)


@given(st.fixed_dictionaries({IN: counts, OUT: counts, READ: counts, WRITE: counts, TOTAL: counts}))
def test_buckets_add_up(said: dict[str, int | None]) -> None:
    """To what was told, with what was cached or with it added; never less, and no bucket is negative."""
    usage = usage_of(span(said), GEN_AI)
    if usage is None:
        assert said[IN] is said[OUT] is None
        return
    assert usage.output == said[OUT]
    if said[IN] is not None:
        assert usage.input in (said[IN], said[IN] + (said[READ] or 0) + (said[WRITE] or 0))
    assert all(count >= 0 for count in usage.tokens.values())
