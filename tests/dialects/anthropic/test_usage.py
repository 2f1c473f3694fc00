"""Anthropic's usage: totals that hold, caches by how long they keep, and what is in no total."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Aside, Bucket, Unit
from keeptabs.dialects.anthropic import _usage


def raw(said: Any) -> msgspec.Raw:
    """A usage as a decoder leaves it."""
    return msgspec.Raw(json.dumps(said).encode())


def tokens(**said: Any) -> dict[Bucket, int]:
    """The buckets of a usage."""
    told = _usage.read([raw(said)])
    return dict(told.usage.tokens) if told.usage else {}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"input_tokens": 3, "output_tokens": 5}, {Bucket.INPUT_TEXT: 3, Bucket.OUTPUT_TEXT: 5}, id="the two totals"
        ),
        pytest.param(
            {"input_tokens": 3, "cache_read_input_tokens": 0}, {Bucket.INPUT_TEXT: 3, Bucket.CACHE_READ_TEXT: 0}, id="0"
        ),
        pytest.param(
            {"input_tokens": 100, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 300},
            {Bucket.INPUT_TEXT: 100, Bucket.CACHE_READ_TEXT: 1000, Bucket.CACHE_WRITE: 300},
            id="what was read and written stands beside the input",
        ),
        pytest.param(
            {
                "cache_creation_input_tokens": 300,
                "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
            },
            {Bucket.CACHE_WRITE_5M: 100, Bucket.CACHE_WRITE_1H: 200},
            id="for five minutes and for an hour",
        ),
        pytest.param(
            {"cache_creation_input_tokens": 300, "cache_creation": {"ephemeral_1h_input_tokens": 200}},
            {Bucket.CACHE_WRITE_1H: 200, Bucket.CACHE_WRITE: 100},
            id="a part of which nothing is said",
        ),
        pytest.param(
            {"cache_creation_input_tokens": 100, "cache_creation": {"ephemeral_5m_input_tokens": 300}},
            {Bucket.CACHE_WRITE_5M: 100},
            id="parts over their total",
        ),
        pytest.param(
            {"cache_creation": {"ephemeral_5m_input_tokens": 7}}, {Bucket.CACHE_WRITE_5M: 7}, id="parts alone"
        ),
        pytest.param(
            {"output_tokens": 50, "output_tokens_details": {"thinking_tokens": 20}},
            {Bucket.OUTPUT_TEXT: 30, Bucket.OUTPUT_REASONING: 20},
            id="thoughts are a part of the output",
        ),
        pytest.param(
            {
                "input_tokens": 10,
                "output_tokens": 5,
                "iterations": [
                    {"type": "compaction", "input_tokens": 9000, "cache_read_input_tokens": 50, "output_tokens": 80},
                    {"type": "message", "input_tokens": 10, "output_tokens": 5},
                ],
            },
            {Bucket.INPUT_TEXT: 9010, Bucket.CACHE_READ_TEXT: 50, Bucket.OUTPUT_TEXT: 85},
            id="a compaction is billed beside the totals",
        ),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_buckets_are_disjoint(said: dict[str, Any], expected: dict[Bucket, int]) -> None:
    """What is absent was not said, and what is 0 was."""
    assert tokens(**said) == expected


def test_searches_are_counted_and_what_else_was_said_is_a_fact() -> None:
    """Pages that were fetched cost nothing of their own."""
    told = _usage.read(
        [
            raw(
                {
                    "output_tokens": 1,
                    "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 3},
                    "service_tier": "priority",
                    "speed": "fast",
                    "inference_geo": "us",
                }
            )
        ]
    )
    assert told.usage is not None
    assert told.usage.units == {Unit.WEB_SEARCHES: 2}
    assert told.service_tier == "priority"
    assert told.facts == {
        "keeptabs.speed": "fast",
        "keeptabs.inference_geo": "us",
        "keeptabs.hosted_tools.web_fetches": 3,
    }


def test_a_place_that_is_not_available_is_none() -> None:
    """The word says that there is nothing to say."""
    assert _usage.read([raw({"inference_geo": "not_available", "output_tokens": 1})]).facts == {}


ADVISOR = {"type": "advisor_message", "model": "claude-opus-4-8", "input_tokens": 2500, "output_tokens": 20}


@pytest.mark.parametrize(
    ("iteration", "expected"),
    [
        pytest.param(
            ADVISOR,
            (Aside(model="claude-opus-4-8", tokens={Bucket.INPUT_TEXT: 2500, Bucket.OUTPUT_TEXT: 20}),),
            id="an advisor",
        ),
        pytest.param({**ADVISOR, "model": "m"}, (), id="the model that answered"),
        pytest.param({**ADVISOR, "input_tokens": 0, "output_tokens": 0}, (), id="one that did nothing"),
        pytest.param({"type": "message", "input_tokens": 1}, (), id="no model"),
    ],
)
def test_what_another_model_did_stands_aside(iteration: dict[str, Any], expected: tuple[Aside, ...]) -> None:
    """It has rates of its own, and is in no total."""
    told = _usage.read([raw({"input_tokens": 1, "output_tokens": 1, "iterations": [iteration]})], "m")
    assert told.usage is not None
    assert told.usage.asides == expected
    assert told.usage.tokens == {Bucket.INPUT_TEXT: 1, Bucket.OUTPUT_TEXT: 1}


def test_the_last_value_of_each_field_holds() -> None:
    """A field that is null or absent at the end stays as it was."""
    told = _usage.read([raw({"input_tokens": 5, "output_tokens": 1}), raw({"input_tokens": None, "output_tokens": 9})])
    assert told.usage is not None
    assert told.usage.tokens == {Bucket.INPUT_TEXT: 5, Bucket.OUTPUT_TEXT: 9}
    assert json.loads(told.usage.raw or "") == {"input_tokens": 5, "output_tokens": 9}


@pytest.mark.parametrize("said", [b'"text"', b"[1]", b'{"input_tokens": "many"}'])
def test_another_shape_is_a_gap(said: bytes) -> None:
    """No count is made up for it."""
    assert _usage.read([msgspec.Raw(said)]) == _usage.Told(gaps=(_usage.UNREADABLE,))


@pytest.mark.parametrize("said", [b"", b"null"])
def test_no_usage_is_no_gap(said: bytes) -> None:
    """Some answers have none."""
    assert _usage.read([msgspec.Raw(said)]) == _usage.Told()


def test_what_a_broken_stream_wrote_is_not_known() -> None:
    """Its input stays."""
    usage = _usage.read([raw({"input_tokens": 5, "output_tokens": 1})]).usage
    kept = _usage.so_far(usage)
    assert kept is not None
    assert kept.tokens == {Bucket.INPUT_TEXT: 5}
    assert _usage.so_far(None) is None


COUNTS = st.none() | st.integers(0, 10**9)


@given(
    fresh=st.integers(0, 10**9), read=COUNTS, written=st.integers(0, 10**9), five=COUNTS, hour=COUNTS, thought=COUNTS
)
def test_buckets_add_up_to_the_totals(
    fresh: int, read: int | None, written: int, five: int | None, hour: int | None, thought: int | None
) -> None:
    """Whatever the parts are, the totals are what is billed."""
    found = _usage.read(
        [
            raw(
                {
                    "input_tokens": fresh,
                    "cache_read_input_tokens": read,
                    "cache_creation_input_tokens": written,
                    "cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour},
                    "output_tokens": 77,
                    "output_tokens_details": {"thinking_tokens": thought},
                }
            )
        ]
    ).usage
    assert found is not None
    assert found.input == fresh + (read or 0) + written
    assert found.output == 77
