"""OpenAI itself, in every region that it serves from."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import OWN, ROUTES

PROVIDER = Provider(
    name="openai",
    hosts=("api.openai.com", "*.api.openai.com"),
    routes={**ROUTES, **OWN},
    source="https://developers.openai.com/api/reference",
    checked="2026-11-24",
    book="openai",
    marks=("openai-version", "openai-processing-ms"),
)
