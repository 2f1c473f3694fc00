"""POST audio/speech."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from keeptabs.testing.mock.chat import FAILURE
from keeptabs.testing.mock.reply import Answer, event, event_answer
from keeptabs.testing.mock.samples import mp3
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keeptabs.testing.mock.calls import Call

_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
_FRAMES_A_TOKEN = 4
_AUDIO_TOKENS_A_TOKEN = 20


def answer(call: Call) -> Answer:
    """Answer with audio; only the token-billed models can send it as events.

    Whatever the format asked, the bytes are silent MP3: only their type is told apart.
    """
    tokens = count(call.text("input"))
    if call.text("stream_format") == "sse" and not call.model.startswith("tts-1"):
        return event_answer(_events(call, tokens), FAILURE)
    content_type = _TYPES.get(call.text("response_format"), _TYPES["mp3"])
    return Answer(mp3(tokens * _FRAMES_A_TOKEN), content_type=content_type)


def _events(call: Call, tokens: int) -> Iterator[bytes]:
    audio = base64.b64encode(mp3(_FRAMES_A_TOKEN)).decode()
    for _ in range(tokens):
        yield event({"type": "speech.audio.delta", "audio": audio})
    last: dict[str, Any] = {"type": "speech.audio.done"}
    if call.behaviour.usage:
        output = tokens * _AUDIO_TOKENS_A_TOKEN
        last["usage"] = {
            "input_tokens": tokens,
            "output_tokens": output,
            "total_tokens": tokens + output,
        }
    yield event(last)
