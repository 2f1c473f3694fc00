"""Runs of Assistants: pending while they go on, counted once when they have ended."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.openai import runs

SSE = "text/event-stream"
RUN = {
    "id": "run_1",
    "object": "thread.run",
    "thread_id": "thread_1",
    "status": "completed",
    "model": "gpt-4o-mini",
    "usage": {
        "prompt_tokens": 381,
        "completion_tokens": 88,
        "total_tokens": 469,
        "prompt_token_details": {"cached_tokens": 128},
    },
}
GOING = {**RUN, "status": "in_progress", "usage": None}
STEP = {"id": "step_1", "object": "thread.run.step", "status": "completed", "usage": {"prompt_tokens": 7}}
DELTA = {"id": "msg_1", "object": "thread.message.delta", "delta": {"content": [{"type": "text"}]}}


def whole(said: Any, status: int = 200, dialect: Any = runs.DIALECT) -> Answered:
    """What an answer says as JSON."""
    answered: Answered = dialect.answer(Response(status=status, body=json.dumps(said).encode()), Asked())
    return answered


def events(*objects: dict[str, Any]) -> bytes:
    """A stream of objects."""
    return "".join(f"event: x\ndata: {json.dumps(said)}\n\n" for said in objects).encode() + b"data: [DONE]\n\n"


def streamed(body: bytes) -> Answered:
    """What a stream says."""
    response = Response(status=200, headers=Headers.of([("content-type", SSE)]), body=body)
    return runs.DIALECT.answer(response, Asked())


@pytest.mark.parametrize("status", ["completed", "incomplete", "failed", "cancelled", "expired"])
@pytest.mark.parametrize("dialect", [runs.DIALECT, runs.RESULT], ids=["begun", "asked for"])
def test_a_run_that_has_ended_counts_once(status: str, dialect: Any) -> None:
    """Usage, model and the conversation that it belongs to, under the id of the run."""
    answered = whole({**RUN, "status": status}, dialect=dialect)
    assert answered.usage is not None
    assert (answered.usage.input, answered.usage.output, answered.usage.sum("cache_read")) == (381, 88, 128)
    assert (answered.id, answered.model, answered.deferred) == ("run_1", "gpt-4o-mini", True)
    assert answered.finish_reasons == (status,)
    assert answered.facts == {"gen_ai.conversation.id": "thread_1"}


@pytest.mark.parametrize("status", ["queued", "in_progress", "requires_action", "cancelling", None])
def test_a_run_that_goes_on_is_no_call(status: str | None) -> None:
    """It has no usage yet."""
    assert whole({**GOING, "status": status}).pending
    assert whole({**GOING, "status": status}, dialect=runs.RESULT) == Answered(pending=True)


def test_why_a_run_is_incomplete_is_its_finish_reason() -> None:
    """Its status says only that it is."""
    said = {**RUN, "status": "incomplete", "incomplete_details": {"reason": "max_completion_tokens"}}
    assert whole(said).finish_reasons == ("max_completion_tokens",)


def test_the_error_of_a_run_is_an_error() -> None:
    """The status of the answer is that of asking."""
    said = {**RUN, "status": "failed", "last_error": {"code": "rate_limit_exceeded", "message": "m"}}
    assert whole(said).error == ProviderError(code="rate_limit_exceeded", message="m")


def test_a_request_that_fails_is_an_error_and_a_question_is_not() -> None:
    """Asking uses no model."""
    assert whole({"error": {"code": "x"}}, 400).error == ProviderError(code="x")
    assert whole({"error": {"code": "x"}}, 429, runs.RESULT) == Answered(pending=True)


def test_a_stream_ends_with_the_run() -> None:
    """Its steps and messages are other objects, and it is known however much of it is kept."""
    body = events(GOING, STEP, *[DELTA] * 9, RUN)
    made = keeper(200, SSE, runs.DIALECT.markers)
    made.feed(body)
    assert len(made.result()) < len(body) / 2
    assert streamed(made.result()) == streamed(body) == whole(RUN)


def test_a_stream_that_waits_for_the_application_is_pending() -> None:
    """The run goes on in another request."""
    assert streamed(events(GOING, {**GOING, "status": "requires_action"})).pending


def test_an_error_in_a_stream_is_an_error() -> None:
    """Even where no run ended."""
    answered = streamed(events(GOING, {"error": {"code": "server_error"}}))
    assert answered.error == ProviderError(code="server_error")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"assistant_id": "asst_1"}, Asked(settings={"gen_ai.agent.id": "asst_1"}), id="an assistant"),
        pytest.param({"model": "m", "stream": True}, Asked(model="m", stream=True), id="another model, as a stream"),
        pytest.param({"metadata": {"a": "b"}}, Asked(metadata={"a": "b"}), id="labels"),
        pytest.param({"model": "m", "temperature": []}, Asked(model="m"), id="a field of another shape"),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """The assistant has a model, so none need be named."""
    asked = runs.DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode()))
    assert asked == expected
    assert not runs.DIALECT.needs_model
