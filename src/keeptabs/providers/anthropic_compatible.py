"""Any other host that serves Anthropic's paths: a gateway, a server of open models. What it charges is not known."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES

PROVIDER = Provider(
    name="anthropic_compatible",
    hosts=("*",),
    routes=ROUTES,
    source="https://platform.claude.com/docs/en/api/messages",
    checked="2026-11-24",
    contains="/v1/messages",
    request_id=("request-id", "x-request-id"),
)
