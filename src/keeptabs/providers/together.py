"""Together: OpenAI's API over open models."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="together",
    hosts=("api.together.xyz", "api.together.ai"),
    routes=ROUTES,
    source="https://docs.together.ai/reference",
    checked="2026-11-24",
)
