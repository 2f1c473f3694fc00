"""Ollama: its own API, and OpenAI's below /v1, on this machine or hosted."""

from keeptabs.core.provider import Provider
from keeptabs.dialects import ollama
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="ollama",
    hosts=(":11434", "ollama.com"),
    routes={**ROUTES, **ollama.ROUTES},
    source="https://docs.ollama.com/api/introduction",
    checked="2026-11-24",
)
