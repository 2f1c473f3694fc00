"""Speech, as the official client reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import openai


@pytest.mark.parametrize(
    ("extra", "content_type"),
    [
        ({}, "audio/mpeg"),
        ({"response_format": "wav"}, "audio/wav"),
        ({"stream_format": "audio"}, "audio/mpeg"),
    ],
)
def test_speech_is_audio(sdk: openai.OpenAI, extra: dict[str, Any], content_type: str) -> None:
    """The bytes are MPEG frames of the type the format has."""
    answer = sdk.audio.speech.create(model="gpt-4o-mini-tts", voice="alloy", input="hi", **extra)
    assert answer.response.headers["content-type"] == content_type
    assert answer.content.startswith(b"\xff\xfb")


def test_speech_as_events_ends_with_usage(sdk: openai.OpenAI) -> None:
    """Every event but the last is audio, and the last counts the tokens."""
    answer = sdk.audio.speech.create(model="gpt-4o-mini-tts", voice="alloy", input="hello", stream_format="sse")
    lines = [line for line in answer.text.split("\n") if line]
    *deltas, last = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert {one["type"] for one in deltas} == {"speech.audio.delta"}
    assert last["type"] == "speech.audio.done"
    assert last["usage"]["input_tokens"] == count("hello")


def test_tts_1_has_no_events(sdk: openai.OpenAI) -> None:
    """The older models answer with audio whatever the stream format."""
    answer = sdk.audio.speech.create(model="tts-1", voice="alloy", input="hello", stream_format="sse")
    assert answer.response.headers["content-type"] == "audio/mpeg"
