"""Chat and generation of both versions: whole, and as the streams that each has."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.cohere.chat import CHAT, GENERATE

BILLED = {"input_tokens": 7, "output_tokens": 88}
USAGE = {"billed_units": BILLED, "tokens": {"input_tokens": 69, "output_tokens": 89}, "cached_tokens": 64}
V2 = {"id": "a1", "message": {"role": "assistant"}, "finish_reason": "COMPLETE", "usage": USAGE}
V1 = {
    "response_id": "a1",
    "generation_id": "g1",
    "text": "Ahoy",
    "chat_history": [{"role": "CHATBOT", "message": "Ahoy"}],
    "finish_reason": "COMPLETE",
    "meta": USAGE | {"api_version": {"version": "1"}},
}
V2_EVENTS: list[dict[str, Any]] = [
    {"type": "message-start", "id": "a1", "delta": {"message": {"role": "assistant", "content": []}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Ah"}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "oy"}}}},
    {"type": "content-end", "index": 0},
    {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": USAGE}},
]
V1_EVENTS: list[dict[str, Any]] = [
    {"is_finished": False, "event_type": "stream-start", "generation_id": "g1"},
    {"is_finished": False, "event_type": "text-generation", "text": "Ahoy"},
    {"is_finished": True, "event_type": "stream-end", "response": V1, "finish_reason": "COMPLETE"},
]


def as_events(said: list[dict[str, Any]]) -> tuple[str, bytes]:
    """As version 2 streams."""
    blocks = (f"event: {each['type']}\ndata: {json.dumps(each, separators=(',', ':'))}\n\n" for each in said)
    return "text/event-stream", "".join(blocks).encode() + b"data: [DONE]\n\n"


def as_lines(said: list[dict[str, Any]]) -> tuple[str, bytes]:
    """As version 1 streams."""
    return "application/stream+json", "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in said).encode()


def streamed(content_type: str, body: bytes) -> Answered:
    """What a stream says; kept in part it says the same."""
    headers = Headers.of([("content-type", content_type)])
    kept = keeper(200, content_type, CHAT.markers)
    for start in range(0, len(body), 40):
        kept.feed(body[start : start + 40])
    found = CHAT.answer(Response(status=200, headers=headers, body=body), Asked())
    assert CHAT.answer(Response(status=200, headers=headers, body=kept.result()), Asked()) == found
    return found


def answer(said: Any) -> Answered:
    """What a whole answer says."""
    return CHAT.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    "found",
    [answer(V2), answer(V1), streamed(*as_events(V2_EVENTS)), streamed(*as_lines(V1_EVENTS))],
    ids=["version 2", "version 1", "version 2 streamed", "version 1 streamed"],
)
def test_what_is_billed_is_the_usage(found: Answered) -> None:
    """Not what the model was given in all; the rest of what was said is in the raw usage."""
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 7, Bucket.OUTPUT_TEXT: 88}
    assert json.loads(found.usage.raw or "")["cached_tokens"] == 64
    assert (found.id, found.model, found.finish_reasons) == ("a1", None, ("COMPLETE",))
    assert (found.complete, found.error, found.gaps) == (True, None, ())


@pytest.mark.parametrize(
    ("stream", "cut"),
    [(as_events(V2_EVENTS[:-1]), b"data: [DONE]\n\n"), (as_lines(V1_EVENTS[:-1]), b"")],
    ids=["version 2", "version 1"],
)
def test_a_stream_that_broke_off_shows_no_end(stream: tuple[str, bytes], cut: bytes) -> None:
    """And was billed nobody knows what."""
    found = streamed(stream[0], stream[1].removesuffix(cut))
    assert (found.complete, found.usage, found.finish_reasons) == (False, None, ())


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("MAX_TOKENS", None),
        ("ERROR_TOXIC", None),
        ("TOOL_CALL", None),
        ("ERROR", ProviderError(code="ERROR", message="Oh")),
        ("TIMEOUT", ProviderError(code="TIMEOUT", message="Oh")),
    ],
)
def test_a_stream_may_end_with_an_error(reason: str, error: ProviderError | None) -> None:
    """It began with success: the reason tells that it failed."""
    end = {"type": "message-end", "delta": {"finish_reason": reason, "error": "Oh", "usage": USAGE}}
    found = streamed(*as_events([*V2_EVENTS[:2], end]))
    assert (found.finish_reasons, found.error, found.complete) == ((reason,), error, True)
    assert found.usage is not None


def test_generation_has_its_reason_in_a_list() -> None:
    """The usage is where version 1 has it."""
    said = {"id": "a1", "generations": [{"id": "x", "text": "a", "finish_reason": "MAX_TOKENS"}], "meta": USAGE}
    found = GENERATE.answer(Response(status=200, body=json.dumps(said).encode()), Asked())
    assert found.finish_reasons == ("MAX_TOKENS",)
    assert found.usage is not None
    assert (GENERATE.operation, GENERATE.needs_model, CHAT.needs_model) == ("text_completion", False, True)


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        pytest.param(V2 | {"usage": None}, (), id="null"),
        pytest.param(V2 | {"usage": {}}, (), id="nothing billed"),
        pytest.param([], (reading.UNREADABLE,), id="no object"),
    ],
)
def test_an_answer_without_a_usage_has_none(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    assert (answer(said).usage, answer(said).gaps) == (None, gaps)
