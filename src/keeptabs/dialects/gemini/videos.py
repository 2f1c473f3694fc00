"""Videos of Veo: ``POST …/models/{model}:predictLongRunning`` begins an operation. They are billed by seconds.

The request alone tells the seconds, so it is what counts, where it says so; asking for the operation later is no call.
Videos that are filtered in the end are not billed, but are counted here. Source: google-genai 3.4.0
``types.GenerateVideosConfig``, recorded traffic; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.gemini import _errors

_SECONDS = "keeptabs.request.video.seconds"


class _Parameters(msgspec.Struct, rename="camel"):
    duration_seconds: int | None = None
    sample_count: int | None = None
    resolution: str | None = None


class _Request(msgspec.Struct):
    parameters: _Parameters | None = None


class _Operation(msgspec.Struct):
    name: str | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_OPERATION = msgspec.json.Decoder(_Operation, strict=False)


def ask(request: Request) -> Asked:
    """How many seconds of video in all, and their resolution."""
    asked = (reading.request(_REQUEST, request.body) or _Request()).parameters or _Parameters()
    seconds = None if asked.duration_seconds is None else asked.duration_seconds * (asked.sample_count or 1)
    settings = {_SECONDS: seconds} if seconds and seconds > 0 else {}
    return Asked(output_type="video", size=asked.resolution, settings=settings)


def answer(response: Response, asked: Asked) -> Answered:
    """The operation that was begun, and the seconds that were asked for."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_OPERATION, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    seconds = asked.settings.get(_SECONDS)
    return Answered(id=said.name, usage=Usage(units={Unit.SECONDS: Decimal(seconds)}) if seconds else None)


DIALECT = Dialect(api="predict_long_running", operation="video_generation", ask=ask, answer=answer, needs_model=False)
