"""Hugging Face's router: OpenAI's chat in front of many providers."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="hugging_face",
    hosts=("router.huggingface.co", "*.endpoints.huggingface.cloud"),
    routes=ROUTES,
    source="https://huggingface.co/docs/inference-providers",
    checked="2026-11-24",
)
