"""Amazon Bedrock: its own runtime, Claude in its own format, and endpoints compatible with Anthropic and OpenAI."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic import messages
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.bedrock.invoke import hosted
from keeptabs.dialects.bedrock.routes import ROUTES as RUNTIME
from keeptabs.dialects.bedrock.routes import invoked
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="aws.bedrock",
    hosts=(
        "bedrock-mantle.*.api.aws",
        "bedrock-runtime.*.amazonaws.com",
        "bedrock-runtime-fips.*.amazonaws.com",
        "bedrock-runtime.*.api.aws",
        "bedrock-runtime-fips.*.api.aws",
        "*.bedrock-runtime.*.vpce.amazonaws.com",
    ),
    routes={**invoked(hosted(messages.DIALECT), "anthropic"), **RUNTIME, **ANTHROPIC, **ROUTES},
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html",
    checked="2026-11-24",
    book="aws",
    bills_requested_model=True,  # its answers do not say in which regions a model ran
    request_id=("x-amzn-requestid", "x-request-id"),
)
