"""What a wire format must offer: read a request, read an answer, and say which events of a stream carry facts."""

from collections.abc import Callable
from typing import Any

import msgspec

from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Usage


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the request says. ``settings`` holds sampling parameters under their OpenTelemetry names."""

    model: str | None = None
    stream: bool = False
    service_tier: str | None = None
    output_type: str | None = None
    settings: dict[str, Any] = {}
    images: int | None = None
    size: str | None = None
    quality: str | None = None
    characters: int | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer says. ``complete`` is False for a stream that shows no end of its own."""

    model: str | None = None
    id: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    finish_reasons: tuple[str, ...] = ()
    usage: Usage | None = None
    error: ProviderError | None = None
    complete: bool = True
    gaps: tuple[str, ...] = ()


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One wire format. ``ask`` and ``answer`` raise nothing for any bytes: what they cannot read is a gap."""

    api: str  # the format's own name, e.g. "chat_completions"
    operation: str  # OpenTelemetry's gen_ai.operation.name
    ask: Callable[[Request], Asked]
    answer: Callable[[Response, Asked], Answered]
    markers: tuple[bytes, ...] = ()  # an event of a stream that holds one of them carries facts
    ends: tuple[bytes, ...] = ()  # how a line begins, its newline before it, of the last event that an SDK waits for
    needs_model: bool = True  # False where the service has a default model
