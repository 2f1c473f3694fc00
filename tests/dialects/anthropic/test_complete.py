"""The older text completions, which tell no usage."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.anthropic.complete import DIALECT

WHOLE = {
    "type": "completion",
    "id": "compl_1",
    "completion": " Hi",
    "model": "claude-instant-1.2",
    "stop_reason": "stop_sequence",
}
PARTS = [{**WHOLE, "stop_reason": None}] * 3


def sse(*events: dict[str, Any]) -> bytes:
    """Events as they are on the wire."""
    return "".join(f"event: completion\r\ndata: {json.dumps(event)}\r\n\r\n" for event in events).encode()


def read(body: bytes, kind: str = "text/event-stream", status: int = 200) -> Answered:
    """What an answer says."""
    response = Response(status=status, headers=Headers.of([("content-type", kind)]), body=body)
    return DIALECT.answer(response, Asked())


DONE = Answered(model="claude-instant-1.2", id="compl_1", finish_reasons=("stop_sequence",))


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        pytest.param(read(json.dumps(WHOLE).encode(), "application/json"), DONE, id="whole"),
        pytest.param(read(sse(*PARTS, WHOLE)), DONE, id="streamed"),
        pytest.param(
            read(sse(*PARTS)), Answered(model="claude-instant-1.2", id="compl_1", complete=False), id="broken off"
        ),
        pytest.param(read(b"x", "application/json"), Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
        pytest.param(
            read(b'{"error": {"type": "rate_limit_error"}}', "application/json", 429),
            Answered(error=ProviderError(type="rate_limit_error")),
            id="an error",
        ),
        pytest.param(
            read(sse({"error": {"type": "overloaded_error"}})),
            Answered(error=ProviderError(type="overloaded_error"), complete=False),
            id="an error in a stream",
        ),
    ],
)
def test_what_a_completion_says(answered: Answered, expected: Answered) -> None:
    """Model, id and reason; tokens are estimated from the text."""
    assert answered == expected
    assert DIALECT.estimates


def test_what_is_kept_says_the_same() -> None:
    """The text in the middle is dropped."""
    kept = keeper(200, "text/event-stream", DIALECT.markers)
    kept.feed(sse(*PARTS, WHOLE))
    assert read(kept.result()) == DONE
    assert kept.result().count(b'completion":') == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"model": "m", "stream": True, "max_tokens_to_sample": 9, "metadata": {"user_id": "u"}},
            Asked(model="m", stream=True, settings={"gen_ai.request.max_tokens": 9}, user="u"),
            id="parameters",
        ),
        pytest.param({"model": "m", "top_k": "x"}, Asked(model="m"), id="a field of odd shape"),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """Model, stream, end user and parameters."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode())) == expected
