"""Anthropic's SDK, to Anthropic itself and to Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from table import Endpoint, Sdk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ASK: dict[str, Any] = {"max_tokens": 64, "messages": [{"role": "user", "content": "Tell me about tabs."}]}
MODEL = "claude-sonnet-4-5"
ON_BEDROCK = "anthropic.claude-sonnet-4-5-20250929-v1:0"


def make(origin: str, is_async: bool) -> Any:
    """A client, which tries again once."""
    import anthropic

    kind = anthropic.AsyncAnthropic if is_async else anthropic.Anthropic
    return kind(base_url=origin, api_key="none", max_retries=1)


def make_bedrock(origin: str, is_async: bool) -> Any:
    """A client that signs for Bedrock."""
    import anthropic

    kind = anthropic.AsyncAnthropicBedrock if is_async else anthropic.AnthropicBedrock
    keys = {"aws_access_key": "none", "aws_secret_key": "none", "aws_region": "us-east-1"}
    return kind(base_url=origin, max_retries=1, **keys)


def helper(client: Any, streamed: bool) -> Any:
    """The stream that is entered, and gathers the message."""
    manager = client.messages.stream(model=MODEL, **ASK)
    return _entered_async(manager) if hasattr(manager, "__aenter__") else _entered(manager)


def _entered(manager: Any) -> Iterator[Any]:
    with manager as stream:
        yield from stream
        yield stream.get_final_message()


async def _entered_async(manager: Any) -> AsyncIterator[Any]:
    async with manager as stream:
        async for event in stream:
            yield event
        yield await stream.get_final_message()


SDKS = (
    Sdk(
        name="anthropic",
        package="anthropic",
        http="httpx2",
        make=make,
        file="anthropic",
        host="api.anthropic.com",
        provider="anthropic",
        endpoints=(
            Endpoint(
                "messages.create",
                lambda client, streamed: client.messages.create(model=MODEL, stream=streamed, **ASK),
                "messages",
                "anthropic",
                r"api\.anthropic\.com/v1/messages$",
            ),
            Endpoint("messages.stream", helper, "messages", "anthropic", flows=("stream",)),
        ),
    ),
    Sdk(
        name="anthropic (Bedrock)",
        package="anthropic",
        http="httpx2",
        make=make_bedrock,
        file="bedrock",
        host="bedrock-runtime.us-east-1.amazonaws.com",
        provider="aws.bedrock",
        endpoints=(
            Endpoint(
                "messages.create",
                lambda client, streamed: client.messages.create(model=ON_BEDROCK, stream=streamed, **ASK),
                "invoke",
                "anthropic",
            ),
        ),
    ),
)
