"""OpenLLMetry as it was before it took the names of OpenTelemetry: ``llm.request.type`` says what a span is.

Since 0.62 its spans are read by the conventions' names; those of its workflows, tasks, agents and tools have no type.
"""

import msgspec

from keeptabs.otlp.names.gen_ai import NAMING as GEN_AI

NAMING = msgspec.structs.replace(
    GEN_AI,
    id="openllmetry",
    source="https://github.com/traceloop/openllmetry",  # opentelemetry-semantic-conventions-ai, SpanAttributes
    kind=("llm.request.type",),
    kinds={"chat": "chat", "completion": "text_completion", "embedding": "embeddings", "rerank": "rerank"},
    marks=("llm.request.type",),
    streamed=("llm.is_streaming", "gen_ai.is_streaming", "gen_ai.request.stream"),
    finishes=("gen_ai.response.finish_reasons", "llm.response.finish_reason", "llm.response.stop_reason"),
    reasoning=("gen_ai.usage.reasoning_tokens", "llm.usage.reasoning_tokens"),
    user=("gen_ai.user", "llm.user", "user.id"),
)
