"""Counting tokens: a fact, and nothing that was used."""

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.anthropic.count_tokens import DIALECT


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(200, b'{"input_tokens": 51}', Answered(facts={"keeptabs.counted_tokens": 51}), id="a count"),
        pytest.param(200, b"{}", Answered(), id="no count"),
        pytest.param(200, b"x", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
        pytest.param(
            404,
            b'{"error": {"type": "not_found_error"}}',
            Answered(error=ProviderError(type="not_found_error")),
            id="404",
        ),
    ],
)
def test_a_count_is_no_usage(status: int, body: bytes, expected: Answered) -> None:
    """No token was used, so none is billed."""
    assert DIALECT.answer(Response(status=status, body=body), Asked()) == expected
    assert not DIALECT.estimates


def test_the_model_is_the_request_s() -> None:
    """It is asked for like a message."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=b'{"model": "m"}')) == Asked(model="m")
