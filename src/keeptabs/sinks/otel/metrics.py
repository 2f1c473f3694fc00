"""Metrics of calls. At most seven records a call, all off the application's thread; none a chunk, nor for limits."""

from collections.abc import Callable
from time import time_ns
from typing import Any

from keeptabs.core.call import IN_PROMPT, Call
from keeptabs.core.cost import CostStatus
from keeptabs.core.headroom import Bucket
from keeptabs.core.usage import Usage
from keeptabs.sinks.otel.limits import GAUGES, Limits
from keeptabs.sinks.otel.providers import Providers
from keeptabs.sinks.otel.semconv import MODALITIES, SECONDS, TOKENS, Profile, is_inference

# Counters of the latest conventions: name after ``gen_ai.client.inference.usage.`` and the buckets it counts.
_COUNTERS = {
    "input_tokens": ("input", "cache"),
    "output_tokens": ("output",),
    "cache_read.input_tokens": ("cache_read",),
    "cache_write.input_tokens": ("cache_write",),
    "reasoning.output_tokens": ("output.reasoning",),
}


class Metrics:
    """The instruments of one meter, made when the first call is recorded, and again when the provider changes."""

    def __init__(self, profile: Profile, providers: Providers) -> None:
        self._profile, self._providers = profile, providers
        self._meter: Any = None
        self._made: dict[str, Any] = {}
        self._limits = Limits()

    def record(self, call: Call, context: Any) -> None:
        """Record a call under the conventions, and what only we know of it."""
        if not self._ready():
            return
        common = _common(call)
        failed = {**common, "error.type": call.outcome.error_type} if call.outcome.error_type else common
        duration = call.timing.duration / 1e9
        inference = is_inference(call)
        if self._profile.old or not inference:
            self._seconds("gen_ai.client.operation.duration").record(duration, failed, context)
        if self._profile.new and inference:
            self._seconds("gen_ai.client.inference.duration").record(duration, failed, context)
        self._first_chunk(call, inference, common, context)
        if call.usage is not None and not call.usage.estimated:  # these metrics have no word for an estimate
            self._token_metrics(call.usage, inference, common, failed, context)
        self._own(call, common, context)

    def record_own(self, call: Call) -> None:
        """Record only what has no convention: another instrumentation records the rest of this call."""
        if self._ready():
            self._own(call, _common(call), None)

    def _ready(self) -> bool:
        meter = self._providers.meter()
        if meter is not self._meter:
            self._meter, self._made = meter, {}
        return meter is not None

    def _first_chunk(self, call: Call, inference: bool, common: dict[str, Any], context: Any) -> None:
        if not call.streamed or call.timing.first_chunk is None:
            return
        seconds = call.timing.first_chunk / 1e9
        if self._profile.old:
            self._seconds("gen_ai.client.operation.time_to_first_chunk").record(seconds, common, context)
        if self._profile.new and inference:
            self._seconds("gen_ai.client.inference.time_to_first_chunk").record(seconds, common, context)

    def _token_metrics(
        self, usage: Usage, inference: bool, common: dict[str, Any], failed: dict[str, Any], context: Any
    ) -> None:
        if self._profile.old:
            self._token_usage(usage, common, context)
        if self._profile.new and inference:
            self._token_counters(usage, common, failed, context)

    def _token_usage(self, usage: Usage, common: dict[str, Any], context: Any) -> None:
        for side, tokens in (("input", usage.input), ("output", usage.output)):
            if tokens is not None:
                attributes = {**common, "gen_ai.token.type": side}
                self._tokens("gen_ai.client.token.usage").record(tokens, attributes, context)

    def _token_counters(self, usage: Usage, common: dict[str, Any], failed: dict[str, Any], context: Any) -> None:
        for side, tokens in (("input", usage.input), ("output", usage.output)):
            if tokens is not None:
                self._tokens(f"gen_ai.client.inference.operation.{side}_tokens").record(tokens, failed, context)
        for name, prefixes in _COUNTERS.items():
            for modality, buckets in MODALITIES.items():
                wanted = tuple(bucket for bucket in buckets if bucket.startswith(prefixes))
                counted = usage.sum(*wanted) if wanted else None
                if counted:
                    counter = self._counter(f"gen_ai.client.inference.usage.{name}", "{token}")
                    counter.add(counted, {**common, "gen_ai.token.modality": modality}, context)

    def _own(self, call: Call, common: dict[str, Any], context: Any) -> None:
        if call.cost.usd is not None:
            known = {**common, "keeptabs.cost.status": call.cost.status.value}
            self._counter("keeptabs.cost", "USD").add(float(call.cost.usd), known, context)
        if call.cost.status in (CostStatus.UNPRICED, CostStatus.PARTIAL):
            self._counter("keeptabs.unpriced", "{call}").add(1, common, context)
        for rule in call.facts.get(IN_PROMPT, ()):
            self._counter("keeptabs.secrets", "{key}").add(1, {**common, "keeptabs.secret.rule": rule}, context)
        if call.rate_limit is not None:
            self._limits.follow(call)
            for name, (unit, of) in GAUGES.items():
                self._observe(name, unit, of)

    def _seconds(self, name: str) -> Any:
        return self._histogram(name, "s", SECONDS)

    def _tokens(self, name: str) -> Any:
        return self._histogram(name, "{token}", TOKENS)

    def _histogram(self, name: str, unit: str, bounds: list[Any]) -> Any:
        if name not in self._made:
            self._made[name] = self._meter.create_histogram(name, unit=unit, explicit_bucket_boundaries_advisory=bounds)
        return self._made[name]

    def _observe(self, name: str, unit: str, of: Callable[[Bucket], float]) -> None:
        if name in self._made:
            return
        from opentelemetry.metrics import Observation

        def read(_options: Any) -> list[Observation]:
            return [Observation(of(bucket), attributes) for attributes, bucket in self._limits.read(time_ns())]

        self._made[name] = self._meter.create_observable_gauge(name, [read], unit=unit)

    def _counter(self, name: str, unit: str) -> Any:
        if name not in self._made:
            self._made[name] = self._meter.create_counter(name, unit=unit)
        return self._made[name]


def _common(call: Call) -> dict[str, Any]:
    found = {
        "gen_ai.operation.name": call.operation,
        "gen_ai.provider.name": call.provider,
        "gen_ai.request.model": call.request.model,
        "gen_ai.response.model": call.response_model,
        "server.address": call.server,
        "server.port": call.port,
    }
    return {name: value for name, value in found.items() if value is not None}
