"""Azure OpenAI: the deployment stands in the path, the real model in the body of the answer."""

import re

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import OWN, ROUTES

PROVIDER = Provider(
    name="azure.ai.openai",
    hosts=("*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"),
    routes={**ROUTES, **OWN},
    source="https://learn.microsoft.com/azure/ai-foundry/openai/reference",
    checked="2026-11-24",
    contains="/openai/",  # below /api/projects/… on project endpoints
    book="azure",
    model_in_path=re.compile(r"/openai/deployments/([^/]+)/"),
    request_id=("apim-request-id", "x-request-id"),
)
