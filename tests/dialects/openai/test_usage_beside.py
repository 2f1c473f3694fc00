"""Tokens that hosts count beside their totals, and images of which only some tokens are counted."""

import json
from typing import Any

import msgspec
import pytest

from keeptabs.core.usage import Bucket
from keeptabs.dialects.openai import _usage


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {
                "prompt_tokens": 33,
                "completion_tokens": 71,
                "total_tokens": 104,
                "citation_tokens": 20,
                "reasoning_tokens": 700,
            },
            {"input.text": 33, "input.tool": 20, "output.text": 71, "output.reasoning": 700},
            id="Perplexity's deep research leaves both out of its sum",
        ),
        pytest.param(
            {"prompt_tokens": 33, "completion_tokens": 71, "total_tokens": 104, "reasoning_tokens": 70},
            {"input.text": 33, "output.text": 1, "output.reasoning": 70},
            id="without citations reasoning is a part of the output",
        ),
        pytest.param(
            {"prompt_tokens": 8, "completion_tokens": 5, "total_tokens": 713, "connector_tokens": 700},
            {"input.text": 8, "input.tool": 700, "output.text": 5},
            id="Mistral's connectors",
        ),
        pytest.param(
            {"prompt_tokens": 8, "completion_tokens": 5, "total_tokens": 13, "connector_tokens": None},
            {"input.text": 8, "output.text": 5},
            id="no connector",
        ),
        pytest.param(
            {"prompt_tokens": 20, "completion_tokens": 5, "prompt_token_details": {"cached_tokens": 4}},
            {"input.text": 16, "cache_read.text": 4, "output.text": 5},
            id="Assistants spell the details in the singular",
        ),
        pytest.param(
            {"prompt_tokens": 90, "prompt_tokens_details": {"video_tokens": 50, "cached_tokens": 60}},
            {"input.text": 0, "input.video": 30, "cache_read.video": 20, "cache_read.text": 40},
            id="video, of which a part came from cache",
        ),
    ],
)
def test_parts_beside_a_total_are_added(said: dict[str, Any], expected: dict[str, int]) -> None:
    """Every token that is billed is in one bucket."""
    usage, gaps = _usage.read(msgspec.Raw(json.dumps(said).encode()))
    assert usage is not None
    assert (dict(usage.tokens), gaps) == (expected, ())


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        pytest.param({"image_pixels": 2_000_000}, {"input.text": 10, "input.image": 90}, id="pictures"),
        pytest.param({"video_pixels": 2_000_000}, {"input.text": 10, "input.video": 90}, id="a video"),
        pytest.param({"image_pixels": 9, "video_pixels": 9}, {"input.text": 10, "input.image": 90}, id="both"),
        pytest.param({"image_pixels": 0, "video_pixels": 0}, {"input.text": 100}, id="neither"),
        pytest.param({}, {"input.text": 100}, id="no pixels are counted"),
    ],
)
def test_what_is_seen_has_the_tokens_that_texts_leave(pixels: dict[str, int], expected: dict[str, int]) -> None:
    """Voyage names those of texts, and all of them."""
    said = {"text_tokens": 10, "total_tokens": 100, **pixels}
    usage, _ = _usage.read(msgspec.Raw(json.dumps(said).encode()))
    assert usage is not None
    assert usage.tokens == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"text_tokens": 110, "total_tokens": 100}, {"input.text": 100, "input.image": 0}, id="too many"),
        pytest.param({"text_tokens": 10}, {}, id="no total"),
        pytest.param({"prompt_tokens": 100}, {"input.text": 100}, id="no texts"),
    ],
)
def test_a_total_holds_whatever_is_seen(said: dict[str, int], expected: dict[str, int]) -> None:
    """It is never more and never less."""
    usage, _ = _usage.read(msgspec.Raw(json.dumps({"image_pixels": 9, **said}).encode()))
    assert usage is not None
    assert usage.tokens == expected


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        pytest.param({"image_tokens": 1120}, {"output.text": 417, "output.image": 1120}, id="only images"),
        pytest.param({"text_tokens": 417}, {"output.text": 417, "output.image": 1120}, id="only text"),
        pytest.param({"image_tokens": 1120, "text_tokens": 417}, {"output.text": 417, "output.image": 1120}, id="both"),
        pytest.param({"image_tokens": 0}, {"output.image": 1537}, id="no images are counted"),
        pytest.param({}, {"output.image": 1537}, id="no details"),
    ],
)
def test_what_is_left_of_an_image_s_output_is_what_is_not_counted(
    details: dict[str, Any], expected: dict[str, int]
) -> None:
    """Where the images are counted the rest is text, else the rest is images."""
    said = {"completion_tokens": 1537, "completion_tokens_details": details}
    usage, _ = _usage.read(msgspec.Raw(json.dumps(said).encode()), output_rest=Bucket.OUTPUT_IMAGE)
    assert usage is not None
    assert usage.tokens == expected
