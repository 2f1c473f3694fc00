"""Interactions: of a model or an agent, at once, streamed, or in the background."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.gemini import _usage
from keeptabs.dialects.gemini.interactions import DIALECT, RESULT

SSE = "text/event-stream"
USAGE = {
    "total_input_tokens": 100,
    "input_tokens_by_modality": [{"modality": "text", "tokens": 60}, {"modality": "image", "tokens": 40}],
    "total_cached_tokens": 10,
    "total_tool_use_tokens": 5,
    "total_output_tokens": 20,
    "total_thought_tokens": 30,
    "total_tokens": 155,
    "grounding_tool_count": [{"type": "google_search", "count": 2}, {"type": "google_maps", "count": 1}],
}
DONE = {"id": "i-1", "model": "gemini-3-flash", "status": "completed", "service_tier": "standard", "usage": USAGE}
RUNS = {"id": "i-1", "agent": "deep-research", "status": "in_progress"}
STREAM = [
    {"event_type": "interaction.created", "interaction": {"id": "i-1", "model": "m", "status": "in_progress"}},
    *({"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "a"}} for _ in range(3)),
    {"event_type": "interaction.completed", "interaction": DONE},
]


def read(said: Any, status: int = 200) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def again(said: Any, status: int = 200) -> Answered:
    """What is said of an interaction that is asked for."""
    return RESULT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def sse(*events: dict[str, Any]) -> bytes:
    """Events as they are on the wire."""
    return "".join(f"event: {each['event_type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()


def streamed(body: bytes) -> Answered:
    """What a stream says."""
    return DIALECT.answer(Response(status=200, headers=Headers.of([("content-type", SSE)]), body=body), Asked())


def test_an_interaction_that_is_done() -> None:
    """The same buckets as those of generated content, and it counts once whoever asks for it."""
    said = read(DONE)
    assert (said.model, said.id, said.service_tier) == ("gemini-3-flash", "i-1", "standard")
    assert (said.finish_reasons, said.complete, said.deferred) == (("completed",), True, True)
    assert said.usage is not None
    assert said.usage.tokens == {
        Bucket.INPUT_TEXT: 50,
        Bucket.INPUT_IMAGE: 40,
        Bucket.CACHE_READ_TEXT: 10,
        Bucket.INPUT_TOOL: 5,
        Bucket.OUTPUT_TEXT: 20,
        Bucket.OUTPUT_REASONING: 30,
    }
    assert said.usage.units == {Unit.WEB_SEARCHES: 2}
    assert again(DONE) == said


def test_a_stream_says_the_same() -> None:
    """Its last event has the whole of it."""
    assert streamed(sse(*STREAM)) == read(DONE)


@pytest.mark.parametrize("last", [DONE, {"id": "i-1", "status": "failed"}])
def test_what_is_kept_of_a_stream_says_the_same(last: dict[str, Any]) -> None:
    """Steps are dropped."""
    body = sse(*STREAM[:-1], {"event_type": "interaction.completed", "interaction": last})
    kept = keeper(200, SSE, DIALECT.markers)
    kept.feed(body)
    assert streamed(kept.result()) == streamed(body)
    assert b"step.delta" not in kept.result()


def test_what_has_no_id_cannot_be_asked_for_again() -> None:
    """It was not stored, so it counts as it comes."""
    said = read({**DONE, "id": ""})
    assert (said.deferred, said.pending, said.id) == (False, False, None)


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(read(RUNS), id="in the background"),
        pytest.param(read({**RUNS, "status": "queued"}), id="not begun"),
    ],
)
def test_what_is_not_done_is_no_call(answered: Answered) -> None:
    """It is, when its result is asked for."""
    assert (answered.pending, answered.deferred, answered.usage) == (True, False, None)


@pytest.mark.parametrize("status", [200, 404])
def test_asking_before_there_is_a_result_is_no_call(status: int) -> None:
    """Neither is an error."""
    assert again(RUNS, status) == Answered(pending=True)


def test_a_stream_that_breaks_off() -> None:
    """It has begun, and is no result."""
    said = streamed(sse(*STREAM[:3]))
    assert (said.complete, said.pending, said.deferred, said.model) == (False, False, False, "m")


def test_an_error_of_a_stream() -> None:
    """Its code is a word."""
    error = {"event_type": "error", "error": {"code": "internal", "message": "x"}}
    assert streamed(sse(STREAM[0], error)).error == ProviderError(code="internal", message="x")


def test_errors_and_gaps() -> None:
    """Nothing is made up."""
    refused = {"error": {"code": 429, "message": "x", "status": "RESOURCE_EXHAUSTED"}}
    assert read(refused, 429) == Answered(error=ProviderError(code="RESOURCE_EXHAUSTED", message="x"))
    assert read(7).gaps == (reading.UNREADABLE,)
    assert not read(7).pending
    assert read({**DONE, "usage": [7]}).gaps == (_usage.UNREADABLE,)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"model": "m", "stream": True}, Asked(model="m", stream=True), id="a model"),
        pytest.param({"agent": "deep-research", "background": True}, Asked(model="deep-research"), id="an agent"),
        pytest.param(
            {
                "model": "models/m",
                "service_tier": "flex",
                "labels": {"team": "a"},
                "previous_interaction_id": "i-0",
                "generation_config": {"max_output_tokens": 9, "thinking_level": "low"},
            },
            Asked(
                model="m",
                service_tier="flex",
                metadata={"team": "a"},
                settings={
                    "gen_ai.request.max_tokens": 9,
                    "gen_ai.request.reasoning.level": "low",
                    "gen_ai.request.previous_response.id": "i-0",
                },
            ),
            id="parameters",
        ),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """Model or agent, stream, tier, labels and parameters."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode())) == expected


def test_a_result_may_be_streamed() -> None:
    """The query asks for it."""
    assert RESULT.ask(Request(method="GET", host="h", path="/", query="stream=true")).stream
