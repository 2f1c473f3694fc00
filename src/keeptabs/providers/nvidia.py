"""NVIDIA's hosted models: OpenAI's API."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="nvidia",
    hosts=("integrate.api.nvidia.com",),
    routes=ROUTES,
    source="https://docs.api.nvidia.com/nim/reference/llm-apis",
    checked="2026-11-24",
)
