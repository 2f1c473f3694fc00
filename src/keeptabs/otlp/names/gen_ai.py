"""The conventions of OpenTelemetry, of today and before (``gen_ai.system``, ``prompt_tokens``).

They have what came from a cache inside the input, and reasoning inside the output.
"""

from keeptabs.otlp.naming import Naming

_OPERATIONS = (
    "chat", "text_completion", "generate_content", "embeddings", "image_generation", "video_generation",
    "speech_to_text", "text_to_speech", "rerank", "ocr",
)  # fmt: skip

NAMING = Naming(
    id="gen_ai",
    source="https://github.com/open-telemetry/semantic-conventions-genai",
    checked="2026-11-24",
    kind=("gen_ai.operation.name",),
    kinds={name: name for name in _OPERATIONS},
    provider=("gen_ai.provider.name", "gen_ai.system"),
    asked=("gen_ai.request.model",),
    answered=("gen_ai.response.model",),
    answer_id=("gen_ai.response.id",),
    finishes=("gen_ai.response.finish_reasons", "gen_ai.response.finish_reason"),
    streamed=("gen_ai.request.stream", "gen_ai.is_streaming"),
    first_chunk=("gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"),
    input=("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    output=("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    total=("gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    cache_read=("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    cache_write=(
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
    ),
    input_audio=("gen_ai.usage.audio.input_tokens",),
    output_audio=("gen_ai.usage.audio.output_tokens",),
    reasoning=("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
    user=("user.id", "enduser.id"),
)
