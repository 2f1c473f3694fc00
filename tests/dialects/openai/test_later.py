"""Chat completions that are made later."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.openai import later

DONE = {
    "id": "c-1",
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "x"}}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 4},
}


def result(said: Any, status: int = 200) -> Answered:
    """What asking for a result says."""
    return later.RESULT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(DONE, id="xAI: the completion itself"),
        pytest.param({"id": "job", "status": "COMPLETED", "response": DONE}, id="Perplexity: wrapped"),
        pytest.param({**DONE, "request_id": "r", "task_status": "SUCCESS"}, id="Z.ai: with a status"),
    ],
)
def test_a_completion_that_is_there_counts_once(said: dict[str, Any]) -> None:
    """Under its own id."""
    answered = result(said)
    assert answered.usage is not None
    assert (answered.usage.input, answered.model, answered.id) == (3, "m", "c-1")
    assert (answered.deferred, answered.finish_reasons) == (True, ("stop",))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({}, 202, id="xAI: accepted"),
        pytest.param({"id": "job", "status": "IN_PROGRESS", "response": None}, 200, id="Perplexity: in progress"),
        pytest.param({"id": "i", "request_id": "r", "task_status": "PROCESSING"}, 200, id="Z.ai: processing"),
        pytest.param({"error": {"code": "x"}}, 404, id="none of that name"),
        pytest.param([], 200, id="another shape"),
    ],
)
def test_one_that_is_not_there_is_no_call(said: Any, status: int) -> None:
    """It will be asked for again."""
    assert result(said, status) == Answered(pending=True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"request": {"model": "sonar-deep-research", "messages": []}}, Asked(model="sonar-deep-research")),
        ({"model": "glm", "messages": []}, Asked(model="glm")),
        ({"request": 3, "model": "m"}, Asked()),
        ({}, Asked()),
    ],
    ids=["wrapped", "bare", "another shape", "nothing"],
)
def test_the_request_may_be_wrapped(body: dict[str, Any], expected: Asked) -> None:
    """Perplexity's is."""
    request = Request(method="POST", host="h", path="/", body=json.dumps(body).encode())
    assert later.BEGIN.ask(request) == expected


def test_beginning_is_no_call_unless_it_fails() -> None:
    """The tokens are told with the result."""
    assert later.BEGIN.answer(Response(status=200, body=b'{"id": "job"}'), Asked()) == Answered(pending=True)
    failed = later.BEGIN.answer(Response(status=400, body=b'{"error": {"code": "x"}}'), Asked())
    assert failed == Answered(error=ProviderError(code="x"))
