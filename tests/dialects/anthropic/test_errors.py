"""Anthropic's errors, and those of the clouds that host it."""

import pytest

from keeptabs.core.dialect import Answered
from keeptabs.core.exchange import Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.anthropic import _errors


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"type": "error", "error": {"type": "not_found_error", "message": "model: m"}, "request_id": "r"}',
            ProviderError(type="not_found_error", message="model: m"),
            id="a type",
        ),
        pytest.param(
            b'{"error": {"type": "invalid_request_error", "message": "x", "details": {"error_code": "file_expired"}}}',
            ProviderError(code="file_expired", type="invalid_request_error", message="x"),
            id="a code that says more",
        ),
        pytest.param(
            b'{"error": {"type": "api_error", "details": {"error_code": 7}}}',
            ProviderError(type="api_error"),
            id="a code that is no word",
        ),
        pytest.param(
            b'[{"error": {"code": 403, "message": "x", "status": "PERMISSION_DENIED"}}]',
            ProviderError(code="PERMISSION_DENIED", message="x"),
            id="Google's, in an array",
        ),
        pytest.param(b'{"message": "x"}', ProviderError(message="x"), id="Amazon's"),
        pytest.param(b"<html>", None, id="no JSON"),
    ],
)
def test_an_error_body(body: bytes, expected: ProviderError | None) -> None:
    """The words are kept as they are."""
    assert _errors.failed(Response(status=400, body=body)) == Answered(error=expected)


def test_a_success_has_not_failed() -> None:
    """Whatever its body holds."""
    assert _errors.failed(Response(status=200, body=b'{"error": {"type": "x"}}')) is None


@pytest.mark.parametrize("error", [None, 7, []])
def test_what_is_no_error(error: object) -> None:
    """Nothing is made of it."""
    assert _errors.of(error) is None
