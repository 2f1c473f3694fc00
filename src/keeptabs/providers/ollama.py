"""Ollama: OpenAI's API below /v1, on this machine or hosted."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="ollama",
    hosts=(":11434", "ollama.com"),
    routes=ROUTES,
    source="https://docs.ollama.com/api/openai-compatibility",
    checked="2026-11-24",
    prefix="/v1/",
)
