"""The names that calls have in OpenTelemetry: one table, two generations of the GenAI conventions.

``1.41`` is what packages and dashboards of today read, ``latest`` the main branch of semantic-conventions-genai
(October 2026), ``both`` the union. What has no convention lives under ``keeptabs.``; ``gen_ai.usage.cost`` is set
too, since several backends read it. Source: github.com/open-telemetry/semantic-conventions-genai; checked 2026-11-24.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from keeptabs.core.call import Call, Identity
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request
from keeptabs.core.outcome import OutcomeKind
from keeptabs.core.provider import Match
from keeptabs.core.usage import Usage


class Profile(StrEnum):
    """Which generation of names to emit."""

    V1_41 = "1.41"
    LATEST = "latest"
    BOTH = "both"

    @property
    def old(self) -> bool:
        """True when the names of 1.41 are emitted."""
        return self is not Profile.LATEST

    @property
    def new(self) -> bool:
        """True when the names of the latest conventions are emitted."""
        return self is not Profile.V1_41


class Row(msgspec.Struct, frozen=True):
    """An attribute, how a call has it, and whether only the latest conventions know it, or only those before."""

    name: str
    of: Callable[[Call], Any]
    only_new: bool = False
    only_old: bool = False


def _tokens(*prefixes: str) -> Callable[[Call], int | None]:
    def of(call: Call) -> int | None:
        return call.usage.sum(*prefixes) if call.usage else None

    return of


def _total(side: str) -> Callable[[Call], int | None]:
    def of(call: Call) -> int | None:
        return getattr(call.usage, side) if isinstance(call.usage, Usage) else None

    return of


def _limit(field: str) -> Callable[[Call], Any]:
    def of(call: Call) -> Any:
        return getattr(call.rate_limit, field) if call.rate_limit else None

    return of


def _seconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / 1e9


def is_inference(call: Call) -> bool:
    """True for operations that the conventions call inference; images, audio and embeddings are none."""
    return call.operation in ("chat", "text_completion")


def _unfinished(call: Call) -> tuple[str, ...] | None:
    """In the place of a finish reason that never came, of a choice that had begun."""
    begun = call.streamed and is_inference(call) and call.outcome.status is not None and call.outcome.status < 400
    return ("error",) if begun and not call.finish_reasons and call.outcome.kind is not OutcomeKind.OK else None


def _tier_asked(call: Call) -> str | None:
    tier = call.request.service_tier
    return None if tier == "auto" else tier


def _cost(call: Call) -> float | None:
    return None if call.cost.usd is None else float(call.cost.usd)


RESPONSE: tuple[Row, ...] = (
    Row("gen_ai.response.model", lambda c: c.response_model),
    Row("gen_ai.response.id", lambda c: c.response_id),
    Row("gen_ai.response.finish_reasons", lambda c: c.finish_reasons or None),
    Row("gen_ai.response.time_to_first_chunk", lambda c: _seconds(c.timing.first_chunk) if c.streamed else None),
    Row("gen_ai.usage.input_tokens", _total("input")),
    Row("gen_ai.usage.output_tokens", _total("output")),
    Row("gen_ai.usage.cache_read.input_tokens", _tokens("cache_read")),
    Row("gen_ai.usage.cache_write.input_tokens", _tokens("cache_write")),
    # What it was named before; Phoenix 20.26 and the published names of 0.66b2 know no other (checked 2026-11-24).
    Row("gen_ai.usage.cache_creation.input_tokens", _tokens("cache_write"), only_old=True),
    Row("gen_ai.usage.reasoning.output_tokens", _tokens("output.reasoning")),
    Row("gen_ai.usage.audio.input_tokens", _tokens("input.audio", "cache_read.audio"), only_new=True),
    Row("gen_ai.usage.image.input_tokens", _tokens("input.image", "cache_read.image"), only_new=True),
    Row("gen_ai.usage.audio.output_tokens", _tokens("output.audio"), only_new=True),
    Row("gen_ai.usage.image.output_tokens", _tokens("output.image"), only_new=True),
    Row("gen_ai.usage.cost", _cost),
    Row("openai.request.service_tier", _tier_asked),
    Row("openai.response.service_tier", lambda c: c.service_tier),
    Row("openai.response.system_fingerprint", lambda c: c.system_fingerprint),
    Row("http.response.status_code", lambda c: c.outcome.status),
    Row("error.type", lambda c: c.outcome.error_type),
    Row("keeptabs.outcome", lambda c: c.outcome.kind.value),
    Row("keeptabs.error.code", lambda c: c.outcome.code),
    Row("keeptabs.error.message_fingerprint", lambda c: c.outcome.message_fingerprint),
    Row("keeptabs.request.id", lambda c: c.request_id),
    Row("keeptabs.cost.usd", _cost),
    Row("keeptabs.cost.status", lambda c: c.cost.status.value),
    Row("keeptabs.cost.book", lambda c: c.cost.book or None),
    Row("keeptabs.usage.estimated", lambda c: True if c.usage and c.usage.estimated else None),
    Row("keeptabs.stream.chunks", lambda c: c.timing.chunks if c.streamed else None),
    Row("keeptabs.stream.longest_gap", lambda c: _seconds(c.timing.longest_gap) if c.streamed else None),
    Row("keeptabs.rate_limit.remaining_requests", _limit("remaining_requests")),
    Row("keeptabs.rate_limit.remaining_tokens", _limit("remaining_tokens")),
    Row("keeptabs.rate_limit.retry_after", _limit("retry_after")),
    Row("keeptabs.account.key", lambda c: c.account.key),
    Row("keeptabs.account.organization", lambda c: c.account.organization),
    Row("keeptabs.account.project", lambda c: c.account.project),
    Row("keeptabs.cached", lambda c: c.cached),
    Row("keeptabs.cost.saved", lambda c: None if c.cost.saved is None else float(c.cost.saved)),
    Row("keeptabs.batch", lambda c: c.batch or None),
)


def of_request(asked: Asked) -> dict[str, Any]:
    """What the body of a request says."""
    found = {"gen_ai.request.model": asked.model, "gen_ai.output.type": asked.output_type, **asked.settings}
    found["keeptabs.user"] = asked.user
    found.update({f"keeptabs.metadata.{name}": value for name, value in asked.metadata.items()})
    if asked.stream:
        found["gen_ai.request.stream"] = True
    return {name: value for name, value in found.items() if value is not None}


def of_identity(identity: Identity) -> dict[str, Any]:
    """Where a call stands among its attempts, and below which route of the application."""
    found = {
        "keeptabs.operation.id": identity.operation_id,
        "keeptabs.attempt.waited": identity.waited,
        "keeptabs.attempt.too_early": True if identity.too_early else None,
        "keeptabs.http.route": identity.route,
    }
    return {name: value for name, value in found.items() if value is not None}


def at_start(match: Match, request: Request, asked: Asked) -> dict[str, Any]:
    """The attributes that are known, and that a sampler may ask for, when a span starts."""
    found: dict[str, Any] = {
        "gen_ai.operation.name": match.dialect.operation,
        "gen_ai.provider.name": match.provider.name,
        "server.address": request.host,
        "server.port": request.port,
        **of_request(asked),
    }
    if match.dialect.api in ("chat_completions", "responses"):
        found["openai.api.type"] = match.dialect.api
    return found


def at_end(call: Call, profile: Profile) -> dict[str, Any]:
    """What the answer adds, and what our own namespace has to say."""
    rows = (row for row in RESPONSE if (profile.new or not row.only_new) and (profile.old or not row.only_old))
    found = {row.name: row.of(call) for row in rows}
    found.update(call.facts)
    for unit, quantity in call.usage.units.items() if call.usage else ():
        found[f"keeptabs.usage.{unit}"] = float(quantity)
    found["gen_ai.provider.name"] = call.provider  # a gateway's headers may have told better than the host
    found["gen_ai.operation.name"] = call.operation  # and the answer better than the path
    if profile.new and not call.finish_reasons:
        found["gen_ai.response.finish_reasons"] = _unfinished(call)
    if call.site is not None:
        found["code.file.path"] = call.site.file
        found["code.line.number"] = call.site.line
        found["code.function.name"] = call.site.function
    found.update({f"keeptabs.tag.{name}": value for name, value in call.tags.items()})
    return {name: value for name, value in found.items() if value is not None}


SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864]

MODALITIES: Mapping[str, tuple[str, ...]] = {
    "text": ("input.text", "input.tool", "cache_read.text", "cache_write", "output.text", "output.reasoning"),
    "audio": ("input.audio", "cache_read.audio", "output.audio"),
    "image": ("input.image", "cache_read.image", "output.image"),
    "unknown": ("input.video", "cache_read.video", "output.video"),
}
