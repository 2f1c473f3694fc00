"""Videos of Veo: the request tells the seconds that are billed."""

from decimal import Decimal

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.gemini.videos import DIALECT

OPERATION = b'{"name": "models/veo-3.1/operations/o"}'


@pytest.mark.parametrize(
    ("parameters", "seconds", "size"),
    [
        pytest.param(b'{"durationSeconds": 4}', 4, None, id="one"),
        pytest.param(b'{"durationSeconds": 8, "sampleCount": 2, "resolution": "1080p"}', 16, "1080p", id="two"),
        pytest.param(b'{"durationSeconds": 0}', None, None, id="no time"),
        pytest.param(b"{}", None, None, id="not said"),
        pytest.param(b"null", None, None, id="no parameters"),
    ],
)
def test_the_seconds_that_were_asked_for(parameters: bytes, seconds: int | None, size: str | None) -> None:
    """They are what is used when the operation has begun; where the request does not say, nothing is known."""
    body = b'{"instances": [], "parameters": ' + parameters + b"}"
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=body))
    assert (asked.output_type, asked.size) == ("video", size)
    said = DIALECT.answer(Response(status=200, body=OPERATION), asked)
    assert said.id == "models/veo-3.1/operations/o"
    assert said.usage == (Usage(units={Unit.SECONDS: Decimal(seconds)}) if seconds else None)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(
            429,
            b'{"error": {"status": "RESOURCE_EXHAUSTED"}}',
            Answered(error=ProviderError(code="RESOURCE_EXHAUSTED")),
            id="an error",
        ),
        pytest.param(200, b"x", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
    ],
)
def test_what_has_not_begun(status: int, body: bytes, expected: Answered) -> None:
    """Nothing was used."""
    assert DIALECT.answer(Response(status=status, body=body), Asked()) == expected
