"""Speech to text: ``POST …/stt``, an upload. The answer tells how long the sound is, in seconds.

Requests and answers name no model: it goes by the name that xAI's page of models has for it, as its price does.
Source: docs.x.ai/developers/models/speech-to-text and recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.core.wire import multipart


class _Answer(msgspec.Struct):
    duration: Decimal | None = None


_ANSWER = msgspec.json.Decoder(_Answer)
_MODEL = "speech-to-text"


def ask(request: Request) -> Asked:
    """The model, should one be named."""
    return Asked(model=multipart.text(reading.form(request), "model"), output_type="json")


def answer(response: Response, asked: Asked) -> Answered:
    """The seconds that were listened to."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    return Answered(model=asked.model or _MODEL, usage=_usage(said.duration))


def _usage(seconds: Decimal | None) -> Usage | None:
    if seconds is None or not seconds.is_finite() or seconds < 0:
        return None
    return Usage(units={Unit.SECONDS: seconds})


DIALECT = Dialect(api="stt", operation="speech_to_text", ask=ask, answer=answer, needs_model=False)
