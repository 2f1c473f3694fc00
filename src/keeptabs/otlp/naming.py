"""What a scheme of names must say: which spans are calls to a model, and under which attributes their facts are."""

from collections.abc import Mapping

import msgspec

Names = tuple[str, ...]  # of attributes: the first that a span has is the one


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme. A span is of it where ``kinds`` knows the value of ``kind``, and has ``marks`` where there are any.

    ``kinds`` are the operations by that value, in lower case: agents, chains, workflows and tools are in none, since
    they are what calls stand in.
    """

    id: str  # the source of its calls
    source: str  # where the names come from
    checked: str  # ISO date
    kind: Names
    kinds: Mapping[str, str]
    marks: Names = ()  # one of which the span has
    provider: Names
    asked: Names  # the model that was asked for
    answered: Names  # the one that answered
    answer_id: Names = ()
    finishes: Names = ()
    streamed: Names = ()
    first_chunk: Names = ()  # seconds
    input: Names
    output: Names
    total: Names = ()
    cache_read: Names = ()
    cache_write: Names = ()
    input_audio: Names = ()
    output_audio: Names = ()
    reasoning: Names = ()
    user: Names = ()
    parameters: Names = ()  # JSON of what was asked, of which only ``model`` and ``stream`` are read


# What others call providers, in lower case, where we call them otherwise. Sources: gen_ai.system and
# gen_ai.provider.name of opentelemetry-semantic-conventions 0.66b2 and before, opentelemetry-instrumentation-* 0.62.4
# (OpenLLMetry), LLMProvider and LLMSystem of openinference-semantic-conventions 0.1.42; checked 2026-11-24.
PROVIDERS: Mapping[str, str] = {
    "aws": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "aws_bedrock": "aws.bedrock",
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "azure": "azure.ai.openai",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
    "vertexai": "gcp.vertex_ai",
    "vertex_ai": "gcp.vertex_ai",
    "huggingface": "hugging_face",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "moonshot": "moonshot_ai",
    "together_ai": "together",
    "togetherai": "together",
    "voyageai": "voyage_ai",
    "watsonx": "ibm.watsonx.ai",
    "xai": "x_ai",
    "zai": "z_ai",
}
