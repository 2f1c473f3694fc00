import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.openai.realtime import DIALECT

LINES = "application/x-ndjson"
CREATED = {"type": "session.created", "session": {"model": "gpt-realtime-2", "audio": {"input": {}}}}
USAGE = {
    "total_tokens": 150,
    "input_tokens": 100,
    "output_tokens": 50,
    "input_token_details": {
        "text_tokens": 30,
        "audio_tokens": 60,
        "image_tokens": 10,
        "cached_tokens": 48,
        "cached_tokens_details": {"text_tokens": 16, "audio_tokens": 32, "image_tokens": 0},
    },
    "output_token_details": {"text_tokens": 12, "audio_tokens": 38},
}


def done(status: str = "completed", **more: Any) -> dict[str, Any]:
    response = {"id": "resp_1", "status": status, "usage": USAGE, **more}
    return {"type": "response.done", "event_id": "event_1", "response": response}


def lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def answer(*events: Any) -> Answered:
    response = Response(status=101, headers=Headers.of([("content-type", LINES)]), body=lines(*events))
    return DIALECT.answer(response, Asked())


def ask(*sent: Any, query: str = "model=gpt-realtime") -> Asked:
    return DIALECT.ask(Request(method="WS", host="localhost", path="/v1/realtime", query=query, body=lines(*sent)))


@pytest.mark.parametrize(
    ("query", "session", "model"),
    [
        ("model=gpt-realtime", {}, "gpt-realtime"),
        ("api-version=2025-04-01&deployment=voice", {}, "voice"),
        ("model=gpt-realtime&deployment=voice", {}, "gpt-realtime"),
        ("call_id=rtc_1", {}, None),
        ("call_id=rtc_1", {"model": "gpt-realtime-mini"}, "gpt-realtime-mini"),
        ("model=gpt-realtime", {"model": "gpt-realtime-mini"}, "gpt-realtime-mini"),
        ("", {"model": None}, None),
    ],
)
def test_the_model_that_is_asked_for(query: str, session: dict[str, Any], model: str | None) -> None:
    """The query names it, and a session may change it."""
    assert ask({"type": "session.update", "session": session}, query=query).model == model


def test_settings_of_session_and_response() -> None:
    """A response's own settings count before those of its session, in either spelling."""
    session = {"temperature": 0.8, "max_response_output_tokens": 100, "modalities": ["text", "audio"]}
    response = {"max_output_tokens": 50, "reasoning": {"effort": "low"}, "metadata": {"topic": "weather", "n": 1}}
    asked = ask({"type": "session.update", "session": session}, {"type": "response.create", "response": response})
    assert asked.settings == {
        "gen_ai.request.temperature": 0.8,
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.reasoning.level": "low",
    }
    assert (asked.stream, asked.output_type, asked.metadata) == (True, "speech", {"topic": "weather"})


@pytest.mark.parametrize(
    ("sent", "settings", "output_type"),
    [
        ({"session": {"max_output_tokens": "inf"}}, {}, None),
        ({"session": {"output_modalities": ["text"]}}, {}, "text"),
        ({"session": {"output_modalities": ["audio"]}}, {}, "speech"),
        ({"type": "response.create"}, {}, None),
        ({"session": "what"}, {}, None),
    ],
)
def test_other_settings(sent: Any, settings: dict[str, Any], output_type: str | None) -> None:
    """No limit is none that was set, and what cannot be read says nothing."""
    asked = ask(sent)
    assert (asked.settings, asked.output_type, asked.model) == (settings, output_type, "gpt-realtime")


def test_a_response() -> None:
    """Its tokens by modality, less what came from the cache, add up to the totals."""
    answered = answer(CREATED, {"type": "response.created", "response": {"id": "resp_1", "usage": None}}, done())
    assert (answered.model, answered.id, answered.complete, answered.error) == ("gpt-realtime-2", "resp_1", True, None)
    assert (answered.finish_reasons, answered.operation, answered.gaps) == (("completed",), None, ())
    usage = answered.usage
    assert usage is not None
    assert (usage.input, usage.output) == (100, 50)
    assert {bucket: count for bucket, count in usage.tokens.items() if count} == {
        Bucket.INPUT_TEXT: 14,
        Bucket.INPUT_AUDIO: 28,
        Bucket.INPUT_IMAGE: 10,
        Bucket.CACHE_READ_TEXT: 16,
        Bucket.CACHE_READ_AUDIO: 32,
        Bucket.OUTPUT_TEXT: 12,
        Bucket.OUTPUT_AUDIO: 38,
    }
    assert json.loads(usage.raw or "") == USAGE


@pytest.mark.parametrize(
    ("status", "details", "reasons", "error"),
    [
        ("completed", None, ("completed",), None),
        ("completed", "unimplemented", ("completed",), None),
        ("cancelled", {"type": "cancelled", "reason": "turn_detected"}, ("turn_detected",), None),
        ("incomplete", {"type": "incomplete", "reason": "content_filter"}, ("content_filter",), None),
        ("incomplete", {"type": "incomplete", "reason": "max_output_tokens"}, ("max_output_tokens",), None),
        (
            "failed",
            {"type": "failed", "error": {"type": "insufficient_quota", "code": "insufficient_quota"}},
            ("failed",),
            ProviderError(code="insufficient_quota", type="insufficient_quota"),
        ),
    ],
)
def test_how_a_response_ends(status: str, details: Any, reasons: tuple[str, ...], error: ProviderError | None) -> None:
    """The reason in its details, else its status; the error of one that failed; and the usage all the same."""
    answered = answer(CREATED, done(status, status_details=details))
    assert (answered.finish_reasons, answered.error, answered.complete) == (reasons, error, True)
    assert answered.usage is not None


def test_a_usage_beside_the_response() -> None:
    """xAI puts it there, with the seconds that it bills, and an empty one in the response."""
    beside = {"input_tokens": 7, "output_tokens": 9, "total_tokens": 16, "billable_audio_seconds": 2}
    usage = answer(done(usage={}) | {"usage": beside}).usage
    assert usage is not None
    assert (usage.input, usage.output, usage.units) == (7, 9, {Unit.SECONDS: Decimal(2)})


def test_a_response_that_breaks_off() -> None:
    """What was told of it so far is no usage, and it is not complete."""
    answered = answer(CREATED, {"type": "response.created", "response": {"id": "resp_1", "usage": {}}})
    assert (answered.id, answered.usage, answered.complete, answered.finish_reasons) == ("resp_1", None, False, ())


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "event_id": "event_1", "error": {"type": "invalid_request_error", "code": "bad"}},
        {"error": {"code": "bad", "type": "invalid_request_error"}},
    ],
    ids=["event", "close-frame"],
)
def test_an_error_of_the_session(event: dict[str, Any]) -> None:
    """It is an answer without a response, by an event or by the end of the connection."""
    answered = answer(CREATED, event)
    assert (answered.model, answered.error) == (
        "gpt-realtime-2",
        ProviderError(code="bad", type="invalid_request_error"),
    )


@pytest.mark.parametrize(
    ("usage", "tokens", "seconds"),
    [
        ({"type": "duration", "seconds": 2.5}, (None, None), Decimal("2.5")),
        ({"type": "tokens", "input_tokens": 20, "output_tokens": 6, "total_tokens": 26}, (20, 6), None),
    ],
    ids=["duration", "tokens"],
)
def test_a_transcription(usage: dict[str, Any], tokens: tuple[int | None, int | None], seconds: Decimal | None) -> None:
    """It is another operation, by another model, which the session names."""
    session = {"model": "gpt-realtime-2", "audio": {"input": {"transcription": {"model": "whisper-1"}}}}
    said = {"type": "conversation.item.input_audio_transcription.completed", "item_id": "item_1", "usage": usage}
    answered = answer({"type": "session.updated", "session": session}, said)
    assert (answered.operation, answered.model, answered.id) == ("speech_to_text", "whisper-1", "item_1")
    assert answered.usage is not None
    assert (answered.usage.input, answered.usage.output) == tokens
    assert answered.usage.units.get(Unit.SECONDS) == seconds


def test_a_transcription_that_fails() -> None:
    """Its error is in its own event; an older session names the model at its top."""
    session = {"model": "gpt-4o-realtime", "input_audio_transcription": {"model": "whisper-1"}}
    said = {
        "type": "conversation.item.input_audio_transcription.failed",
        "item_id": "item_1",
        "error": {"type": "server_error", "code": "DeploymentNotFound"},
    }
    answered = answer({"type": "session.updated", "session": session}, said)
    assert (answered.model, answered.usage, answered.complete) == ("whisper-1", None, True)
    assert answered.error == ProviderError(code="DeploymentNotFound", type="server_error")


def test_rate_limits() -> None:
    """What remains of the limits is a fact of the exchange that they are told in or before."""
    limits = [{"name": "tokens", "limit": 100, "remaining": 90, "reset_seconds": 0.5}, {"name": "requests"}]
    answered = answer({"type": "rate_limits.updated", "rate_limits": limits}, done())
    assert answered.facts == {
        "keeptabs.rate_limit.remaining_tokens": 90,
    }


def test_a_refused_handshake() -> None:
    """It is answered as any request that fails."""
    body = b'{"error":{"code":"invalid_api_key","message":"No"}}'
    answered = DIALECT.answer(Response(status=401, body=body), Asked())
    assert answered.error == ProviderError(code="invalid_api_key", message="No")


def test_what_is_kept_tells_as_much_as_what_went_by() -> None:
    """Events without facts are dropped, and nothing is read otherwise for it."""
    deltas = [{"type": "response.output_audio.delta", "delta": "A" * 1000} for _ in range(200)]
    limits = {"type": "rate_limits.updated", "rate_limits": [{"name": "tokens", "remaining": 5}]}
    body = lines(CREATED, limits, {"type": "response.created", "response": {"id": "resp_1"}}, *deltas, done())
    kept = keeper(101, LINES, DIALECT.markers)
    for start in range(0, len(body), 777):
        kept.feed(body[start : start + 777])
    headers = Headers.of([("content-type", LINES)])
    small = kept.result()
    assert len(small) < 2000
    assert DIALECT.answer(Response(status=101, headers=headers, body=small), Asked()) == DIALECT.answer(
        Response(status=101, headers=headers, body=body), Asked()
    )


@given(st.binary(), st.text())
def test_any_bytes(data: bytes, query: str) -> None:
    """Nothing is raised, whatever was sent or received."""
    DIALECT.ask(Request(method="WS", host="localhost", path="/v1/realtime", query=query, body=data))
    for body in (data, b'{"type":"response.done"' + data, b'{"session":' + data + b"}"):
        DIALECT.answer(Response(status=101, headers=Headers.of([("content-type", LINES)]), body=body), Asked())
