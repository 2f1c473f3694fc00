"""Text to speech: ``POST …/tts``. What is billed are the characters of the request.

Requests and answers name no model: it goes by the name that xAI's page of models has for it, as its price does.
Source: docs.x.ai/developers/models/text-to-speech and recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage


class _Request(msgspec.Struct):
    text: str | None = None
    model: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_MODEL = "text-to-speech"


def ask(request: Request) -> Asked:
    """The length of the text."""
    asked = reading.request(_REQUEST, request.body) or _Request()
    characters = None if asked.text is None else len(asked.text)
    return Asked(model=asked.model, output_type="speech", characters=characters)


def answer(response: Response, asked: Asked) -> Answered:
    """The characters that were asked for: the answer is sound."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    counted = None if asked.characters is None else Usage(units={Unit.CHARACTERS: Decimal(asked.characters)})
    return Answered(model=asked.model or _MODEL, usage=counted)


DIALECT = Dialect(api="tts", operation="text_to_speech", ask=ask, answer=answer, needs_model=False)
