"""Anthropic itself, and what it runs on other clouds with the whole of its API."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import OWN, ROUTES

PROVIDER = Provider(
    name="anthropic",
    hosts=("api.anthropic.com", "aws-external-anthropic.*.api.aws", "claude.googleapis.com"),
    routes={**ROUTES, **OWN},
    source="https://platform.claude.com/docs/en/api/rate-limits",
    checked="2026-11-24",
    book="anthropic",
    marks=("anthropic-organization-id", "anthropic-ratelimit-requests-limit"),
    # Of tokens the strictest limit in force; those of input and of output stand in headers of their own.
    limits={
        "limit_requests": "anthropic-ratelimit-requests-limit",
        "remaining_requests": "anthropic-ratelimit-requests-remaining",
        "reset_requests": "anthropic-ratelimit-requests-reset",
        "limit_tokens": "anthropic-ratelimit-tokens-limit",
        "remaining_tokens": "anthropic-ratelimit-tokens-remaining",
        "reset_tokens": "anthropic-ratelimit-tokens-reset",
    },
    request_id=("request-id",),
)
