"""Videos of hosts that tell what one cost when it is done: a request that begins a job, and requests for its result.

xAI (docs.x.ai/docs/guides/video-generations, recorded traffic), OpenRouter (openrouter 1.3.84
``components/videogenerationresponse.py``) and Together (together 3.1.1 ``types/video_job.py``); checked 2026-11-24.
xAI's answer names no job: it is known by the address of its video.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Response
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.openai import _deferred, _units, _usage, later, videos


class _Video(msgspec.Struct):
    url: str | None = None
    duration: Decimal | None = None


class _Job(msgspec.Struct):
    id: str | None = None
    model: str | None = None
    status: str | None = None
    seconds: Decimal | None = None
    video: _Video | None = None
    usage: msgspec.Raw = msgspec.Raw()
    outputs: msgspec.Raw = msgspec.Raw()  # Together, with the cost in it
    error: Any = None


_JOB = msgspec.json.Decoder(_Job, strict=False)
_ENDED = ("done", "completed", "failed", "expired", "cancelled")


def answer(response: Response, asked: Asked) -> Answered:
    """Seconds and cost of a video that is there."""
    said = readable(_JOB, response.body)
    if response.status >= 400 or said is None or said.status not in _ENDED:
        return Answered(pending=True)
    video = said.video or _Video()
    usage, gaps = _usage.read(said.outputs if _usage.is_absent(said.usage) else said.usage)
    seconds = _units.amount(video.duration if video.duration is not None else said.seconds)
    units = {Unit.SECONDS: seconds} if seconds else {}
    return Answered(
        model=said.model,
        id=said.id or video.url,
        usage=msgspec.structs.replace(usage or Usage(), units=units),
        error=error_body.of(said.error),
        deferred=True,
        gaps=gaps,
    )


BEGIN = Dialect(api="videos", operation="video_generation", ask=videos.ask, answer=later.begun)
RESULT = Dialect(
    api="videos",
    operation="video_generation",
    ask=_deferred.ask,
    answer=_deferred.only_deferred(answer),
    needs_model=False,
)
