"""GitHub Models, retired on 2026-07-30: OpenAI's chat and embeddings for models of many makers.

They were below ``/inference`` or ``/orgs/{org}/inference``, or at the older host. Recordings are still read. Limits
and the ids of requests are told as Azure's inference API tells them.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import chat, embeddings

PROVIDER = Provider(
    name="github_models",
    hosts=("models.github.ai", "models.inference.ai.azure.com"),
    routes={"chat/completions": chat.DIALECT, "embeddings": embeddings.DIALECT},
    source="https://docs.github.com/rest/models/inference",
    checked="2026-11-24",
    request_id=("apim-request-id", "x-request-id"),
)
