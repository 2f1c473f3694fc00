"""Which models did what for one answer of a Groq system."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Headers, Response
from keeptabs.core.usage import Aside, Bucket
from keeptabs.dialects.openai import _breakdown, chat

USAGE = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}
PARTS = {
    "models": [
        {"model": "openai/gpt-oss-120b", "usage": {"prompt_tokens": 20, "completion_tokens": 4}},
        {"model": "llama-3.3-70b-versatile", "usage": {"prompt_tokens": 10, "completion_tokens": 1}},
    ]
}
SHARES = (
    Aside(model="openai/gpt-oss-120b", tokens={Bucket.INPUT_TEXT: 20, Bucket.OUTPUT_TEXT: 4}),
    Aside(model="llama-3.3-70b-versatile", tokens={Bucket.INPUT_TEXT: 10, Bucket.OUTPUT_TEXT: 1}),
)
RAN = {"executed_tools": [{"type": "search", "index": 0}]}


def answer(*events: dict[str, Any]) -> Any:
    """The usage that an answer, or a stream of more events than one, tells."""
    if len(events) == 1:
        body, kind = json.dumps(events[0]).encode(), "application/json"
    else:
        body = b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events) + b"data: [DONE]\n\n"
        kind = "text/event-stream"
    response = Response(status=200, headers=Headers.of([("content-type", kind)]), body=body)
    return chat.answer(response, Asked()).usage


WHOLE = {"model": "groq/compound", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": USAGE}
LAST = {"model": "groq/compound", "choices": [{"delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("events", "shares"),
    [
        pytest.param(({**WHOLE, "usage_breakdown": PARTS},), SHARES, id="whole"),
        pytest.param(
            (LAST, {"choices": [], "x_groq": {"usage": USAGE, "usage_breakdown": PARTS}}),
            SHARES,
            id="at the end of a stream",
        ),
        pytest.param(({**WHOLE, "usage_breakdown": None},), (), id="null"),
        pytest.param(({**WHOLE, "usage_breakdown": {"models": []}},), (), id="of nothing"),
        pytest.param(({**WHOLE, "usage_breakdown": "many"},), (), id="another shape"),
        pytest.param((WHOLE,), (), id="none"),
    ],
)
def test_a_breakdown_says_which_model_used_what(events: tuple[dict[str, Any], ...], shares: tuple[Aside, ...]) -> None:
    """The totals of the call stay what they are."""
    usage = answer(*events)
    assert usage.shares == shares
    assert (usage.input, usage.output) == (30, 5)


@pytest.mark.parametrize(
    ("message", "apart"), [(RAN, _breakdown.TOOLS), ({"executed_tools": []}, ""), ({"executed_tools": None}, "")]
)
def test_tools_that_the_host_ran_are_billed_apart(message: dict[str, Any], apart: str) -> None:
    """What they cost is not in the answer."""
    choices = [{"message": message, "finish_reason": "stop"}]
    assert answer({**WHOLE, "choices": choices, "usage_breakdown": PARTS}).apart == apart


@given(st.binary())
def test_any_bytes_are_shares_or_none(text: bytes) -> None:
    """No bytes make an exception."""
    assert isinstance(_breakdown.shares(msgspec.Raw(text)), tuple)
