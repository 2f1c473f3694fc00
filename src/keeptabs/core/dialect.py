"""What a wire format must offer: read a request, read an answer, and say which events of a stream carry facts."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Usage


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the request says. ``settings`` holds parameters under their OpenTelemetry names."""

    model: str | None = None
    stream: bool = False
    service_tier: str | None = None
    output_type: str | None = None
    settings: dict[str, Any] = {}
    user: str | None = None  # the end user, as the application names them to the provider
    metadata: dict[str, str] = {}
    images: int | None = None
    size: str | None = None
    quality: str | None = None
    characters: int | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer says. ``complete`` is False for a stream that shows no end of its own."""

    model: str | None = None
    id: str | None = None
    operation: str | None = None  # where the answer tells that it was another one than the path says
    service_tier: str | None = None
    system_fingerprint: str | None = None
    finish_reasons: tuple[str, ...] = ()
    usage: Usage | None = None
    facts: dict[str, Any] = {}  # what else is worth a span attribute, under its OpenTelemetry name
    error: ProviderError | None = None
    complete: bool = True
    batch: bool = False  # done in a batch, which has prices of its own
    # The result of work that ran elsewhere (a batch, a run, a prediction). It may be fetched many times: ``pending``
    # says that there is none yet, and what was used counts once for each ``id``.
    deferred: bool = False
    pending: bool = False
    gaps: tuple[str, ...] = ()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """How messages over a websocket make exchanges. Each is known by a text that it holds.

    What the client sets up is kept for every exchange of the session. An exchange begins with a message of
    ``begins``, from either side, or, where none is open, with the one that ends it.
    """

    setup: tuple[bytes, ...] = ()
    begins: tuple[bytes, ...]
    ends: tuple[bytes, ...]


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One wire format. ``ask`` and ``answer`` raise nothing for any bytes: what they cannot read is a gap."""

    api: str  # the format's own name, e.g. "chat_completions"
    operation: str  # OpenTelemetry's gen_ai.operation.name
    ask: Callable[[Request], Asked]
    answer: Callable[[Response, Asked], Answered]
    markers: tuple[bytes, ...] = ()  # an event of a stream that holds one of them carries facts
    ends: tuple[bytes, ...] = ()  # how a line begins, its newline before it, of the last event that an SDK waits for
    needs_model: bool = True  # False where the service has a default model, or the path names it
    estimates: bool = False  # True where tokens can be estimated from the text that flows
    session: Session | None = None


Routes = Mapping[str, Dialect]  # by how a path ends: see keeptabs.core.provider
