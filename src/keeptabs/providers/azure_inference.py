"""Azure AI Foundry's models of many makers: OpenAI's formats, below /models or at the root, and Anthropic's.

Messages have an id of Azure's and one of Anthropic's (platform.claude.com, Claude in Microsoft Foundry).
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="azure.ai.inference",
    hosts=("*.services.ai.azure.com", "*.models.ai.azure.com"),
    routes={
        **ROUTES,
        **{f"anthropic/{end}": dialect for end, dialect in ANTHROPIC.items()},
    },
    source="https://learn.microsoft.com/rest/api/aifoundry/modelinference/",
    checked="2026-11-24",
    book="azure",
    request_id=("apim-request-id", "x-request-id", "request-id"),
)
