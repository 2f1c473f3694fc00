"""Transcriptions and translations, as the official client reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.texts import SENTENCE
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import openai

pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

AUDIO = ("a.mp3", bytes(40_000))  # 2 seconds, as the mock reckons


@pytest.mark.parametrize(
    ("model", "usage"),
    [
        ("whisper-1", {"type": "duration", "seconds": 2}),
        (
            "gpt-4o-transcribe",
            {
                "type": "tokens",
                "input_tokens": 20,
                "input_token_details": {"text_tokens": 0, "audio_tokens": 20},
                "output_tokens": count(SENTENCE),
                "total_tokens": 20 + count(SENTENCE),
            },
        ),
    ],
)
def test_usage_is_in_the_model_s_own_terms(strict: openai.OpenAI, model: str, usage: dict[str, Any]) -> None:
    """Whisper is billed by the second, the others by the token."""
    answer = strict.audio.transcriptions.create(model=model, file=AUDIO)
    assert answer.text == SENTENCE
    assert answer.to_dict()["usage"] == usage


def test_a_prompt_is_paid_for(sdk: openai.OpenAI) -> None:
    """A prompt adds text tokens to the audio's."""
    answer = sdk.audio.transcriptions.create(model="gpt-4o-transcribe", file=AUDIO, prompt="abcd")
    assert answer.to_dict()["usage"]["input_tokens"] == 24  # type: ignore[index]


@pytest.mark.parametrize("translate", [False, True])
def test_verbose_json_has_the_duration(strict: openai.OpenAI, *, translate: bool) -> None:
    """The duration is the length of the file, in seconds."""
    api = strict.audio.translations if translate else strict.audio.transcriptions
    answer = api.create(model="whisper-1", file=AUDIO, response_format="verbose_json")
    assert answer.duration == 2.0


@pytest.mark.parametrize(
    ("response_format", "start"),
    [("text", SENTENCE), ("srt", "1\n00:00:00,000 --> 00:00:02,000\n"), ("vtt", "WEBVTT\n\n")],
)
@pytest.mark.parametrize("translate", [False, True])
def test_text_formats_are_plain_text(
    sdk: openai.OpenAI,
    response_format: Any,
    start: str,
    *,
    translate: bool,
) -> None:
    """The text formats carry the sentence and no usage."""
    api = sdk.audio.translations if translate else sdk.audio.transcriptions
    raw = api.with_raw_response.create(model="whisper-1", file=AUDIO, response_format=response_format)
    assert raw.headers["content-type"].startswith("text/plain")
    assert raw.text.startswith(start)
    assert SENTENCE in raw.text
    assert "usage" not in raw.text


def test_a_stream_ends_with_the_whole_text_and_usage(strict: openai.OpenAI) -> None:
    """The deltas make up the text the last event repeats."""
    *deltas, last = strict.audio.transcriptions.create(model="gpt-4o-transcribe", file=AUDIO, stream=True)
    assert "".join(getattr(one, "delta", "") for one in deltas) == SENTENCE
    assert last.type == "transcript.text.done"
    assert last.usage is not None


def test_whisper_does_not_stream(sdk: openai.OpenAI) -> None:
    """Asked to stream, whisper answers plainly all the same."""
    raw = sdk.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=AUDIO, extra_body={"stream": "true"}
    )
    assert raw.headers["content-type"] == "application/json"
