"""Azure AI Foundry's model inference API: OpenAI's chat and embeddings for models of many makers."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="azure.ai.inference",
    hosts=("*.services.ai.azure.com", "*.models.ai.azure.com"),
    routes=ROUTES,
    prefix="/models/",
    source="https://learn.microsoft.com/rest/api/aifoundry/modelinference/",
    checked="2026-11-24",
    request_id=("apim-request-id", "x-request-id"),
)
