"""Asking for the result of work that ran elsewhere."""

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.openai._deferred import ask, only_deferred

RESULT = Answered(id="r", deferred=True, gaps=("one",))


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        pytest.param(RESULT, RESULT, id="a result"),
        pytest.param(Answered(id="r"), Answered(pending=True), id="something else"),
        pytest.param(Answered(error=ProviderError(code="x")), Answered(pending=True), id="an error of asking"),
        pytest.param(Answered(pending=True, gaps=("one",)), Answered(pending=True), id="nothing yet"),
    ],
)
def test_only_a_result_is_a_call(answered: Answered, expected: Answered) -> None:
    """Whatever else comes back used no model."""
    assert only_deferred(lambda *_: answered)(Response(status=200), Asked()) == expected


@pytest.mark.parametrize(("query", "stream"), [("", False), ("stream=true", True), ("stream=false", False)])
def test_a_question_says_only_whether_it_wants_a_stream(query: str, stream: bool) -> None:
    """The model stood in the request that began the work."""
    assert ask(Request(method="GET", host="h", path="/", query=query)) == Asked(stream=stream)
