"""Images of Imagen: each that came is billed."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.gemini.images import DIALECT

IMAGE = {"mimeType": "image/png", "bytesBase64Encoded": "iVBORw0KGgo="}
FILTERED = {"raiFilteredReason": "it shows a person"}


def images(count: int) -> Usage:
    """A usage of this many."""
    return Usage(units={Unit.IMAGES: Decimal(count)})


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        pytest.param(200, {"predictions": [IMAGE, IMAGE]}, Answered(usage=images(2)), id="two"),
        pytest.param(200, {"predictions": [IMAGE, FILTERED]}, Answered(usage=images(1)), id="one was filtered"),
        pytest.param(
            200,
            {"predictions": [FILTERED]},
            Answered(usage=images(0), error=ProviderError(type="raiFilteredReason", message="it shows a person")),
            id="all were filtered",
        ),
        pytest.param(200, {}, Answered(usage=images(0)), id="none"),
        pytest.param(200, [], Answered(gaps=(reading.UNREADABLE,)), id="another shape"),
        pytest.param(
            403,
            {"error": {"status": "PERMISSION_DENIED"}},
            Answered(error=ProviderError(code="PERMISSION_DENIED")),
            id="403",
        ),
    ],
)
def test_what_came(status: int, said: Any, expected: Answered) -> None:
    """Their content is passed over."""
    assert DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked()) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"instances": [], "parameters": {"sampleCount": 2, "sampleImageSize": "2K"}}',
            Asked(output_type="image", images=2, size="2K"),
        ),
        (b'{"instances": []}', Asked(output_type="image")),
        (b"x", Asked(output_type="image")),
    ],
)
def test_what_is_asked_for(body: bytes, expected: Asked) -> None:
    """How many, and how large."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == expected
