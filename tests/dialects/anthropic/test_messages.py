"""Messages: what is asked, and what whole and streamed answers say."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.anthropic.messages import DIALECT

SSE = "text/event-stream; charset=utf-8"
WHOLE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5",
    "content": [{"type": "text", "text": "Hello!"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 12, "output_tokens": 6, "service_tier": "standard"},
}
START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "model": "claude-sonnet-5",
        "content": [],
        "stop_reason": None,
        "usage": {"input_tokens": 12, "cache_read_input_tokens": 100, "output_tokens": 1, "service_tier": "standard"},
    },
}
TEXT = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}} for _ in range(3)),
    {"type": "content_block_stop", "index": 0},
]
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 40}}
STOP = {"type": "message_stop"}
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


def ask(**body: Any) -> Asked:
    """What a body asks for."""
    return DIALECT.ask(Request(method="POST", host="h", path="/v1/messages", body=json.dumps(body).encode()))


def answer(said: Any, status: int = 200) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def sse(*events: dict[str, Any]) -> bytes:
    """Events as they are on the wire."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def read(body: bytes) -> Answered:
    """What a stream says."""
    return DIALECT.answer(Response(status=200, headers=Headers.of([("content-type", SSE)]), body=body), Asked())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"model": "m", "messages": []}, Asked(model="m"), id="a model"),
        pytest.param({"model": "m", "stream": True}, Asked(model="m", stream=True), id="a stream"),
        pytest.param({"service_tier": "standard_only"}, Asked(service_tier="standard_only"), id="a tier"),
        pytest.param({"metadata": {"user_id": "u-7"}}, Asked(user="u-7"), id="an end user"),
        pytest.param({"metadata": {}}, Asked(), id="no end user"),
        pytest.param(
            {"output_config": {"format": {"type": "json_schema", "schema": {}}}}, Asked(output_type="json"), id="JSON"
        ),
        pytest.param({"output_format": {"type": "json_schema"}}, Asked(output_type="json"), id="JSON in the beta form"),
        pytest.param(
            {"output_config": {"effort": "high"}},
            Asked(settings={"gen_ai.request.reasoning.level": "high"}),
            id="an effort",
        ),
        pytest.param(
            {"max_tokens": 64, "temperature": 0.5, "top_p": 0.9, "top_k": 5, "stop_sequences": ["x"]},
            Asked(
                settings={
                    "gen_ai.request.max_tokens": 64,
                    "gen_ai.request.temperature": 0.5,
                    "gen_ai.request.top_p": 0.9,
                    "gen_ai.request.top_k": 5,
                    "gen_ai.request.stop_sequences": ["x"],
                }
            ),
            id="parameters",
        ),
        pytest.param(
            {"model": "m", "stream": True, "metadata": "odd"}, Asked(model="m", stream=True), id="a field of odd shape"
        ),
        pytest.param({}, Asked(), id="nothing"),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """Model, stream, tier, end user and parameters are read, and nothing is made up."""
    assert ask(**body) == expected


def test_a_whole_message() -> None:
    """Model, id, tier, reason and tokens."""
    said = answer(WHOLE)
    assert (said.model, said.id, said.service_tier) == ("claude-sonnet-5", "msg_1", "standard")
    assert said.finish_reasons == ("end_turn",)
    assert said.complete
    assert said.usage is not None
    assert (said.usage.input, said.usage.output) == (12, 6)
    assert said.usage.raw == json.dumps(WHOLE["usage"])


def test_a_stream_tells_its_usage_in_two_parts_of_which_the_last_value_holds() -> None:
    """The prompt stands at the start; what was written is counted anew at the end, and is not added to the start."""
    said = read(sse(START, *TEXT, END, STOP))
    assert (said.model, said.id, said.service_tier) == ("claude-sonnet-5", "msg_1", "standard")
    assert said.finish_reasons == ("end_turn",)
    assert said.complete
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 12, Bucket.CACHE_READ_TEXT: 100, Bucket.OUTPUT_TEXT: 40}


def test_the_end_corrects_the_prompt() -> None:
    """Hosted tools put more into the prompt: the cumulative count at the end is the whole of it."""
    end = {**END, "usage": {"input_tokens": 900, "cache_read_input_tokens": None, "output_tokens": 40}}
    said = read(sse(START, end, STOP))
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 900, Bucket.CACHE_READ_TEXT: 100, Bucket.OUTPUT_TEXT: 40}


def test_a_stream_that_breaks_off_has_read_its_prompt() -> None:
    """What it had begun to write is not counted yet, so it is not said to be one token."""
    said = read(sse(START, *TEXT[:4]))
    assert not said.complete
    assert said.usage is not None
    assert (said.usage.input, said.usage.output) == (112, None)


def test_an_error_in_the_middle_of_a_stream() -> None:
    """It has the status 200; the word is its type."""
    said = read(sse(START, *TEXT[:3], OVERLOADED))
    assert said.error == ProviderError(type="overloaded_error", message="Overloaded")
    assert not said.complete


def test_the_last_reason_holds() -> None:
    """A stream may change its message more than once."""
    paused = {**END, "delta": {"stop_reason": "pause_turn"}}
    assert read(sse(START, paused, END, STOP)).finish_reasons == ("end_turn",)


@pytest.mark.parametrize("reason", ["refusal", "max_tokens", "model_context_window_exceeded", "pause_turn"])
def test_why_the_model_stopped(reason: str) -> None:
    """The provider's own word."""
    assert answer({**WHOLE, "stop_reason": reason}).finish_reasons == (reason,)


def test_the_category_of_a_refusal_is_a_fact() -> None:
    """It says which policy the request was about."""
    delta = {"stop_reason": "refusal", "stop_details": {"type": "refusal", "category": "bio"}}
    assert read(sse(START, {**END, "delta": delta}, STOP)).facts == {"keeptabs.refusal.category": "bio"}
    assert answer({**WHOLE, "stop_details": None}).facts == {}


@pytest.mark.parametrize("body", [b"", b"x", b"[1]", b'{"model": 1, "id": []}'])
def test_what_is_no_message_is_a_gap(body: bytes) -> None:
    """Nothing is made up for it."""
    assert DIALECT.answer(Response(status=200, body=body), Asked()).gaps == (reading.UNREADABLE,)


def test_a_broken_event_is_a_gap_and_the_others_are_read() -> None:
    """What stands around it is still worth having."""
    said = read(sse(START) + b"data: {broken\n\n" + sse(END, STOP))
    assert said.gaps == (reading.UNREADABLE_EVENT,)
    assert said.usage is not None
    assert said.usage.output == 40


@pytest.mark.parametrize(
    "end",
    [
        pytest.param((END, STOP), id="an end"),
        pytest.param(({"type": "message_delta", "delta": {"stop_reason": "end_turn"}},), id="an end without a usage"),
        pytest.param((STOP,), id="the last event alone"),
        pytest.param((OVERLOADED,), id="an error"),
    ],
)
@given(cuts=st.lists(st.integers(0, 1500), max_size=8))
def test_what_is_kept_of_a_stream_says_the_same(end: tuple[dict[str, Any], ...], cuts: list[int]) -> None:
    """Text is dropped on the way, however the bytes are cut, and nothing of the answer is."""
    body = sse(START, *TEXT, *end)
    kept = keeper(200, SSE, DIALECT.markers)
    for start, stop in pairwise(sorted({0, len(body), *(min(cut, len(body)) for cut in cuts)})):
        kept.feed(body[start:stop])
    assert read(kept.result()) == read(body)
    assert b"text_delta" not in kept.result()


def test_the_last_event_ends_the_stream_for_an_sdk() -> None:
    """It begins a line of its own."""
    assert any(end in sse(START, STOP) for end in DIALECT.ends)
    assert not any(end in sse(START, *TEXT, END) for end in DIALECT.ends)
