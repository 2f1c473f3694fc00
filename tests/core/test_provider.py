"""Providers as data."""

import pytest

from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request
from keeptabs.core.provider import OPENAI_LIMITS, Match, Provider

DIALECT = Dialect(api="x", operation="chat", ask=lambda _: Asked(), answer=lambda *_: Answered(), needs_model=False)


def provider(*hosts: str) -> Provider:
    """A provider on ``hosts``."""
    return Provider(name="x", hosts=hosts, routes={}, source="https://example.com", checked="2026-11-24")


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [(("*",), True), (("a.example", "*"), True), (("*.example",), False), ((":11434",), False), ((), False)],
)
def test_only_a_lone_star_catches_all(hosts: tuple[str, ...], expected: bool) -> None:
    """A pattern with a star in it still belongs to one provider."""
    assert provider(*hosts).is_catch_all is expected


def test_a_provider_has_openai_s_headers_unless_it_says_otherwise() -> None:
    """Most hosts took them over."""
    assert provider("a.example").limits == OPENAI_LIMITS
    assert provider("a.example").request_id == ("x-request-id",)


def test_the_limit_headers_fill_fields_that_exist() -> None:
    """Six headers, each under the name of the state it tells."""
    assert dict(OPENAI_LIMITS) == {
        "limit_requests": "x-ratelimit-limit-requests",
        "remaining_requests": "x-ratelimit-remaining-requests",
        "reset_requests": "x-ratelimit-reset-requests",
        "limit_tokens": "x-ratelimit-limit-tokens",
        "remaining_tokens": "x-ratelimit-remaining-tokens",
        "reset_tokens": "x-ratelimit-reset-tokens",
    }


def test_a_match_names_a_deployment_only_where_there_is_one() -> None:
    """Without a deployment in the path there is None."""
    assert Match(provider("a.example"), DIALECT).deployment is None
    assert Match(provider("a.example"), DIALECT, "mine").deployment == "mine"


def naming(model: str | None, *, needs_model: bool = True) -> Dialect:
    """A dialect whose requests name this model."""
    return Dialect(
        api="x",
        operation="chat",
        ask=lambda _: Asked(model=model),
        answer=lambda *_: Answered(),
        needs_model=needs_model,
    )


@pytest.mark.parametrize(
    ("model", "deployment", "expected"),
    [("m", "mine", "m"), ("m", None, "m"), (None, "mine", "mine"), (None, None, None)],
)
def test_a_deployment_is_the_model_where_the_body_names_none(
    model: str | None, deployment: str | None, expected: str | None
) -> None:
    """What the body says wins."""
    request = Request(method="POST", host="h", path="/")
    assert Match(provider("h"), naming(model), deployment).ask(request) == Asked(model=expected)


@pytest.mark.parametrize(
    ("host", "body", "dialect", "expected"),
    [
        pytest.param("*", b"{}", naming(None), True, id="no model at an unknown host"),
        pytest.param("*", b"{}", naming("m"), False, id="a model"),
        pytest.param("*", b"", naming(None), False, id="a body that was not seen"),
        pytest.param("*", b"{}", naming(None, needs_model=False), False, id="a service with a default model"),
        pytest.param("a.example", b"{}", naming(None), False, id="a host that is known"),
    ],
)
def test_a_path_may_be_one_of_ours_by_chance(host: str, body: bytes, dialect: Dialect, expected: bool) -> None:
    """Only an unknown host's request that names no model where one must be is none of ours."""
    request = Request(method="POST", host="h", path="/v1/responses", body=body)
    match = Match(provider(host), dialect)
    assert match.is_chance(request, match.ask(request)) is expected
