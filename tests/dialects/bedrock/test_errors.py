"""Errors of AWS: the code of the header, without what stands around it."""

import pytest

from keeptabs.core.exchange import Headers, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.bedrock import converse, count_tokens, invoke
from keeptabs.dialects.bedrock._errors import failed

BODY = b'{"message":"Too many requests"}'


def error(header: str | None, body: bytes = BODY, status: int = 429) -> ProviderError | None:
    """The error of an answer."""
    headers = Headers.of([("x-amzn-ErrorType", header)] if header is not None else [])
    found = failed(Response(status=status, headers=headers, body=body))
    assert found is not None
    return found.error


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("ThrottlingException", "ThrottlingException", id="a name"),
        pytest.param("ThrottlingException:http://internal.example/coral/", "ThrottlingException", id="an address"),
        pytest.param("com.example.runtime#ThrottlingException", "ThrottlingException", id="a namespace"),
        pytest.param("a.b#ThrottlingException:http://x#y", "ThrottlingException", id="both"),
        pytest.param("", None, id="nothing"),
        pytest.param(":http://x", None, id="an address alone"),
        pytest.param(None, None, id="no header"),
    ],
)
def test_the_code_is_the_name_in_the_header(header: str | None, expected: str | None) -> None:
    """The message is the body's."""
    assert error(header) == ProviderError(code=expected, message="Too many requests")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"Message":"No"}', ProviderError(message="No"), id="a capital"),
        pytest.param(
            b'{"__type":"x#AccessDeniedException","message":"No"}',
            ProviderError(code="AccessDeniedException", message="No"),
            id="a type in the body",
        ),
        pytest.param(b'{"code":"X:http://y"}', ProviderError(code="X"), id="a code in the body"),
        pytest.param(b"<html>", ProviderError(), id="no JSON"),
        pytest.param(b'{"message":7}', ProviderError(), id="another shape"),
        pytest.param(b"", ProviderError(), id="nothing"),
    ],
)
def test_where_the_header_says_nothing_the_body_does(body: bytes, expected: ProviderError) -> None:
    """An error without a code is an error, too."""
    assert error(None, body) == expected


@pytest.mark.parametrize("status", [200, 201, 399])
def test_a_success_is_no_error(status: int) -> None:
    """Whatever its headers say."""
    headers = Headers.of([("x-amzn-errortype", "X")])
    assert failed(Response(status=status, headers=headers, body=BODY)) is None


@pytest.mark.parametrize(
    "dialect",
    [converse.DIALECT, count_tokens.DIALECT, invoke.TEXT, invoke.EMBEDDINGS, invoke.hosted(invoke.TEXT)],
    ids=["converse", "count_tokens", "text", "embeddings", "hosted"],
)
def test_every_format_has_the_same_errors(dialect: converse.Dialect) -> None:
    """They are those of the service, not of the model's vendor."""
    response = Response(status=429, headers=Headers.of([("x-amzn-errortype", "A:b")]), body=BODY)
    found = dialect.answer(response, converse.Asked())
    assert (found.error, found.usage) == (ProviderError(code="A", message="Too many requests"), None)
