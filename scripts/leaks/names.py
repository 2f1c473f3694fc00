"""How a provider is named where its keys are used."""

from typing import NamedTuple


class Names(NamedTuple):
    """The variable that the provider's own SDK reads a key from, its name in code, its host, the SDK's client."""

    variable: str
    slug: str
    host: str
    client: str


# Those that do not follow from the provider's name: from the SDKs' sources and the providers' documents, checked
# 2026-11-24.
_OTHERS: dict[str, dict[str, str]] = {
    "AWS": {"variable": "AWS_SECRET_ACCESS_KEY", "host": "bedrock-runtime.us-east-1.amazonaws.com"},
    "Alibaba": {"variable": "DASHSCOPE_API_KEY", "slug": "dashscope", "host": "dashscope.aliyuncs.com"},
    "Azure": {"variable": "AZURE_OPENAI_API_KEY", "host": "acme.openai.azure.com", "client": "AzureOpenAI"},
    "Cartesia": {"host": "api.cartesia.ai"},
    "Cohere": {"variable": "CO_API_KEY"},
    "Cursor": {"host": "api.cursor.com"},
    "Databricks": {"variable": "DATABRICKS_TOKEN"},
    "E2B": {"host": "api.e2b.app"},
    "ElevenLabs": {"host": "api.elevenlabs.io"},
    "GitHub": {"variable": "GITHUB_TOKEN"},
    "Google": {"variable": "GEMINI_API_KEY", "slug": "gemini", "host": "generativelanguage.googleapis.com"},
    "Hugging Face": {"variable": "HF_TOKEN", "host": "router.huggingface.co"},
    "Langfuse": {"variable": "LANGFUSE_SECRET_KEY"},
    "Logfire": {"variable": "LOGFIRE_TOKEN"},
    "Mem0": {"host": "api.mem0.ai", "client": "MemoryClient"},
    "Mistral": {"host": "api.mistral.ai"},
    "Replicate": {"variable": "REPLICATE_API_TOKEN"},
    "Retell": {"host": "api.retellai.com"},
    "Together": {"host": "api.together.xyz"},
    "Upstage": {"host": "api.upstage.ai"},
    "Upstash": {"variable": "QSTASH_TOKEN", "host": "qstash.upstash.io"},
    "Vercel": {"variable": "AI_GATEWAY_API_KEY"},
    "Weights & Biases": {"variable": "WANDB_API_KEY", "slug": "wandb", "host": "api.wandb.ai"},
    "Z.ai": {"variable": "ZAI_API_KEY", "host": "api.z.ai", "client": "ZaiClient"},
    "fal": {"variable": "FAL_KEY", "host": "fal.run", "client": "fal_client.SyncClient"},
}


def named(provider: str) -> Names:
    """The names of a provider, as a rule writes it."""
    words = "".join(letter if letter.isalnum() else " " for letter in provider).split()
    slug = "".join(words).lower()
    plain = Names(f"{'_'.join(words).upper()}_API_KEY", slug, f"api.{slug}.com", "".join(words))
    return plain._replace(**_OTHERS.get(provider, {}))
