"""Speech to text: ``POST …/audio/{transcriptions,translations}``, a multipart upload.

``usage`` is of type ``tokens`` (gpt-4o-transcribe) or ``duration`` in seconds (whisper-1); ``verbose_json`` has a
``duration`` at the top; plain text, srt and vtt answers say nothing. A stream ends with ``transcript.text.done``.
Source: openai-python 3.54.0 ``types/audio/transcription*.py``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.core.wire import multipart
from keeptabs.dialects.openai import _units, _usage


class _Answer(msgspec.Struct):
    """A whole answer, or one event of a stream."""

    type: str | None = None
    model: str | None = None  # Mistral names it
    duration: Decimal | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: Any = None


class _Kind(msgspec.Struct):
    type: str | None = None
    seconds: Decimal | None = None


_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_KIND = msgspec.json.Decoder(_Kind, strict=False)
_TEXT_FORMATS = {"text", "srt", "vtt"}


def ask(request: Request) -> Asked:
    """Model and format of an upload."""
    form = reading.form(request)
    wanted = multipart.text(form, "response_format")
    return Asked(
        model=multipart.text(form, "model"),
        stream=multipart.text(form, "stream") == "true",
        output_type="text" if wanted in _TEXT_FORMATS else "json" if wanted else None,
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Tokens or seconds, whichever the answer tells."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    if asked.output_type == "text" and not reading.is_stream(response):
        return Answered()
    streamed = reading.is_stream(response)
    said, unread = reading.everything(_ANSWER, response)
    if not said:
        return Answered(complete=not streamed, gaps=unread)
    last = next((event for event in reversed(said) if not _usage.is_absent(event.usage)), said[-1])
    ended = any((event.type or "").endswith(".done") for event in said)
    error = next((error_body.of(event.error) for event in said if event.error), None)
    usage, gaps = _read_usage(last)
    complete = not streamed or ended
    return Answered(model=last.model, usage=usage, error=error, complete=complete, gaps=unread + gaps)


def _read_usage(said: _Answer) -> tuple[Usage | None, tuple[str, ...]]:
    usage, gaps = _usage.read(said.usage)
    kind = readable(_KIND, said.usage) or _Kind()
    seconds = _units.amount(kind.seconds if kind.seconds is not None else said.duration)
    if seconds is None or (usage is not None and usage.tokens):
        return usage, gaps
    return Usage(units={Unit.SECONDS: seconds}, raw=usage.raw if usage else None), gaps


DIALECT = Dialect(
    api="audio_transcriptions",
    operation="speech_to_text",
    ask=ask,
    answer=answer,
    markers=(*reading.USAGE, *reading.ERROR, b'.done"'),
)
