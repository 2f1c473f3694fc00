"""Counting tokens: a fact, and no usage."""

import pytest

from keeptabs.core import reading
from keeptabs.core.counting import COUNTED, counting
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError

DIALECT = counting("totalTokens", lambda request: Asked(model="m"), api="count")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(200, b'{"totalTokens": 14, "other": []}', Answered(facts={COUNTED: 14}), id="a count"),
        pytest.param(200, b'{"totalTokens": "14"}', Answered(facts={COUNTED: 14}), id="as a text"),
        pytest.param(200, b'{"totalTokens": null}', Answered(), id="none"),
        pytest.param(200, b"{}", Answered(), id="nothing"),
        pytest.param(200, b"[]", Answered(gaps=(reading.UNREADABLE,)), id="another shape"),
        pytest.param(400, b'{"error": {"code": "c"}}', Answered(error=ProviderError(code="c")), id="a refusal"),
    ],
)
def test_a_count_is_a_fact(status: int, body: bytes, expected: Answered) -> None:
    """No token was used, so there is no usage."""
    assert DIALECT.answer(Response(status=status, body=body), Asked()) == expected


def test_counting_is_free_and_says_so() -> None:
    """The format has the name that it was given."""
    assert (DIALECT.api, DIALECT.operation, bool(DIALECT.free), DIALECT.needs_model) == (
        "count",
        "count_tokens",
        True,
        False,
    )
