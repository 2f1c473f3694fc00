"""OpenInference, as Arize Phoenix reads it. Its prompts include what came from a cache."""

from keeptabs.otlp.naming import Naming

NAMING = Naming(
    id="openinference",
    source="https://github.com/Arize-ai/openinference",  # openinference-semantic-conventions 0.1.42
    checked="2026-11-24",
    kind=("openinference.span.kind",),
    kinds={"llm": "chat", "embedding": "embeddings", "reranker": "rerank"},
    marks=("openinference.span.kind",),
    provider=("llm.provider", "llm.system"),
    asked=("llm.request.model_name",),
    answered=("llm.response.model_name", "llm.model_name", "embedding.model_name", "reranker.model_name"),
    finishes=("llm.finish_reason",),
    input=("llm.token_count.prompt",),
    output=("llm.token_count.completion",),
    total=("llm.token_count.total",),
    cache_read=("llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input"),
    cache_write=("llm.token_count.prompt_details.cache_write",),
    input_audio=("llm.token_count.prompt_details.audio",),
    output_audio=("llm.token_count.completion_details.audio",),
    reasoning=("llm.token_count.completion_details.reasoning",),
    user=("user.id",),
    parameters=("llm.invocation_parameters", "embedding.invocation_parameters"),
)
