"""Text to speech: ``POST …/audio/speech``. The answer is audio; what is billed stands in the request.

With ``stream_format: sse`` a last event, ``speech.audio.done``, has tokens. Otherwise the characters are counted: tts-1
is billed by them. Source: openai-python 3.54.0 ``types/audio/speech_create_params.py``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.openai import _usage


class _Request(msgspec.Struct):
    model: str | None = None
    input: str | None = None
    stream_format: str | None = None


class _Event(msgspec.Struct):
    type: str | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_EVENT = msgspec.json.Decoder(_Event, strict=False)


def ask(request: Request) -> Asked:
    """Model and length of the text."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    return Asked(
        model=asked.model,
        stream=asked.stream_format == "sse",
        output_type="speech",
        characters=None if asked.input is None else len(asked.input),
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Tokens from the last event of a stream, and the characters that were asked for."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    units = {} if asked.characters is None else {Unit.CHARACTERS: Decimal(asked.characters)}
    if not reading.is_stream(response):
        return Answered(usage=Usage(units=units) if units else None)
    said, unread = reading.everything(_EVENT, response)
    usages = [event.usage for event in said if not _usage.is_absent(event.usage)]
    error = next((error_body.of(event.error) for event in said if event.error), None)
    ended = any(event.type == "speech.audio.done" for event in said)
    tokens, gaps = _usage.read(usages[-1] if usages else msgspec.Raw(), output_rest=Bucket.OUTPUT_AUDIO)
    usage = msgspec.structs.replace(tokens or Usage(), units=units)
    return Answered(usage=usage, error=error, complete=ended, gaps=unread + gaps)


DIALECT = Dialect(
    api="audio_speech",
    operation="text_to_speech",
    ask=ask,
    answer=answer,
    markers=(*reading.USAGE, *reading.ERROR, b"speech.audio.done"),
)
