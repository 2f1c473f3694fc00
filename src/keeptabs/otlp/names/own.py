"""Spans of keeptabs itself: the conventions' names, and its own for what those have no name for."""

import msgspec

from keeptabs.otlp.names.gen_ai import NAMING as GEN_AI
from keeptabs.store.told import OWN_SPAN

_MORE = ("moderation", "prediction", "count_tokens", "create_cache", "retrieval", "invoke_agent")

NAMING = msgspec.structs.replace(
    GEN_AI,
    id=OWN_SPAN,
    source="https://github.com/open-telemetry/semantic-conventions-genai",  # and sinks/otel/semconv.py
    kinds={**GEN_AI.kinds, **{name: name for name in _MORE}},
    marks=("keeptabs.cost.status",),
    user=("keeptabs.user",),
)
