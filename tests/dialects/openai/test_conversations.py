"""Mistral's conversations with agents."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.openai.conversations import DIALECT

SSE = "text/event-stream"
USAGE = {
    "prompt_tokens": 188,
    "completion_tokens": 55,
    "total_tokens": 7355,
    "connector_tokens": 7112,
    "connectors": {"web_search": 1},
}
WHOLE = {
    "conversation_id": "conv_1",
    "outputs": [{"type": "tool.execution"}, {"type": "message.output", "model": "mistral-medium"}],
    "usage": USAGE,
}
STARTED = {"type": "conversation.response.started", "conversation_id": "conv_1"}
DELTA = {"type": "message.output.delta", "model": "mistral-medium", "content": "x"}
DONE = {"type": "conversation.response.done", "usage": USAGE}


def whole(said: Any, status: int = 200) -> Answered:
    """What an answer says as JSON."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def events(*said: dict[str, Any]) -> bytes:
    """A stream of events."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in said).encode()


def streamed(body: bytes) -> Answered:
    """What a stream says."""
    headers = Headers.of([("content-type", SSE)])
    return DIALECT.answer(Response(status=200, headers=headers, body=body), Asked())


def test_a_connector_s_tokens_are_a_tool_s() -> None:
    """They stand beside the prompt, and its searches are a unit."""
    answered = whole(WHOLE)
    assert answered.usage is not None
    assert answered.usage.tokens == {Bucket.INPUT_TEXT: 188, Bucket.INPUT_TOOL: 7112, Bucket.OUTPUT_TEXT: 55}
    assert answered.usage.units == {Unit.WEB_SEARCHES: Decimal(1)}
    assert (answered.model, answered.complete) == ("mistral-medium", True)
    assert answered.facts == {"gen_ai.conversation.id": "conv_1"}


def test_a_stream_ends_with_the_usage() -> None:
    """It is known however much of it is kept."""
    body = events(STARTED, *[DELTA] * 9, DONE)
    made = keeper(200, SSE, DIALECT.markers)
    made.feed(body)
    assert len(made.result()) < len(body) / 2
    answered = streamed(body)
    assert answered == streamed(made.result())
    assert answered.usage == whole(WHOLE).usage
    assert answered.complete


def test_a_stream_without_its_end_is_not_complete() -> None:
    """It has no usage either."""
    answered = streamed(events(STARTED, DELTA))
    assert (answered.complete, answered.usage) == (False, None)


def test_an_error_in_a_stream_is_an_error() -> None:
    """Its code is a number."""
    fault = {"type": "conversation.response.error", "code": 3051, "message": "m"}
    assert streamed(events(STARTED, fault)).error == ProviderError(code="3051", message="m")


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"outputs": []}, 200, Answered()),
        ([], 200, Answered(gaps=(reading.UNREADABLE,))),
        ({"detail": "x"}, 422, Answered(error=ProviderError(message="x"))),
    ],
    ids=["no usage", "another shape", "an error"],
)
def test_an_answer_may_say_less(said: Any, status: int, expected: Answered) -> None:
    """Nothing is made up."""
    assert whole(said, status) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"agent_id": "ag-1", "stream": True}, Asked(stream=True, settings={"gen_ai.agent.id": "ag-1"})),
        ({"model": "m", "metadata": {"a": "b"}}, Asked(model="m", metadata={"a": "b"})),
        ({"model": "m", "agent_id": 3}, Asked(model="m")),
    ],
    ids=["an agent", "a model", "a field of another shape"],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """An agent or a model."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode())) == expected
    assert not DIALECT.needs_model
