"""Hugging Face: OpenAI's chat in front of many providers, and text generation on endpoints of one's own.

No header with a limit is known. Where there is no ``X-Request-Id``, its client takes ``X-Amzn-Trace-Id``
(huggingface_hub 2.4.0 ``utils/_http.py``).
"""

import re

from keeptabs.core.provider import Provider, Resold
from keeptabs.dialects import hugging_face
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="hugging_face",
    hosts=("router.huggingface.co", "*.endpoints.huggingface.cloud", "api-inference.huggingface.co"),
    routes={**hugging_face.ROUTES, **ROUTES},
    source="https://huggingface.co/docs/inference-providers",
    checked="2026-11-24",
    resold=Resold(
        book="huggingface_{}",
        header="x-inference-provider",
        path=re.compile(r"^/(?!v1/)([a-z0-9-]+)/(?:[a-z]+/)?v1/"),
    ),
    limits={},
    request_id=("x-request-id", "x-amzn-trace-id"),
)
