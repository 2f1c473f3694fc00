"""LangChain over OpenAI's SDK."""

from __future__ import annotations

from typing import Any

from table import Endpoint, Sdk


class Client:
    """The chat and embedding objects of one origin, called by their names in either flavour."""

    def __init__(self, origin: str, is_async: bool) -> None:
        self._given = {"base_url": f"{origin}/v1", "api_key": "none", "max_retries": 1}
        self._is_async = is_async

    def chat(self, streamed: bool, **options: Any) -> Any:
        """Ask, with what the constructor is given."""
        from langchain_openai import ChatOpenAI

        model = ChatOpenAI(model="gpt-4o", stream_usage=True, **self._given, **options)
        name = "stream" if streamed else "invoke"
        return getattr(model, f"a{name}" if self._is_async else name)("Tell me about tabs.")

    def embed(self) -> Any:
        """Embed two texts as they are, without counting their tokens first."""
        from langchain_openai import OpenAIEmbeddings

        model = OpenAIEmbeddings(model="text-embedding-3-small", check_embedding_ctx_length=False, **self._given)
        return (model.aembed_documents if self._is_async else model.embed_documents)(["one", "two"])


SDKS = (
    Sdk(
        name="langchain-openai",
        package="langchain-openai",
        http="httpx",
        make=Client,
        file="openai",
        host="api.openai.com",
        provider="openai",
        endpoints=(
            Endpoint(
                "ChatOpenAI",
                lambda client, streamed: client.chat(streamed),
                "chat",
                "chat",
                r"api\.openai\.com/v1/chat/completions$",
            ),
            Endpoint(
                "ChatOpenAI (Responses)",
                lambda client, streamed: client.chat(streamed, use_responses_api=True),
                "responses",
                "responses",
                r"api\.openai\.com/v1/responses$",
            ),
            Endpoint(
                "OpenAIEmbeddings",
                lambda client, streamed: client.embed(),
                "embeddings",
                "embeddings",
                flows=("plain", "error"),
            ),
        ),
    ),
)
