"""Groq: OpenAI's API below /openai. Requests are limited by the day, tokens by the minute; resets are durations."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="groq",
    hosts=("api.groq.com",),
    routes={**ROUTES, **BATCHES},
    source="https://console.groq.com/docs/api-reference",
    checked="2026-11-24",
    book="groq",
    marks=("x-groq-region",),
)
