"""POST audio/transcriptions and audio/translations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.chat import FAILURE
from keeptabs.testing.mock.reply import Answer, event, event_answer, json_answer, text_answer
from keeptabs.testing.mock.texts import PIECES, SENTENCE
from keeptabs.testing.mock.tokens import count, count_input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keeptabs.testing.mock.calls import Call

_BYTES_A_SECOND = 16_000  # 128 kbit/s, and any upload is taken to be that
_AUDIO_TOKENS_A_SECOND = 10


def transcribe(call: Call) -> Answer:
    """Answer audio/transcriptions in the format asked, or as a stream."""
    if call.flag("stream") and not _by_duration(call):
        return event_answer(_events(call), FAILURE)
    return _answer(call, "transcribe")


def translate(call: Call) -> Answer:
    """Answer audio/translations in the format asked."""
    return _answer(call, "translate")


def seconds(call: Call) -> int:
    """Give the length of the uploaded audio: its bytes at 128 kbit/s, at least a second."""
    return max(1, sum(upload.size for upload in call.uploads) // _BYTES_A_SECOND)


def _answer(call: Call, task: str) -> Answer:
    made = _FORMATS.get(call.text("response_format", "json"), _json)(call, task)
    if isinstance(made, str):
        return text_answer(made)
    if call.behaviour.usage:
        made["usage"] = _usage(call)
    return json_answer(made)


def _by_duration(call: Call) -> bool:
    """Whether the model is billed by the second, not by the token."""
    return call.model.startswith("whisper")


def _usage(call: Call) -> dict[str, Any]:
    if _by_duration(call):
        return {"type": "duration", "seconds": seconds(call)}
    audio = seconds(call) * _AUDIO_TOKENS_A_SECOND
    text = count_input(call.text("prompt")) if call.text("prompt") else 0
    output = count(SENTENCE)
    return {
        "type": "tokens",
        "input_tokens": audio + text,
        "input_token_details": {"text_tokens": text, "audio_tokens": audio},
        "output_tokens": output,
        "total_tokens": audio + text + output,
    }


def _json(_call: Call, _task: str) -> dict[str, Any]:
    return {"text": SENTENCE}


def _verbose(call: Call, task: str) -> dict[str, Any]:
    length = float(seconds(call))
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": length,
        "text": SENTENCE,
        "tokens": [50364, 440],
        "temperature": 0.0,
        "avg_logprob": -0.25,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.01,
    }
    body = {"task": task, "language": "english", "duration": length, "text": SENTENCE}
    return {**body, "segments": [segment]}


def _diarized(call: Call, task: str) -> dict[str, Any]:
    length = float(seconds(call))
    segment = {
        "type": "transcript.text.segment",
        "id": "seg_0",
        "start": 0.0,
        "end": length,
        "speaker": "A",
        "text": SENTENCE,
    }
    return {"task": task, "duration": length, "text": SENTENCE, "segments": [segment]}


def _text(_call: Call, _task: str) -> str:
    return f"{SENTENCE}\n"


def _srt(call: Call, _task: str) -> str:
    return f"1\n00:00:00,000 --> {_clock(call)},000\n{SENTENCE}\n\n"


def _vtt(call: Call, _task: str) -> str:
    return f"WEBVTT\n\n00:00:00.000 --> {_clock(call)}.000\n{SENTENCE}\n\n"


def _clock(call: Call) -> str:
    minutes, rest = divmod(seconds(call), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


_FORMATS: dict[str, Callable[[Call, str], dict[str, Any] | str]] = {
    "json": _json,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
    "text": _text,
    "srt": _srt,
    "vtt": _vtt,
}


def _events(call: Call) -> Iterator[bytes]:
    for piece in PIECES:
        yield event({"type": "transcript.text.delta", "delta": piece})
    last: dict[str, Any] = {"type": "transcript.text.done", "text": SENTENCE}
    if call.behaviour.usage:
        last["usage"] = _usage(call)
    yield event(last)
