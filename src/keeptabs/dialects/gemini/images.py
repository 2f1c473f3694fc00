"""Images of Imagen: ``POST …/models/{model}:predict``. They are billed each; those that were filtered are not.

Source: google-genai 3.4.0 ``types.GenerateImagesResponse`` and the converters of ``models.py``; checked 2026-11-24.
"""

from decimal import Decimal

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.gemini import _errors

FILTERED = "raiFilteredReason"


class _Parameters(msgspec.Struct, rename="camel"):
    sample_count: int | None = None
    sample_image_size: str | None = None


class _Request(msgspec.Struct):
    parameters: _Parameters | None = None


class _Prediction(msgspec.Struct, rename="camel"):
    """One image, whose content is passed over, or why there is none."""

    mime_type: str | None = None
    rai_filtered_reason: str | None = None


class _Answer(msgspec.Struct):
    predictions: list[_Prediction] | None = None


_REQUEST = msgspec.json.Decoder(_Request, strict=False)
_ANSWER = msgspec.json.Decoder(_Answer, strict=False)


def ask(request: Request) -> Asked:
    """How many images of which size."""
    asked = (reading.request(_REQUEST, request.body) or _Request()).parameters or _Parameters()
    return Asked(output_type="image", images=asked.sample_count, size=asked.sample_image_size)


def answer(response: Response, asked: Asked) -> Answered:
    """How many images came."""
    failed = _errors.failed(response)
    if failed is not None:
        return failed
    said = readable(_ANSWER, response.body)
    if said is None:
        return Answered(gaps=(reading.UNREADABLE,))
    predictions = said.predictions or []
    images = sum(each.mime_type is not None for each in predictions)
    reason = next((each.rai_filtered_reason for each in predictions if each.rai_filtered_reason), None)
    blocked = ProviderError(type=FILTERED, message=reason) if reason and not images else None
    return Answered(usage=Usage(units={Unit.IMAGES: Decimal(images)}), error=blocked)


DIALECT = Dialect(api="predict_images", operation="image_generation", ask=ask, answer=answer, needs_model=False)
