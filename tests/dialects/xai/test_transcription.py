"""xAI's speech to text."""

from decimal import Decimal

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.xai.transcription import DIALECT

NAME = "speech-to-text"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"text": "x", "duration": 3.7}',
            Answered(model=NAME, usage=Usage(units={Unit.SECONDS: Decimal("3.7")})),
            id="seconds",
        ),
        pytest.param(b'{"text": "x"}', Answered(model=NAME), id="no seconds"),
        pytest.param(b'{"duration": -1}', Answered(model=NAME), id="less than nothing"),
        pytest.param(b'{"duration": "NaN"}', Answered(model=NAME), id="no number"),
        pytest.param(b"x", Answered(gaps=(reading.UNREADABLE,)), id="no JSON"),
    ],
)
def test_the_seconds_that_were_listened_to_count(body: bytes, expected: Answered) -> None:
    """The upload itself is not looked into."""
    assert DIALECT.answer(Response(status=200, body=body), Asked()) == expected


def test_a_model_that_is_named_counts() -> None:
    """Should there be another one some day."""
    assert DIALECT.answer(Response(status=200, body=b"{}"), Asked(model="other")).model == "other"


def test_an_error_is_an_error() -> None:
    """Nothing was listened to."""
    answered = DIALECT.answer(Response(status=400, body=b'{"code": "x", "error": "m"}'), Asked())
    assert answered == Answered(error=ProviderError(code="x", message="m"))


def test_an_upload_names_no_model() -> None:
    """The service has one."""
    headers = Headers.of([("content-type", "multipart/form-data; boundary=b")])
    body = b'--b\r\nContent-Disposition: form-data; name="format"\r\n\r\ntrue\r\n--b--\r\n'
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", headers=headers, body=body))
    assert asked == Asked(output_type="json")
    assert not DIALECT.needs_model
