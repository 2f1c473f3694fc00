"""What a wire format must offer: read a request, read an answer, and say which events of a stream carry facts."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Usage


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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
    foreign: bool = False  # the body is none of this format's: its path serves others too


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
    retry_after: float | None = None  # seconds, where the body says when to try again
    batch: bool = False  # done in a batch, which has prices of its own
    # The result of work that ran elsewhere (a batch, a run, a prediction). It may be fetched many times: ``pending``
    # says that there is none yet, and what was used counts once for each ``id``.
    deferred: bool = False
    pending: bool = False
    gaps: tuple[str, ...] = ()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """How messages over a websocket make exchanges. Each kind is known by a text that it holds.

    ``setup``, from either side: the newest of each stands before the messages of every exchange that follows.
    ``asks``, sent: begins an exchange, which waits to be taken up. ``begins``, received: takes up the one that waits,
    else begins one unless one is open. ``ends``, received: ends it. ``refuses``, received: ends the one that waits.
    ``alone``, received: an exchange of its own, and so is what ends or refuses where there is nothing to end.

    Where several can be open, ``lane`` is the member of what is sent that comes back in each of their messages, and
    ``id`` the one of what begins that names the exchange from then on. Without either, at most one can wait.
    """

    setup: tuple[bytes, ...] = ()
    asks: tuple[bytes, ...] = ()
    begins: tuple[bytes, ...]
    ends: tuple[bytes, ...]
    refuses: tuple[bytes, ...] = ()
    alone: tuple[bytes, ...] = ()
    lane: str | None = None
    id: str | None = None


class Hider(Protocol):
    """Passes the bytes of a stream on as they would have been, had nobody asked for more."""

    def feed(self, data: bytes) -> bytes:
        """What the application gets of ``data`` and of what was held back."""

    def flush(self) -> bytes:
        """What is left at the end."""


class UsageOnRequest(msgspec.Struct, frozen=True):
    """How to ask for the usage of a stream where a format tells it only when asked, and how to hide the answer."""

    amend: Callable[[bytes], bytes | None]  # a request body that asks, or None where there is no need or no right to
    hider: Callable[[], Hider]


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One wire format. ``ask`` and ``answer`` raise nothing for any bytes: what they cannot read is a gap."""

    api: str  # the format's own name, e.g. "chat_completions"
    operation: str  # OpenTelemetry's gen_ai.operation.name
    ask: Callable[[Request], Asked]
    answer: Callable[[Response, Asked], Answered]
    markers: tuple[bytes, ...] = ()  # an event of a stream that holds one of them carries facts
    ends: tuple[bytes, ...] = ()  # how a line begins, its newline before it, of the last event that an SDK waits for
    needs_model: bool = True  # False where the service has a default model, or the path names it
    free: str = ""  # why a call costs nothing, where no provider bills such calls
    estimates: bool = False  # True where tokens can be estimated from the text that flows
    session: Session | None = None
    usage_on_request: UsageOnRequest | None = None


Routes = Mapping[str, Dialect]  # by how a path ends: see keeptabs.core.provider
