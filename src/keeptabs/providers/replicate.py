"""Replicate: predictions, and the streams of their output."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.replicate import ROUTES

PROVIDER = Provider(
    name="replicate",
    hosts=("api.replicate.com", "stream.replicate.com", "streaming-api.svc.*.replicate.net"),
    routes=ROUTES,
    source="https://replicate.com/docs/reference/http",
    checked="2026-11-24",
    limits={"remaining_requests": "ratelimit-remaining", "reset_requests": "ratelimit-reset"},
)
