"""What a provider is: a host, the paths it serves in which dialect, and the names it has for things."""

import re
from collections.abc import Mapping

import msgspec

from keeptabs.core.dialect import Asked, Dialect
from keeptabs.core.exchange import Request

# Response headers, by the field of RateLimit that they fill. The form that OpenAI has and most hosts took over.
OPENAI_LIMITS: Mapping[str, str] = {
    "limit_requests": "x-ratelimit-limit-requests",
    "remaining_requests": "x-ratelimit-remaining-requests",
    "reset_requests": "x-ratelimit-reset-requests",
    "limit_tokens": "x-ratelimit-limit-tokens",
    "remaining_tokens": "x-ratelimit-remaining-tokens",
    "reset_tokens": "x-ratelimit-reset-tokens",
}


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """One provider as data.

    ``hosts`` are exact names, ``*.suffix`` patterns, ``:port`` for any host on that port, or ``*`` for every other
    host. ``routes`` map the last one or two segments of a path to the dialect spoken there.
    """

    name: str  # OpenTelemetry's gen_ai.provider.name
    hosts: tuple[str, ...]
    routes: Mapping[str, Dialect]
    source: str
    checked: str  # ISO date on which the source was read
    prefix: str = "/"  # a path must start with it
    contains: str = ""  # and have this in it
    book: str | None = None  # the price file; None where there is none yet
    model_in_path: re.Pattern[str] | None = None  # group 1 is a deployment or model
    marks: tuple[str, ...] = ()  # response headers that give the provider away behind a gateway
    limits: Mapping[str, str] = msgspec.field(default_factory=lambda: OPENAI_LIMITS)
    request_id: tuple[str, ...] = ("x-request-id",)

    @property
    def is_catch_all(self) -> bool:
        """True for the provider that stands for every host that no other one claims."""
        return "*" in self.hosts


class Match(msgspec.Struct, frozen=True):
    """A recognised request: who serves it, in which dialect, and the deployment that its path names."""

    provider: Provider
    dialect: Dialect
    deployment: str | None = None

    def ask(self, request: Request) -> Asked:
        """What the request says; where its body names no model, the deployment in its path is the model."""
        asked = self.dialect.ask(request)
        if asked.model is None and self.deployment is not None:
            return msgspec.structs.replace(asked, model=self.deployment)
        return asked

    def is_chance(self, request: Request, asked: Asked) -> bool:
        """True when a path of an unknown host is one of ours by chance: the body names no model where one must be."""
        return self.provider.is_catch_all and bool(request.body) and self.dialect.needs_model and asked.model is None
