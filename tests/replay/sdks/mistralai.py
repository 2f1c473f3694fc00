"""Mistral's SDK: its asynchronous methods have names of their own."""

from __future__ import annotations

from typing import Any, NamedTuple

from table import Endpoint, Sdk

ASK = [{"role": "user", "content": "Tell me about tabs."}]


class Client(NamedTuple):
    """A client, and how its methods end."""

    sdk: Any
    end: str

    def chat(self, streamed: bool) -> Any:
        """Chat completions."""
        name = "stream" if streamed else "complete"
        return getattr(self.sdk.chat, name + self.end)(model="mistral-small-latest", messages=ASK)

    def embed(self) -> Any:
        """Embeddings of two texts."""
        return getattr(self.sdk.embeddings, "create" + self.end)(model="mistral-embed", inputs=["one", "two"])


def make(origin: str, is_async: bool) -> Client:
    """A client, which tries again once: the wait that it is told is longer than all of them may take."""
    from mistralai.client import Mistral
    from mistralai.client.utils import BackoffStrategy, RetryConfig

    retry = RetryConfig("backoff", BackoffStrategy(10, 10, 1.0, 200, 0), retry_connection_errors=False)
    return Client(Mistral(api_key="none", server_url=origin, retry_config=retry), "_async" if is_async else "")


SDKS = (
    Sdk(
        name="mistralai",
        package="mistralai",
        http="httpx2",
        make=make,
        file="mistral",
        host="api.mistral.ai",
        provider="mistral_ai",
        endpoints=(
            Endpoint(
                "chat",
                lambda client, streamed: client.chat(streamed),
                "chat",
                "chat",
                r"api\.mistral\.ai/v1/chat/completions$",
            ),
            Endpoint(
                "embeddings",
                lambda client, streamed: client.embed(),
                "embeddings",
                "embeddings",
                r"api\.mistral\.ai/v1/embeddings$",
                flows=("plain", "error"),
            ),
        ),
    ),
)
