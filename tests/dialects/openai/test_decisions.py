"""Decisions: answers to questions about an input."""

import json

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai.decisions import DIALECT

WHOLE = {
    "model": "gpt-6-luna",
    "answers": [{"type": "predicate", "probability": 0.9}],
    "usage": {
        "input_tokens": 40,
        "input_tokens_details": {"cached_tokens": 16, "cache_write_tokens": 0},
        "output_tokens": 2,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 42,
    },
}


def test_a_decision_is_read_like_a_response() -> None:
    """Model and usage stand where a response has them."""
    answered = DIALECT.answer(Response(status=200, body=json.dumps(WHOLE).encode()), Asked())
    assert answered.usage is not None
    assert (answered.model, answered.usage.input, answered.usage.sum("cache_read")) == ("gpt-6-luna", 40, 16)
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=b'{"model": "gpt-6-luna", "input": "x"}'))
    assert asked == Asked(model="gpt-6-luna")
