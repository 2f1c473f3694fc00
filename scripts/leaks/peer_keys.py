"""Keys that somebody else thought of: texts made from the expressions of Kingfisher's rules for the same providers."""

from collections.abc import Iterator, Mapping

from leaks import tools
from leaks.case import Case

PLACE = "peer"
# Which of its rules are about language models, vector databases, and what is used with them.
_ABOUT = (
    "openai", "anthropic", "gemini", "gcp-api-key", "groq", "huggingface", "cohere", "mistral-", "perplexity",
    "replicate", "xai", "openrouter", "langchain", "langfuse", "weights-and-biases", "deepseek", "bedrock",
    "aws-access", "aws-secret", "nvidia", "together", "cerebras", "elevenlabs", "voyage", "vercel-ai", "databricks",
    "posthog", "ollama", "github-", "pinecone", "deepgram", "assemblyai", "runpod", "kimi", "zai-", "minimax",
    "llama-cloud", "stability", "upstage", "mem0", "fal-api", "cartesia", "lighton", "cursor", "retell",
    "private-key",
)  # fmt: skip
_NOT = ("private-key", "yandex")


def peer_keys(patterns: Mapping[str, str]) -> Iterator[Case]:
    """A file for each text, named by nothing: what stands around the key is in the text."""
    wanted = {name: pattern for name, pattern in patterns.items() if about_models(name)}
    for name, texts in tools.sampled(wanted).items():
        yield from (Case(name, "notes.txt", f"{text}\n".encode(), PLACE, text) for text in texts)


def about_models(rule: str) -> bool:
    """Whether a rule of Kingfisher is about what our rules are about."""
    return any(word in rule for word in _ABOUT) and not any(word in rule for word in _NOT)
