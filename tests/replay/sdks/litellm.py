"""LiteLLM, to several providers: a row each, since it speaks to each in its own way."""

from __future__ import annotations

from typing import Any, NamedTuple

from table import Endpoint, Sdk

ASK = [{"role": "user", "content": "Tell me about tabs."}]


class Client(NamedTuple):
    """Where the functions of the module are told to ask."""

    origin: str
    is_async: bool

    def complete(self, model: str, path: str, streamed: bool, **extra: Any) -> Any:
        """A completion of the model, which is not tried again."""
        import litellm

        litellm.suppress_debug_info = True
        call = litellm.acompletion if self.is_async else litellm.completion
        given: dict[str, Any] = {"api_key": "none", "api_base": self.origin + path, "max_retries": 0, **extra}
        return call(model=model, messages=ASK, stream=streamed, **given)

    def embed(self) -> Any:
        """Embeddings of two texts."""
        import litellm

        call = litellm.aembedding if self.is_async else litellm.embedding
        given: dict[str, Any] = {"api_key": "none", "api_base": f"{self.origin}/v1", "max_retries": 0}
        return call(model="openai/text-embedding-3-small", input=["one", "two"], **given)


def row(
    provider: str,
    host: str,
    file: str,
    model: str,
    path: str,
    answers: tuple[str, str],
    more: tuple[Endpoint, ...] = (),
    **extra: Any,
) -> Sdk:
    """The row of one provider: its completion, plain, streamed and refused."""

    def complete(client: Client, streamed: bool) -> Any:
        usage = {"stream_options": {"include_usage": True}} if streamed and file == "openai" else {}
        return client.complete(model, path, streamed, **extra, **usage)

    return Sdk(
        name=f"litellm ({model.partition('/')[0]})",
        package="litellm",
        http="httpx",
        make=Client,
        file=file,
        host=host,
        provider=provider,
        endpoints=(Endpoint("completion", complete, *answers), *more),
    )


EMBED = Endpoint(
    "embedding", lambda client, streamed: client.embed(), "embeddings", "embeddings", flows=("plain", "error")
)
KEYS = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "aws_region_name": "us-east-1"}
BEDROCK = "bedrock-runtime.us-east-1.amazonaws.com"
GEMINI = "generativelanguage.googleapis.com"
ON_BEDROCK = "bedrock/converse/anthropic.claude-sonnet-4-5-20250929-v1:0"

SDKS = (
    row("openai", "api.openai.com", "openai", "openai/gpt-4o", "/v1", ("chat", "chat"), (EMBED,)),
    row("anthropic", "api.anthropic.com", "anthropic", "anthropic/claude-sonnet-4-5", "", ("messages", "anthropic")),
    row("mistral_ai", "api.mistral.ai", "mistral", "mistral/mistral-small-latest", "/v1", ("chat", "chat")),
    row("groq", "api.groq.com", "groq", "groq/llama-3.3-70b-versatile", "/openai/v1", ("chat", "chat")),
    row("gcp.gemini", GEMINI, "gemini", "gemini/gemini-2.5-flash", "", ("generate", "gemini")),
    row("aws.bedrock", BEDROCK, "bedrock", ON_BEDROCK, "", ("converse", "converse"), **KEYS),
)
