"""Moderations: which model answered, and that it was one request."""

import json
from decimal import Decimal

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.openai.moderations import DIALECT

WHOLE = {
    "id": "modr-0d9740456c391e43c445bf0f010940c7",
    "model": "omni-moderation-latest",
    "results": [{"flagged": True, "categories": {"violence": True}, "category_scores": {"violence": 0.99}}],
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"model": "omni-moderation-latest", "input": "x"}', Asked(model="omni-moderation-latest")),
        (b'{"input": "x"}', Asked()),
        (b"x", Asked()),
    ],
    ids=["a model", "the default model", "no JSON"],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """The service has a default model."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == expected
    assert not DIALECT.needs_model


def test_an_answer_is_one_request() -> None:
    """There are no tokens, and no verdict is kept."""
    found = DIALECT.answer(Response(status=200, body=json.dumps(WHOLE).encode()), Asked())
    usage = Usage(units={Unit.REQUESTS: Decimal(1)})
    assert found == Answered(model="omni-moderation-latest", id="modr-0d9740456c391e43c445bf0f010940c7", usage=usage)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'{"model": 3}'])
def test_an_answer_that_cannot_be_read_is_a_gap(body: bytes) -> None:
    """It is not counted as a request that was served."""
    assert DIALECT.answer(Response(status=200, body=body), Asked()) == Answered(gaps=(reading.UNREADABLE,))
