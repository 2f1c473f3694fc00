"""What a call cost, as hosts tell it beside the tokens."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.dialects.openai import _cost, _usage


def told(text: str) -> Decimal | None:
    """The cost that a usage object tells."""
    return _cost.reported(msgspec.Raw(text.encode()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"cost": 0.0133176, "is_byok": false}', "0.0133176", id="OpenRouter"),
        pytest.param('{"cost": 3.4e-7}', "3.4E-7", id="a small amount"),
        pytest.param('{"cost":0}', "0", id="a free model"),
        pytest.param('{"cost": 0.10}', "0.10", id="as it is written"),
        pytest.param(
            '{"cost": 0.001, "is_byok": false, "cost_details": {"upstream_inference_cost": 0.001}}',
            "0.001",
            id="the maker's charge is in it where OpenRouter pays",
        ),
        pytest.param(
            '{"cost": 0.001, "is_byok": true, "cost_details": {"upstream_inference_cost": 0.02}}',
            "0.021",
            id="the maker's charge is beside it with a key of one's own",
        ),
        pytest.param('{"cost": {"input_tokens_cost": 0.1, "total_cost": 0.00614}}', "0.00614", id="Perplexity"),
        pytest.param('{"cost": {"currency": "USD", "total_cost": 1.2e-8}}', "1.2E-8", id="dollars"),
        pytest.param('{"cost_in_usd_ticks": 200000000}', "0.0200000000", id="xAI"),
        pytest.param('{"cost_in_usd_ticks": 1}', "1E-10", id="a tick"),
    ],
)
def test_a_cost_is_kept_as_it_is_written(text: str, expected: str) -> None:
    """No binary fraction comes between the wire and the sum."""
    found = told(text)
    assert found is not None
    assert (found, str(found)) == (Decimal(expected), expected)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing"),
        pytest.param('{"prompt_tokens": 3}', id="tokens alone"),
        pytest.param('{"cost": null}', id="null"),
        pytest.param('{"cost_in_usd_ticks": 0}', id="xAI's models on Azure"),
        pytest.param('{"cost": 0.001, "is_byok": true}', id="the fee alone with a key of one's own"),
        pytest.param('{"cost": 0, "is_byok": true, "cost_details": {"upstream_inference_cost": null}}', id="no charge"),
        pytest.param('{"cost": {"currency": "EUR", "total_cost": 1}}', id="another currency"),
        pytest.param('{"cost": {}}', id="parts without a total"),
        pytest.param(
            '{"cost": {"input_tokens_cost": 0.0, "output_tokens_cost": 0.0, "total_cost": 0.0}}',
            id="the zeros of a chunk that is not Perplexity's last",
        ),
        pytest.param('{"cost": {"currency": "USD", "total_cost": 0e-9}}', id="a total of 0 however it is written"),
        pytest.param('{"cost": -1}', id="less than nothing"),
        pytest.param('{"cost": "NaN"}', id="no number"),
        pytest.param('{"cost": "Infinity"}', id="no end"),
        pytest.param('{"cost": 1e30}', id="more than there is"),
        pytest.param('{"cost": 1e-999999}', id="a million digits"),
        pytest.param('{"cost": "free"}', id="a word"),
        pytest.param('{"cost": [1]}', id="a list"),
    ],
)
def test_what_is_no_cost_is_not_told(text: str) -> None:
    """A price from the book is better than an amount that is none."""
    assert told(text) is None


def test_nothing_costs_nothing_however_it_is_written() -> None:
    """A zero with a huge exponent is the plain one."""
    assert str(told('{"cost": 0e-999999}')) == "0"


def test_the_cost_stands_beside_the_tokens() -> None:
    """One usage holds both."""
    usage, gaps = _usage.read(msgspec.Raw(b'{"prompt_tokens": 3, "total_tokens": 3, "cost": 0.5}'))
    assert usage is not None
    assert (usage.input, usage.reported_usd, gaps) == (3, Decimal("0.5"), ())


VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5)
PARTS = st.dictionaries(st.sampled_from(["total_cost", "upstream_inference_cost", "currency"]), VALUES)
NAMES = st.sampled_from(["cost", "is_byok", "cost_details", "cost_in_usd_ticks"])


@given(st.dictionaries(NAMES, VALUES | PARTS))
@example({"cost": 1, "is_byok": True, "cost_details": {"upstream_inference_cost": "NaN"}})
def test_any_values_are_an_amount_or_none(said: dict[str, Any]) -> None:
    """What comes out can be added up and shown."""
    found = told(json.dumps(said))
    assert found is None or (found.is_finite() and found >= 0 and len(f"{found:f}") < 100)
