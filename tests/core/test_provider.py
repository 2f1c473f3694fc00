"""Providers as data."""

import pytest

from keeptabs.core.dialect import Answered, Asked, Dialect
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
