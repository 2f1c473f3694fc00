"""Error bodies, in every spelling that hosts have for them."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core import error_body
from keeptabs.core.outcome import ProviderError

DEEP = 100_000

BODIES = [
    pytest.param(
        {"error": {"message": "Slow down", "type": "tokens", "param": None, "code": "rate_limit_exceeded"}},
        ProviderError(code="rate_limit_exceeded", type="tokens", message="Slow down"),
        id="OpenAI",
    ),
    pytest.param(
        {"error": {"message": "No model", "type": "invalid_request_error", "param": None, "code": None}},
        ProviderError(type="invalid_request_error", message="No model"),
        id="OpenAI without a code",
    ),
    pytest.param(
        {"error": {"code": "429", "message": "Slow down"}},
        ProviderError(code="429", message="Slow down"),
        id="Azure OpenAI",
    ),
    pytest.param(
        {"statusCode": 401, "message": "Access denied"}, ProviderError(message="Access denied"), id="Azure's gateway"
    ),
    pytest.param(
        {"error": {"message": "Provider returned error", "code": 502, "metadata": {"provider_name": "x"}}},
        ProviderError(code="502", message="Provider returned error"),
        id="OpenRouter has a number as code",
    ),
    pytest.param(
        {"error": "model 'x' not found"}, ProviderError(message="model 'x' not found"), id="Ollama has a text"
    ),
    pytest.param(
        {"code": "invalid-argument", "error": "Incorrect key"},
        ProviderError(code="invalid-argument", message="Incorrect key"),
        id="xAI has the code beside it",
    ),
    pytest.param(
        {"object": "error", "message": "Bad model", "type": "invalid_model", "param": None, "code": "1500"},
        ProviderError(code="1500", type="invalid_model", message="Bad model"),
        id="Mistral has the fields at the top",
    ),
    pytest.param(
        {"object": "error", "message": "Too long", "type": "BadRequestError", "param": None, "code": 400},
        ProviderError(code="400", type="BadRequestError", message="Too long"),
        id="vLLM has a number at the top",
    ),
    pytest.param({"detail": "Not Found"}, ProviderError(message="Not Found"), id="FastAPI, a text"),
    pytest.param(
        {"detail": [{"loc": ["body"], "msg": "field required"}]},
        ProviderError(message='[{"loc":["body"],"msg":"field required"}]'),
        id="FastAPI, a list",
    ),
    pytest.param({"error": {}}, ProviderError(), id="an error that says nothing"),
    pytest.param({"error": {"code": "", "message": ""}}, ProviderError(), id="an error of empty words"),
    pytest.param(
        {"error": {"message": {"en": "no"}, "code": True}},
        ProviderError(code="true", message='{"en":"no"}'),
        id="words of another type",
    ),
    pytest.param({}, None, id="nothing"),
    pytest.param({"error": None}, None, id="null"),
    pytest.param({"error": ["no"]}, None, id="a list"),
    pytest.param({"error": 3}, None, id="a number"),
    pytest.param({"object": "list", "code": "x", "type": "y"}, None, id="no message"),
    pytest.param({"errors": {"message": "no"}}, None, id="another name"),
    pytest.param(["error"], None, id="no object"),
    pytest.param("error", None, id="a text"),
]


@pytest.mark.parametrize(("said", "expected"), BODIES)
def test_an_error_is_read_in_every_spelling(said: Any, expected: ProviderError | None) -> None:
    """Code, type and message are found where a host puts them."""
    assert error_body.read(json.dumps(said).encode()) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><h1>502 Bad Gateway</h1></html>", id="a page"),
        pytest.param(b'{"error": {"message": "cut', id="cut"),
        pytest.param(b'{"error": "\xff"}', id="no UTF-8"),
        pytest.param(b'{"error": {"message": "\xff"}}', id="no UTF-8 inside"),
        pytest.param(b'{"error": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"error": ' + b"[" * DEEP + b"]" * DEEP + b"}", id="deep"),
        pytest.param(b'{"other": ' + b"[" * DEEP + b"]" * DEEP + b"}", id="deep in a field that is passed over"),
    ],
)
def test_a_body_that_cannot_be_read_holds_no_error(body: bytes) -> None:
    """A gateway's page, half a body or a trap is no exception."""
    assert error_body.read(body) is None


@given(st.binary() | st.text().map(str.encode))
@example(b'{"error": "\xff"}')
def test_any_bytes_are_an_error_or_none(body: bytes) -> None:
    """No bytes make an exception."""
    found = error_body.read(body)
    assert found is None or isinstance(found, ProviderError)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"code": "x", "message": "m"}, ProviderError(code="x", message="m")),
        ("m", ProviderError(message="m")),
        (None, None),
        ([], None),
    ],
)
def test_an_error_in_an_event_is_read_without_a_body_around_it(error: Any, expected: ProviderError | None) -> None:
    """Streams carry the same error objects."""
    assert error_body.of(error) == expected
