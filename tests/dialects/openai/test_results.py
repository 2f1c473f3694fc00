"""Responses in the background: counted when they are done, wherever that is seen first."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.dialects.openai import responses, results

USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}
DONE = {"id": "resp_1", "status": "completed", "model": "m", "background": True, "usage": USAGE}
QUEUED = {**DONE, "status": "queued", "usage": None}


def whole(dialect: Any, said: Any, status: int = 200) -> Answered:
    """What an answer says as JSON."""
    answered: Answered = dialect.answer(Response(status=status, body=json.dumps(said).encode()), Asked())
    return answered


def streamed(dialect: Any, *events: dict[str, Any]) -> Answered:
    """What a stream says."""
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
    headers = Headers.of([("content-type", "text/event-stream")])
    answered: Answered = dialect.answer(Response(status=200, headers=headers, body=body), Asked())
    return answered


BEGUN = {"type": "response.queued", "response": QUEUED}
ENDED = {"type": "response.completed", "response": DONE}


@pytest.mark.parametrize(
    ("said", "pending", "deferred"),
    [
        pytest.param(QUEUED, True, False, id="queued"),
        pytest.param({**QUEUED, "status": "in_progress"}, True, False, id="in progress"),
        pytest.param(DONE, False, True, id="done at once"),
        pytest.param({**DONE, "background": False}, False, False, id="in the foreground"),
        pytest.param({**DONE, "background": None}, False, False, id="no word of it"),
    ],
)
def test_what_is_begun_in_the_background_is_pending(said: dict[str, Any], pending: bool, deferred: bool) -> None:
    """One that is done counts once, as its result does."""
    answered = whole(responses.DIALECT, said)
    assert (answered.pending, answered.deferred) == (pending, deferred)


@pytest.mark.parametrize("status", ["completed", "incomplete", "failed", "cancelled"])
def test_a_result_counts_when_it_is_there(status: str) -> None:
    """It is known by its id."""
    answered = whole(results.DIALECT, {**DONE, "status": status})
    assert (answered.deferred, answered.pending, answered.id) == (True, False, "resp_1")
    assert answered.usage is not None
    assert (answered.usage.input, answered.usage.output) == (3, 4)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param(QUEUED, 200, id="not yet"),
        pytest.param({**DONE, "background": False}, 200, id="one that was counted when it was made"),
        pytest.param({**DONE, "background": None}, 200, id="one of a host without a background"),
        pytest.param({"error": {"code": "not_found"}}, 404, id="one that is not there"),
        pytest.param({"error": {"code": "rate_limit_exceeded"}}, 429, id="asked too often"),
        pytest.param([], 200, id="another shape"),
    ],
)
def test_asking_for_what_is_no_result_is_no_call(said: Any, status: int) -> None:
    """No model was used for it."""
    assert whole(results.DIALECT, said, status) == Answered(pending=True)


def test_the_rest_of_a_stream_holds_the_result() -> None:
    """The stream of a background response can be taken up again."""
    assert streamed(results.DIALECT, BEGUN, ENDED).deferred
    assert streamed(results.DIALECT, BEGUN) == Answered(pending=True)
    assert results.DIALECT.ask(Request(method="GET", host="h", path="/", query="a=1&stream=true")).stream


def test_a_stream_in_the_background_that_was_left_comes_later() -> None:
    """Its tokens are not estimated: they will be told."""
    assert streamed(responses.DIALECT, BEGUN).pending
    assert streamed(responses.DIALECT, BEGUN, ENDED).deferred


@pytest.mark.parametrize(("header", "expected"), [("gpt-x-2026-01-01", "gpt-x-2026-01-01"), (None, "m")])
def test_azure_names_the_model_in_a_header(header: str | None, expected: str) -> None:
    """The body names the deployment."""
    headers = Headers.of([("x-ms-served-model", header)] if header else [])
    response = Response(status=200, headers=headers, body=json.dumps(DONE).encode())
    assert responses.DIALECT.answer(response, Asked()).model == expected
