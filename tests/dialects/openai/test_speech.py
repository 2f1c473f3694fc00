"""Text to speech: the characters that were asked for, and tokens where a stream tells them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai.speech import DIALECT

STREAM = Headers.of([("content-type", "text/event-stream")])
AUDIO = Headers.of([("content-type", "audio/mpeg")])
DELTA = {"type": "speech.audio.delta", "audio": "aGk="}
DONE = {"type": "speech.audio.done", "usage": {"input_tokens": 14, "output_tokens": 101, "total_tokens": 115}}


def streamed(*events: dict[str, Any] | str, characters: int | None = 5) -> Answered:
    """What a stream says; a text stands for itself."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    return DIALECT.answer(Response(status=200, headers=STREAM, body=body), Asked(characters=characters))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '{"model": "tts-1", "input": "Hello", "voice": "alloy"}',
            Asked(model="tts-1", output_type="speech", characters=5),
            id="a text",
        ),
        pytest.param('{"input": "Grüße 😀"}', Asked(output_type="speech", characters=7), id="characters, not bytes"),
        pytest.param('{"input": ""}', Asked(output_type="speech", characters=0), id="an empty text"),
        pytest.param(
            '{"model": "m", "stream_format": "sse"}', Asked(model="m", stream=True, output_type="speech"), id="a stream"
        ),
        pytest.param('{"stream_format": "audio"}', Asked(output_type="speech"), id="audio"),
        pytest.param("x", Asked(output_type="speech"), id="no JSON"),
    ],
)
def test_what_a_request_asks_for(body: str, expected: Asked) -> None:
    """The length of the text is counted, and the text is not kept."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body.encode())) == expected


@pytest.mark.parametrize(
    ("characters", "expected"),
    [(5, Usage(units={Unit.CHARACTERS: Decimal(5)})), (0, Usage(units={Unit.CHARACTERS: Decimal(0)})), (None, None)],
)
def test_audio_is_counted_by_the_characters_that_were_asked_for(characters: int | None, expected: Usage | None) -> None:
    """The audio itself says nothing, and a request that could not be read has no length."""
    found = DIALECT.answer(Response(status=200, headers=AUDIO), Asked(characters=characters))
    assert found == Answered(usage=expected)


def test_a_stream_tells_tokens_at_its_end() -> None:
    """Its output is audio, and the characters are there as well."""
    found = streamed(DELTA, DELTA, DONE)
    assert (found.complete, found.gaps) == (True, ())
    assert found.usage is not None
    assert found.usage.units == {Unit.CHARACTERS: Decimal(5)}
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 14, Bucket.OUTPUT_AUDIO: 101}


@pytest.mark.parametrize("events", [[], [DELTA], [{"type": "speech.audio.deltadone"}]])
def test_a_stream_without_its_last_event_is_not_complete(events: list[dict[str, Any] | str]) -> None:
    """What was asked for is counted all the same."""
    found = streamed(*events)
    assert (found.complete, found.usage) == (False, Usage(units={Unit.CHARACTERS: Decimal(5)}))


def test_a_last_event_without_a_usage_ends_the_stream() -> None:
    """It is complete, and there are no tokens."""
    found = streamed(DELTA, {"type": "speech.audio.done"})
    assert found.complete
    assert found.usage is not None
    assert found.usage.tokens == {}


def test_a_usage_of_an_unknown_shape_is_a_gap() -> None:
    """The characters are counted all the same."""
    found = streamed({"type": "speech.audio.done", "usage": [1]})
    assert (found.gaps, found.usage) == ((_usage.UNREADABLE,), Usage(units={Unit.CHARACTERS: Decimal(5)}))


def test_an_error_in_a_stream_is_an_error() -> None:
    """It ends without tokens."""
    found = streamed(DELTA, {"type": "error", "error": {"code": "server_error", "message": "no"}})
    assert found.error == ProviderError(code="server_error", message="no")


def test_an_event_that_cannot_be_read_is_a_gap_and_the_rest_is_read() -> None:
    """One broken event does not hide the usage, and is told."""
    found = streamed("{broken}", DONE)
    assert (found.gaps, found.complete) == ((reading.UNREADABLE_EVENT,), True)
