"""Transcription: ``POST /v2/audio/transcriptions``. The answer is the text alone: how long it spoke is not told.

Source: recorded traffic; checked 2026-11-24.
"""

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.wire import multipart
from keeptabs.dialects.cohere import _billed


def ask(request: Request) -> Asked:
    """The model of a transcription request."""
    return Asked(model=multipart.text(reading.form(request), "model"))


def answer(response: Response, asked: Asked) -> Answered:
    """Nothing that is counted."""
    return _billed.failed(response) or Answered()


DIALECT = Dialect(api="audio_transcriptions", operation="speech_to_text", ask=ask, answer=answer)
