"""Responses: what is asked, and what whole and streamed answers say."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.openai.responses import DIALECT

STREAM = Headers.of([("content-type", "text/event-stream; charset=utf-8")])
WHOLE = {
    "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
    "object": "response",
    "created_at": 1741476542,
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "model": "gpt-5-mini-2025-08-07",
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "In a peaceful grove"}]}],
    "service_tier": "default",
    "usage": {
        "input_tokens": 36,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 87,
        "output_tokens_details": {"reasoning_tokens": 64},
        "total_tokens": 123,
    },
}
BEGUN = {"id": "resp_1", "object": "response", "status": "in_progress", "model": "gpt-5-mini", "usage": None}


def ask(**body: Any) -> Asked:
    """What a body asks for."""
    return DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode()))


def answer(said: Any) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


def streamed(*events: dict[str, Any] | str) -> Answered:
    """What a stream says; a text stands for a block of it."""
    blocks = [
        event if isinstance(event, str) else f"event: {event.get('type')}\ndata: {json.dumps(event)}"
        for event in events
    ]
    body = "".join(block + "\n\n" for block in blocks).encode()
    return DIALECT.answer(Response(status=200, headers=STREAM, body=body), Asked())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"model": "gpt-5", "input": "x"}, Asked(model="gpt-5"), id="a model"),
        pytest.param({"model": "gpt-5", "stream": True}, Asked(model="gpt-5", stream=True), id="a stream"),
        pytest.param({"service_tier": "priority"}, Asked(service_tier="priority"), id="a tier"),
        pytest.param({"text": {"format": {"type": "json_schema"}}}, Asked(output_type="json"), id="a schema"),
        pytest.param({"text": {"format": {"type": "text"}}}, Asked(output_type="text"), id="text"),
        pytest.param({"text": {"verbosity": "low"}}, Asked(), id="text without a format"),
        pytest.param(
            {"reasoning": {"effort": "high"}, "temperature": 1, "top_p": 0.5, "max_output_tokens": 9},
            Asked(
                settings={
                    "gen_ai.request.reasoning.level": "high",
                    "gen_ai.request.temperature": 1.0,
                    "gen_ai.request.top_p": 0.5,
                    "gen_ai.request.max_tokens": 9,
                }
            ),
            id="settings",
        ),
        pytest.param({"reasoning": {"summary": "auto"}}, Asked(), id="reasoning without an effort"),
        pytest.param(
            {"previous_response_id": "resp_0"},
            Asked(settings={"gen_ai.request.previous_response.id": "resp_0"}),
            id="a response before",
        ),
        pytest.param({"prompt": {"id": "pmpt_1"}}, Asked(), id="a stored prompt names no model"),
        pytest.param(
            {"model": "gpt-5", "stream": True, "text": "new form"},
            Asked(model="gpt-5", stream=True),
            id="unknown shape",
        ),
        pytest.param({"model": 5}, Asked(), id="a model that is no text"),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """Model, stream, tier, format and parameters are read, and nothing is made up."""
    assert ask(**body) == expected


def test_a_whole_response_is_read() -> None:
    """Everything that a response says about itself is there."""
    found = answer(WHOLE)
    assert (found.model, found.id) == (WHOLE["model"], WHOLE["id"])
    assert (found.service_tier, found.finish_reasons, found.complete) == ("default", ("completed",), True)
    assert (found.error, found.gaps) == (None, ())
    assert found.usage is not None
    assert found.usage.tokens == {
        Bucket.INPUT_TEXT: 32,
        Bucket.CACHE_READ_TEXT: 4,
        Bucket.OUTPUT_TEXT: 23,
        Bucket.OUTPUT_REASONING: 64,
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "completed"}, ("completed",)),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, ("max_output_tokens",)),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, ("content_filter",)),
        ({"status": "incomplete", "incomplete_details": {}}, ("incomplete",)),
        ({"status": "queued"}, ("queued",)),
        ({"status": None}, ()),
    ],
)
def test_the_finish_reason_is_why_it_is_incomplete_or_else_the_status(
    change: dict[str, Any], expected: tuple[str, ...]
) -> None:
    """The finer word wins."""
    assert answer(WHOLE | change).finish_reasons == expected


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        pytest.param({"web_search": {"num_requests": 3}}, {Unit.WEB_SEARCHES: Decimal(3)}, id="searches"),
        pytest.param({"web_search": {"num_requests": 0}}, {}, id="no searches"),
        pytest.param(
            {"web_search": None, "image_gen": {"total_tokens": 9}}, {Unit.TOOL_IMAGES: Decimal(1)}, id="another tool"
        ),
        pytest.param(None, {}, id="no tools"),
    ],
)
def test_billable_searches_are_a_unit(tools: dict[str, Any] | None, expected: dict[Unit, Decimal]) -> None:
    """Only searches that the provider counts as billable are counted."""
    usage = answer(WHOLE | {"tool_usage": tools}).usage
    assert usage is not None
    assert usage.units == expected


def test_a_failed_response_is_an_error() -> None:
    """It comes with status 200."""
    found = answer(WHOLE | {"status": "failed", "error": {"code": "server_error", "message": "no"}})
    assert found.error == ProviderError(code="server_error", message="no")


@pytest.mark.parametrize("body", [b"", b"x", b'{"usage": {}, "status": 3}'])
def test_an_answer_that_cannot_be_read_is_a_gap(body: bytes) -> None:
    """Nothing is known of it."""
    assert DIALECT.answer(Response(status=200, body=body), Asked()) == Answered(gaps=(reading.UNREADABLE,))


@pytest.mark.parametrize(
    ("end", "change", "reason"),
    [
        ("response.completed", {"status": "completed"}, "completed"),
        (
            "response.incomplete",
            {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
            "content_filter",
        ),
        ("response.failed", {"status": "failed"}, "failed"),
    ],
)
def test_the_last_event_of_a_stream_holds_the_response(end: str, change: dict[str, Any], reason: str) -> None:
    """Its tier and usage replace those of the beginning."""
    found = streamed(
        {"type": "response.created", "response": BEGUN | {"service_tier": "auto"}},
        {"type": "response.output_text.delta", "delta": "Hi"},
        {"type": end, "response": WHOLE | change},
    )
    assert (found.complete, found.finish_reasons, found.service_tier) == (True, (reason,), "default")
    assert found.usage is not None
    assert found.usage.output == 87


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="nothing"),
        pytest.param([{"type": "response.created", "response": BEGUN}], id="begun"),
        pytest.param([{"type": "response.output_text.done", "text": "Hi"}], id="a text that is done"),
        pytest.param([{"type": "response.web_search_call.completed"}], id="a search that is completed"),
    ],
)
def test_a_stream_without_its_last_event_is_not_complete(events: list[dict[str, Any]]) -> None:
    """A response in progress has no finish reason."""
    found = streamed(*events)
    assert (found.complete, found.finish_reasons) == (False, ())


def test_a_stream_that_broke_off_names_its_model() -> None:
    """The first event has it."""
    found = streamed({"type": "response.created", "response": BEGUN})
    assert (found.model, found.id) == ("gpt-5-mini", "resp_1")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            {"type": "error", "code": "rate_limit_exceeded", "message": "Slow down", "param": None},
            ProviderError(code="rate_limit_exceeded", message="Slow down"),
            id="fields in the event",
        ),
        pytest.param(
            {"type": "error", "error": {"type": "server_error", "code": "x", "message": "no"}},
            ProviderError(code="x", type="server_error", message="no"),
            id="an object in the event",
        ),
        pytest.param(
            {"error": {"code": "x", "message": "no"}},
            ProviderError(code="x", message="no"),
            id="an event without a type",
        ),
        pytest.param(
            {"type": "response.failed", "response": BEGUN | {"error": {"code": "x", "message": "no"}}},
            ProviderError(code="x", message="no"),
            id="in the response",
        ),
        pytest.param({"type": "response.output_text.delta", "delta": "error"}, None, id="a text about errors"),
    ],
)
def test_an_error_in_a_stream_is_an_error(event: dict[str, Any], expected: ProviderError | None) -> None:
    """It is found in all the places where it is sent."""
    assert streamed({"type": "response.created", "response": BEGUN}, event).error == expected


def test_an_event_that_cannot_be_read_is_a_gap_and_the_rest_is_read() -> None:
    """One broken event does not hide the usage."""
    found = streamed('data: {"type":', {"type": "response.completed", "response": WHOLE})
    assert (found.gaps, found.complete) == ((reading.UNREADABLE_EVENT,), True)
    assert found.usage is not None
