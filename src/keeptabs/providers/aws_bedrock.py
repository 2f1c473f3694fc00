"""Amazon Bedrock's OpenAI-compatible endpoints."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="aws.bedrock",
    hosts=("bedrock-mantle.*.api.aws", "bedrock-runtime.*.amazonaws.com"),
    routes=ROUTES,
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html",
    checked="2026-11-24",
    request_id=("x-amzn-requestid", "x-request-id"),
)
