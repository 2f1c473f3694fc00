"""Images: ``POST …/images/{generations,edits,variations}``.

gpt-image models report tokens; DALL-E models report nothing and are billed by count, size and quality, which stand in
the request. Streams (``partial_images``) end with an ``image_generation.completed`` or ``image_edit.completed`` event.
Source: openai-python 3.54.0 ``types/images_response.py``, ``image_gen_completed_event.py``; checked 2026-11-24.
"""

from decimal import Decimal
from typing import Any

import msgspec

from keeptabs.core import error_body, reading
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.limits import count
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.core.wire import multipart
from keeptabs.dialects.openai import _usage


class _Request(msgspec.Struct):
    model: str | None = None
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    stream: bool | None = None


class _Image(msgspec.Struct):
    """One image; its content is passed over."""


class _Answer(msgspec.Struct):
    """A whole answer, or one event of a stream."""

    type: str | None = None
    data: list[_Image] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    error: Any = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """Model, count, size and quality of an image request, from JSON or from a form."""
    form = reading.form(request)
    asked = _of_form(form) if form else reading.request(_REQUEST, request.body) or _Request()
    return Asked(
        model=asked.model,
        stream=bool(asked.stream),
        output_type="image",
        images=asked.n if asked.n is not None else 1,
        size=asked.size,
        quality=asked.quality,
    )


def _of_form(form: dict[str, list[multipart.Field]]) -> _Request:
    return _Request(
        model=multipart.text(form, "model"),
        n=count(multipart.text(form, "n")),
        size=multipart.text(form, "size"),
        quality=multipart.text(form, "quality"),
        stream=multipart.text(form, "stream") == "true",
    )


def answer(response: Response, asked: Asked) -> Answered:
    """Tokens where the answer has them, and in any case how many images came."""
    failed = reading.failed(response)
    if failed is not None:
        return failed
    streamed = reading.is_stream(response)
    said, unread = reading.everything(_ANSWER, response)
    if not said:
        return Answered(complete=not streamed, gaps=unread)
    done = [event for event in said if (event.type or "").endswith(".completed")]
    usages = [event.usage for event in said if not _usage.is_absent(event.usage)]
    images = len(done) if streamed else len(said[0].data or ())
    error = next((error_body.of(event.error) for event in said if event.error), None)
    usage, gaps = _usage.read(usages[-1] if usages else msgspec.Raw(), output_rest=Bucket.OUTPUT_IMAGE)
    complete = not streamed or bool(done)
    return Answered(usage=_counted(usage, images), error=error, complete=complete, gaps=unread + gaps)


def _counted(usage: Usage | None, images: int) -> Usage:
    return msgspec.structs.replace(usage or Usage(), units={Unit.IMAGES: Decimal(images)})


DIALECT = Dialect(
    api="images",
    operation="image_generation",
    ask=ask,
    answer=answer,
    markers=(*reading.USAGE, *reading.ERROR, b'.completed"'),
    needs_model=False,
)
