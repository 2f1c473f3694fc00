"""What a provider is: a host, the paths it serves in which dialect, and the names it has for things."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from keeptabs.core.dialect import Asked, Dialect, Routes
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


class Resold(msgspec.Struct, frozen=True, kw_only=True):
    """How to tell who serves a model, since each has prices of their own.

    A response header names them, else what stands behind a colon in the model that is asked for, else the path.
    """

    book: str  # their price file, with ``{}`` for their name
    header: str
    path: re.Pattern[str]  # group 1 is the name


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """One provider as data.

    ``hosts`` are exact names, ``*.suffix`` patterns, ``:port`` for any host on that port, or ``*`` for every other
    host. ``routes`` map how a path ends to the dialect spoken there: see ``Route``.
    """

    name: str  # OpenTelemetry's gen_ai.provider.name
    hosts: tuple[str, ...]
    routes: Routes
    source: str
    checked: str  # ISO date on which the facts were last held against the source, its SDKs or recorded traffic
    prefix: str = "/"  # a path must start with it
    contains: str = ""  # and have this in it
    book: str | None = None  # the price file; None where there is none
    books: Mapping[str, str] = {}  # by host, where not all are priced alike; empty: there is no price file
    resold: Resold | None = None  # where it sells what others serve
    bills_requested_model: bool = False  # the name in its answers lacks what its prices depend on
    model_in_path: re.Pattern[str] | None = None  # group 1 is a deployment or model
    marks: tuple[str, ...] = ()  # response headers that give the provider away behind a gateway
    limits: Mapping[str, str] = msgspec.field(default_factory=lambda: OPENAI_LIMITS)
    request_id: tuple[str, ...] = ("x-request-id",)

    @property
    def is_catch_all(self) -> bool:
        """True for a provider that stands for every host that no other one claims."""
        return "*" in self.hosts


class Route(msgspec.Struct, frozen=True):
    """How a path ends, compiled. As text it is ``[METHOD ]end``; the method is POST where none is named.

    The end is made of whole segments. ``{model}`` stands for one segment or a part of one, ``{model+}`` for one or
    more segments, ``{model:text}`` for one or more that hold this text somewhere; any other name in braces stands for
    one segment that nobody asks for. A method ``WS`` is a websocket.
    """

    method: str
    pattern: re.Pattern[str]
    tail: str  # what could be at the end of such a path, for a quick look: see ``tails``
    literal: int  # how much of it is text: the more, the better a match
    dialect: Dialect

    @classmethod
    def of(cls, text: str, dialect: Dialect) -> "Route":
        """The route that a provider wrote down."""
        method, _, end = text.rpartition(" ")
        pattern = _BRACES.sub(lambda found: f"\0{found[0]}\0", end).split("\0")
        compiled = "".join(_part(part) if part.startswith("{") else re.escape(part) for part in pattern)
        return cls(
            method=method or "POST",
            pattern=re.compile(rf"(?:^|/){compiled}/*$"),
            tail=_tail(end),
            literal=len(_BRACES.sub("", end)),
            dialect=dialect,
        )


_BRACES = re.compile(r"\{(\w+)(?:(\+)|:([^}]*))?\}")


def _part(braces: str) -> str:
    found = _BRACES.fullmatch(braces)
    name, many, text = found.groups() if found else ("", None, None)
    inner = rf"(?:.*{re.escape(text)}.*)" if text else r".+" if many else r"[^/]+"
    return rf"(?P<model>{inner})" if name == "model" else inner


def _tail(end: str) -> str:
    before, _, last = end.rpartition("/")
    if "{" not in last:
        return last
    verb = last.rpartition("}")[2]
    return verb or f"{before.rpartition('/')[2]}/"


def tails(path: str) -> Iterator[str]:
    """What a route's ``tail`` could be for a path: its last segment, a verb at the end of that, the segments before."""
    *before, last = path.rstrip("/").split("/")
    yield last
    if ":" in last:
        yield last[last.rindex(":") :]
    for segment in reversed(before):
        yield f"{segment}/"


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
        """True when a path is one of ours by chance: the body is another format's, or names no model where one must be.

        The second is so on unknown hosts alone. A body that was not read tells nothing.
        """
        nameless = self.provider.is_catch_all and self.dialect.needs_model and asked.model is None
        return bool(request.body) and (asked.foreign or nameless)
