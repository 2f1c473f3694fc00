"""NVIDIA's hosted models: OpenAI's API, and reranking.

Rerankers are at ``ai.api.nvidia.com/v1/retrieval/…/reranking``, and the id of a request is in ``NVCF-REQID``
(langchain-nvidia-ai-endpoints 1.5.0 ``_statics.py`` and ``_common.py``). No header with a limit is known.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import rerank
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="nvidia",
    hosts=("integrate.api.nvidia.com", "ai.api.nvidia.com"),
    routes={**ROUTES, "reranking": rerank.DIALECT},
    source="https://docs.api.nvidia.com/nim/reference/llm-apis",
    checked="2026-11-24",
    limits={},
    request_id=("nvcf-reqid",),
)
