"""What a usage object counts beside tokens."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.usage import Unit
from keeptabs.dialects.openai import _units


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"prompt_audio_seconds": 3}, {Unit.SECONDS: 3}, id="Mistral's sound"),
        pytest.param({"num_search_queries": 18}, {Unit.WEB_SEARCHES: 18}, id="Perplexity's searches"),
        pytest.param({"server_tool_use_details": {"web_search_requests": 2}}, {Unit.WEB_SEARCHES: 2}, id="OpenRouter"),
        pytest.param({"server_side_tool_usage_details": {"web_search_calls": 2}}, {Unit.WEB_SEARCHES: 2}, id="xAI"),
        pytest.param({"connectors": {"web_search": 1}}, {Unit.WEB_SEARCHES: 1}, id="Mistral's connectors"),
        pytest.param({"search_units": 1}, {Unit.RERANK_SEARCHES: 1}, id="reranking"),
        pytest.param({"image_pixels": 200, "video_pixels": 50}, {Unit.PIXELS: 250}, id="Voyage's pictures and videos"),
        pytest.param({"image_pixels": 200, "video_pixels": -50}, {Unit.PIXELS: 200}, id="less than no pixels"),
        pytest.param({"image_pixels": 0, "video_pixels": 0}, {}, id="nothing that is seen"),
        pytest.param({"server_side_tool_usage_details": {"x_search_calls": 2}}, {}, id="another search"),
        pytest.param({"prompt_audio_seconds": 0, "search_units": 0, "num_search_queries": 0}, {}, id="zeros"),
        pytest.param({"prompt_audio_seconds": None, "connectors": None}, {}, id="nulls"),
        pytest.param({"search_units": -1}, {}, id="less than nothing"),
        pytest.param({"prompt_tokens": 7}, {}, id="tokens"),
        pytest.param({"connectors": ["web_search"]}, {}, id="another shape"),
    ],
)
def test_units_are_read_in_every_spelling(said: dict[str, Any], expected: dict[Unit, int]) -> None:
    """What was not used is no unit."""
    found = _units.read(msgspec.Raw(json.dumps(said).encode()))
    assert found == {unit: Decimal(count) for unit, count in expected.items()}


@given(st.binary())
def test_any_bytes_are_units_or_none(text: bytes) -> None:
    """No bytes make an exception."""
    assert isinstance(_units.read(msgspec.Raw(text)), dict)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("3.7", "3.7"),
        ("8.470000267028809", "8.470000267028809"),
        ("0", "0"),
        ("0e-999999", "0"),
        ("123456789012", "123456789012"),
        ("-1", None),
        ("NaN", None),
        ("sNaN", None),
        ("Infinity", None),
        ("1e12", None),
        ("1e-41", None),
        (None, None),
    ],
)
def test_an_amount_is_a_number_of_a_sane_size(told: str | None, expected: str | None) -> None:
    """Anything else could be neither added up nor shown."""
    found = _units.amount(None if told is None else Decimal(told))
    assert (None if found is None else str(found)) == expected
