"""Speech to text: tokens or seconds, whichever the answer tells."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai.transcription import DIALECT

STREAM = Headers.of([("content-type", "text/event-stream")])
TOKENS = {
    "type": "tokens",
    "input_tokens": 14,
    "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
    "output_tokens": 101,
    "total_tokens": 115,
}
BUCKETS = {Bucket.INPUT_TEXT: 0, Bucket.INPUT_AUDIO: 14, Bucket.OUTPUT_TEXT: 101}


def ask(*pairs: tuple[str, str]) -> Asked:
    """What an upload asks for."""
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nID3\r\n'
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
    headers = Headers.of([("content-type", "multipart/form-data; boundary=b")])
    body = "".join([file, *parts, "--b--\r\n"]).encode()
    return DIALECT.ask(Request(method="POST", host="h", path="/", headers=headers, body=body))


def answer(said: Any, asked: Asked | None = None) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), asked or Asked())


def streamed(*events: dict[str, Any] | str) -> Answered:
    """What a stream says; a text stands for itself."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    return DIALECT.answer(Response(status=200, headers=STREAM, body=body), Asked(stream=True))


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("model", "whisper-1")], Asked(model="whisper-1")),
        ([("model", "gpt-4o-transcribe"), ("stream", "true")], Asked(model="gpt-4o-transcribe", stream=True)),
        ([("stream", "false")], Asked()),
        ([("response_format", "verbose_json")], Asked(output_type="json")),
        ([("response_format", "json")], Asked(output_type="json")),
        ([("response_format", "text")], Asked(output_type="text")),
        ([("response_format", "srt")], Asked(output_type="text")),
        ([("response_format", "vtt")], Asked(output_type="text")),
        ([], Asked()),
    ],
)
def test_what_an_upload_asks_for(pairs: list[tuple[str, str]], expected: Asked) -> None:
    """Model, stream and format stand in the form, before or behind the file."""
    assert ask(*pairs) == expected


def test_an_upload_that_is_no_form_asks_for_nothing_known() -> None:
    """There is no model where none can be read."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=b'{"model": "whisper-1"}')) == Asked()


def test_an_answer_in_tokens_is_read() -> None:
    """Audio tokens are told apart from the text of the prompt."""
    found = answer({"text": "Hi", "usage": TOKENS})
    assert (found.complete, found.gaps) == (True, ())
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.units) == (BUCKETS, {})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"text": "Hi", "usage": {"type": "duration", "seconds": 7}}, "7", id="whole seconds"),
        pytest.param({"usage": {"type": "duration", "seconds": 8.47}}, "8.47", id="a fraction, exactly"),
        pytest.param({"task": "transcribe", "duration": 8.470000267028809}, "8.470000267028809", id="verbose_json"),
        pytest.param({"duration": "8.47"}, "8.47", id="a number as text"),
        pytest.param(
            {"duration": 8.47, "usage": {"type": "duration", "seconds": 9}},
            "9",
            id="what is billed wins over the length",
        ),
    ],
)
def test_an_answer_in_seconds_is_read(said: dict[str, Any], expected: str) -> None:
    """Whisper is billed by the length of the audio."""
    usage = answer(said).usage
    assert usage is not None
    assert (usage.tokens, usage.units) == ({}, {Unit.SECONDS: Decimal(expected)})


def test_tokens_win_over_a_length() -> None:
    """A call is billed by one or the other."""
    usage = answer({"duration": 8.47, "usage": TOKENS}).usage
    assert usage is not None
    assert (usage.tokens, usage.units) == (BUCKETS, {})


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        pytest.param({"text": "Hi"}, (), id="nothing said"),
        pytest.param({"text": "Hi", "usage": None}, (), id="null"),
        pytest.param({"text": "Hi", "usage": "free"}, (_usage.UNREADABLE,), id="a usage of unknown shape"),
        pytest.param([], (reading.UNREADABLE,), id="no object"),
    ],
)
def test_an_answer_without_a_usage_has_none(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    found = answer(said)
    assert (found.usage, found.gaps) == (None, gaps)


@pytest.mark.parametrize(
    ("output_type", "gaps"), [("text", ()), ("json", (reading.UNREADABLE,)), (None, (reading.UNREADABLE,))]
)
def test_a_plain_text_is_no_gap_when_it_was_asked_for(output_type: str | None, gaps: tuple[str, ...]) -> None:
    """Text, srt and vtt say nothing about usage."""
    body = b"1\n00:00:00,000 --> 00:00:02,000\nHi\n"
    found = DIALECT.answer(Response(status=200, body=body), Asked(output_type=output_type))
    assert found == Answered(gaps=gaps)


def test_mistral_names_the_model_in_its_answer() -> None:
    """OpenAI does not."""
    assert answer({"model": "voxtral-mini-2507", "text": "Hi"}).model == "voxtral-mini-2507"
    assert answer({"text": "Hi"}).model is None


def test_a_stream_is_folded_into_one_answer() -> None:
    """The usage stands in the last event."""
    found = streamed(
        {"type": "transcript.text.delta", "delta": "H"},
        {"type": "transcript.text.delta", "delta": "i"},
        {"type": "transcript.text.done", "text": "Hi", "usage": TOKENS},
    )
    assert (found.complete, found.gaps) == (True, ())
    assert found.usage is not None
    assert found.usage.tokens == BUCKETS


@pytest.mark.parametrize(
    "events", [[], [{"type": "transcript.text.delta", "delta": "done"}], [{"type": "transcript.text.segment"}]]
)
def test_a_stream_without_its_last_event_is_not_complete(events: list[dict[str, Any] | str]) -> None:
    """A delta or a segment is no end."""
    assert streamed(*events) == Answered(complete=False)


def test_an_error_in_a_stream_is_an_error() -> None:
    """It ends without a usage."""
    found = streamed({"type": "error", "error": {"code": "server_error", "message": "no"}})
    assert found.error == ProviderError(code="server_error", message="no")


def test_an_event_that_cannot_be_read_is_a_gap_and_the_rest_is_read() -> None:
    """One broken event does not hide the usage, and is told."""
    found = streamed("{broken}", {"type": "transcript.text.done", "usage": TOKENS})
    assert (found.gaps, found.complete) == ((reading.UNREADABLE_EVENT,), True)
