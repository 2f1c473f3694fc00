"""Google's errors: the status word is the code."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.gemini import _errors

INFO = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "23s"}


def error(**more: Any) -> dict[str, Any]:
    """An error as Google writes it."""
    return {"error": {"code": 400, "message": "x", "status": "INVALID_ARGUMENT", **more}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(error(), ProviderError(code="INVALID_ARGUMENT", message="x"), id="the status word"),
        pytest.param([error()], ProviderError(code="INVALID_ARGUMENT", message="x"), id="in an array"),
        pytest.param(
            error(details=[RETRY, INFO]),
            ProviderError(code="INVALID_ARGUMENT", type="API_KEY_INVALID", message="x"),
            id="a reason that says more, and when to try again",
        ),
        pytest.param(error(status=None), ProviderError(code="400", message="x"), id="no word"),
        pytest.param(error(details=[7, {"reason": 7}]), ProviderError(code="INVALID_ARGUMENT", message="x"), id="odd"),
        pytest.param({"error": "x"}, ProviderError(message="x"), id="a text"),
        pytest.param({}, None, id="nothing"),
        pytest.param([], None, id="an empty array"),
    ],
)
def test_an_error_body(said: Any, expected: ProviderError | None) -> None:
    """The HTTP status, which the number repeats, is not the code."""
    found = _errors.failed(Response(status=400, body=json.dumps(said).encode()))
    assert found == Answered(error=expected, retry_after=23.0 if "23s" in json.dumps(said) else None)


def test_a_success_has_not_failed() -> None:
    """Whatever its body holds."""
    assert _errors.failed(Response(status=200, body=json.dumps(error()).encode())) is None


def test_what_cannot_be_read_is_an_error_without_words() -> None:
    """The status tells enough."""
    assert _errors.failed(Response(status=502, body=b"<html>")) == Answered()
