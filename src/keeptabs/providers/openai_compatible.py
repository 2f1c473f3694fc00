"""Any other host that serves OpenAI's paths: vLLM, SGLang, a gateway. What it charges is not known."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES, SOCKETS

PROVIDER = Provider(
    name="openai_compatible",
    hosts=("*",),
    routes={**ROUTES, **SOCKETS},
    source="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    checked="2026-11-24",
    contains="/v1/",
)
