"""boto3 to Bedrock, which is synchronous."""

from __future__ import annotations

import json
from typing import Any

from table import Endpoint, Sdk

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ASK = [{"role": "user", "content": [{"text": "Tell me about tabs."}]}]
BODY = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Tell me about tabs."}],
}
HOST = r"bedrock-runtime\.[\w-]+\.amazonaws\.com/model/"


def make(origin: str, is_async: bool) -> Any:
    """A client, which tries again once."""
    import boto3
    from botocore.config import Config

    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": "us-east-1"}
    config = Config(retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("bedrock-runtime", endpoint_url=origin, config=config, **keys)


def converse(client: Any, streamed: bool) -> Any:
    """Converse, or its stream."""
    if streamed:
        return client.converse_stream(modelId=MODEL, messages=ASK)["stream"]
    return client.converse(modelId=MODEL, messages=ASK)


def invoke(client: Any, streamed: bool) -> Any:
    """InvokeModel, whose body is read, or its stream."""
    if streamed:
        return client.invoke_model_with_response_stream(modelId=MODEL, body=json.dumps(BODY))["body"]
    answer = client.invoke_model(modelId=MODEL, body=json.dumps(BODY))
    return {**answer, "body": answer["body"].read()}


SDKS = (
    Sdk(
        name="boto3",
        package="boto3",
        http="urllib3",
        make=make,
        file="bedrock",
        host="bedrock-runtime.us-east-1.amazonaws.com",
        provider="aws.bedrock",
        flavours=("sync",),
        endpoints=(
            Endpoint("converse", converse, "converse", "converse", HOST + r"[^/]+/converse(-stream)?$"),
            Endpoint(
                "invoke_model",
                invoke,
                "invoke",
                "anthropic",
                HOST + r"[^/]*anthropic[^/]+/invoke(-with-response-stream)?$",
            ),
        ),
    ),
)
