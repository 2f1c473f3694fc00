"""Counting tokens uses none."""

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.bedrock.count_tokens import DIALECT


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"inputTokens": 7}', Answered(facts={"keeptabs.counted_tokens": 7}), id="a count"),
        pytest.param(b'{"inputTokens": 0}', Answered(facts={"keeptabs.counted_tokens": 0}), id="zero"),
        pytest.param(b"{}", Answered(), id="no count"),
        pytest.param(b"[", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
    ],
)
def test_a_count_is_a_fact_and_no_usage(body: bytes, expected: Answered) -> None:
    """What was counted has not been used."""
    assert DIALECT.answer(Response(status=200, body=body), Asked()) == expected


def test_a_request_says_nothing_but_its_path() -> None:
    """The body is what is counted."""
    request = Request(method="POST", host="h", path="/model/m/count-tokens", body=b'{"input": {"model": "x"}}')
    assert DIALECT.ask(request) == Asked()
    assert not DIALECT.needs_model
