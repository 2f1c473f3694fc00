"""Counting tokens: a fact, and nothing that was used."""

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.gemini.count_tokens import DIALECT


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(200, b'{"totalTokens": 12}', Answered(facts={"keeptabs.counted_tokens": 12}), id="a count"),
        pytest.param(200, b"{}", Answered(), id="no count"),
        pytest.param(200, b"x", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
        pytest.param(
            404, b'{"error": {"status": "NOT_FOUND"}}', Answered(error=ProviderError(code="NOT_FOUND")), id="404"
        ),
    ],
)
def test_a_count_is_no_usage(status: int, body: bytes, expected: Answered) -> None:
    """No token was used, so none is billed."""
    assert DIALECT.answer(Response(status=status, body=body), Asked()) == expected
    assert not DIALECT.estimates
