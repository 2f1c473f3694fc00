"""Videos: ``POST …/videos`` and what makes one of another. Billed by seconds, at a price for the size.

The job that is begun tells its seconds, so it is what counts; asking for it later is no call. The size stands in the
request; 720x1280 is what ``POST …/videos`` takes where it does not. Source: openai-python 3.54.0 ``types/video.py``,
``types/video_create_params.py``; checked 2026-11-24.
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
from keeptabs.dialects.openai import _units

_UNSAID_SIZE = "720x1280"


class _Request(msgspec.Struct):
    model: str | None = None
    size: str | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    seconds: Decimal | None = None
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_JOB = msgspec.json.Decoder(_Job, strict=False)


def ask(request: Request) -> Asked:
    """Model and size, from JSON or from a form."""
    form = reading.form(request)
    if form:
        asked = _Request(model=multipart.text(form, "model"), size=multipart.text(form, "size"))
    else:
        asked = reading.request(_REQUEST, request.body) or _Request()
    creates = request.path.rstrip("/").endswith("/videos")
    return Asked(model=asked.model, output_type="video", size=asked.size or (_UNSAID_SIZE if creates else None))


def answer(response: Response, asked: Asked) -> Answered:
    """The seconds of the job that was begun."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    said = readable(_JOB, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    seconds = _units.amount(said.seconds)
    return Answered(
        model=said.model,
        id=said.id,
        usage=Usage(units={Unit.SECONDS: seconds}) if seconds else None,
        error=error_body.of(said.error),
    )


DIALECT = Dialect(api="videos", operation="video_generation", ask=ask, answer=answer, needs_model=False)
