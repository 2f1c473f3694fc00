"""xAI's text to speech."""

from decimal import Decimal

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Unit, Usage
from keeptabs.dialects.xai.speech import DIALECT


@pytest.mark.parametrize(
    ("body", "characters"),
    [('{"text": "Grüße", "language": "auto"}'.encode(), 5), (b'{"text": ""}', 0), (b"{}", None), (b"x", None)],
    ids=["characters, not bytes", "none", "no text", "no JSON"],
)
def test_the_characters_of_the_request_are_counted(body: bytes, characters: int | None) -> None:
    """The answer is sound, and says nothing: it goes by the name that it is priced by."""
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=body))
    assert asked == Asked(output_type="speech", characters=characters)
    usage = None if characters is None else Usage(units={Unit.CHARACTERS: Decimal(characters)})
    assert DIALECT.answer(Response(status=200), asked) == Answered(model="text-to-speech", usage=usage)


def test_a_model_that_is_named_counts() -> None:
    """Should there be another one some day."""
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=b'{"text": "", "model": "other"}'))
    assert DIALECT.answer(Response(status=200), asked).model == "other"


def test_an_error_is_an_error() -> None:
    """Nothing was spoken."""
    answered = DIALECT.answer(Response(status=400, body=b'{"code": "x", "error": "m"}'), Asked(characters=5))
    assert answered == Answered(error=ProviderError(code="x", message="m"))
    assert not DIALECT.needs_model
