"""IBM watsonx.ai: its own API, and a gateway that speaks OpenAI's."""

from keeptabs.core.provider import Provider
from keeptabs.dialects import watsonx
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="ibm.watsonx.ai",
    hosts=("*.ml.cloud.ibm.com", "*.wxai.ibm.com", "wxai.ibmforusgov.com"),
    routes={**ROUTES, **watsonx.ROUTES},
    source="https://cloud.ibm.com/apidocs/watsonx-ai",
    checked="2026-11-24",
    prefix="/ml/",
    request_id=("x-global-transaction-id", "x-request-id"),
)
