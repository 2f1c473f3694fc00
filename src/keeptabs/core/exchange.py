"""One HTTP exchange as it was seen on the wire: bytes and times, and nothing of the client that made it."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from keeptabs.core.wire.flow import Flow


class Headers(msgspec.Struct, frozen=True):
    """Raw header pairs in wire order; names are compared without case, as HTTP does (RFC 9110 §5.1)."""

    raw: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Headers":
        """Headers from text pairs."""
        return cls(tuple((name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in pairs))

    def table(self) -> dict[str, str]:
        """The first value of each name, in lower case: for who asks for many."""
        found: dict[str, str] = {}
        for key, value in self.raw:
            found.setdefault(key.decode("latin-1").lower(), value.decode("utf-8", "replace"))
        return found

    def get(self, name: str) -> str | None:
        """The first value under ``name``, or None."""
        wanted = name.lower().encode("ascii")
        for key, value in self.raw:
            if len(key) == len(wanted) and key.lower() == wanted:
                return value.decode("utf-8", "replace")
        return None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the client sent. ``body`` is decoded and, for a multipart upload, cut after its small fields.

    ``path`` is percent-decoded. ``method`` is WS for one exchange of messages over a websocket.
    """

    method: str
    scheme: str = "https"
    host: str
    port: int = 443
    path: str
    query: str = ""
    headers: Headers = Headers()
    body: bytes = b""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. ``body`` is content-decoded; of a stream only the events that carry facts are kept."""

    status: int
    headers: Headers = Headers()
    body: bytes = b""
    flow: Flow | None = None  # of a stream that is kept in part: how much text went by


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who pays, as the request's headers say it. A key is known by a keyed fingerprint, never by itself."""

    key: str | None = None
    organization: str | None = None
    project: str | None = None


class Ending(StrEnum):
    """How an exchange came to its end."""

    COMPLETE = "complete"
    CLOSED = "closed"  # the application closed the stream before its end
    CANCELLED = "cancelled"
    FAILED = "failed"  # an exception came out of the client
    COLLECTED = "collected"  # the application dropped the stream without closing it
    EXITED = "exited"  # the process ended first


class Timing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Times of one exchange, in nanoseconds; all but ``started_at`` (since the epoch) are counted from the start."""

    started_at: int
    duration: int = 0
    first_chunk: int | None = None
    last_chunk: int | None = None
    longest_gap: int = 0
    chunks: int = 0
    bytes: int = 0


class CallSite(msgspec.Struct, frozen=True):
    """The nearest frame of the application: where the money is spent."""

    file: str
    line: int
    function: str


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A whole exchange, ready to be measured. ``error`` is the class name of the exception the client raised."""

    request: Request
    response: Response | None = None
    timing: Timing
    ending: Ending = Ending.COMPLETE
    error: str | None = None
    streamed: bool = False
    client: str = ""
    site: CallSite | None = None
    tags: dict[str, str] = {}
    account: Account = Account()
    bytes_a_token: float | None = None  # of text, where a tokeniser has been asked
    cached: bool = False  # a cache of the application answered, and nothing was generated
    gaps: tuple[str, ...] = ()

    @property
    def was_left(self) -> bool:
        """True when the application, or the end of the process, left it before its end."""
        return self.ending in (Ending.CLOSED, Ending.COLLECTED, Ending.EXITED)
