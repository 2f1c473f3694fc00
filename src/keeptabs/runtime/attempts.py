"""Which requests are attempts of one logical call, whether or not an SDK counts its retries.

An SDK's retry loop, and an application's own, run in one thread or task: the attempt before is in a context variable.
"""

from contextvars import ContextVar
from time import perf_counter_ns

import msgspec

from keeptabs.core.call import Identity
from keeptabs.core.exchange import Ending, Headers, Request
from keeptabs.core.limits import resends, retry_after
from keeptabs.patching.recording import Recording

_LARGEST = 1024 * 1024  # bytes of a body that are held until the next call; a larger one is known by its ends
_END = 4096
_SOON = 120 * 1_000_000_000  # nanoseconds within which the same request again is another attempt
_EARLY = 0.9  # of the time that the provider asked for: clocks differ


class Attempt:
    """A request that was begun, and how it went as soon as that is known."""

    __slots__ = ("_body", "_target", "ended", "failed", "headers", "identity", "parent_id")

    def __init__(self, request: Request, identity: Identity, parent_id: str | None) -> None:
        self._target, self._body = _target(request), _mark(request.body)
        self.identity, self.parent_id = identity, parent_id
        self.ended: int | None = None  # of the process's performance counter, in nanoseconds
        self.failed = False
        self.headers = Headers()

    def finished(self, recording: Recording) -> None:
        """Note how it went."""
        self.ended, self.headers = recording.ended, recording.headers
        self.failed = recording.ending is Ending.FAILED or (recording.status or 0) >= 400

    def is_repeated_by(self, request: Request, now: int) -> bool:
        """True when ``request`` sends the same again, soon after this one has failed."""
        soon = self.ended is not None and now - self.ended <= _SOON
        return self.failed and soon and bool(request.body) and self._matches(request)

    def _matches(self, request: Request) -> bool:
        return self._target == _target(request) and self._body == _mark(request.body)

    def is_to(self, request: Request) -> bool:
        """True when ``request`` goes to the same place."""
        return self._target == _target(request)


class Previous(msgspec.Struct, frozen=True):
    """The attempt that a request repeats, and how long was waited between the two, in seconds."""

    identity: Identity
    waited: float | None
    too_early: bool  # the provider had asked for more patience

    @classmethod
    def of(cls, attempt: Attempt, now: int) -> "Previous":
        """The attempt before one that begins ``now``."""
        if attempt.ended is None:
            return cls(attempt.identity, None, too_early=False)
        waited = (now - attempt.ended) / 1e9
        asked = retry_after(attempt.headers.table())
        return cls(attempt.identity, waited, too_early=asked is not None and waited < asked * _EARLY)


_last: ContextVar[Attempt | None] = ContextVar("keeptabs_last_attempt", default=None)


def remember(attempt: Attempt) -> None:
    """Keep the attempt for the next request of this thread or task."""
    _last.set(attempt)


def forget() -> None:
    """Begin anew in this thread or task."""
    _last.set(None)


def attempt_before(request: Request, parent_id: str | None) -> Previous | None:
    """The attempt that ``request`` repeats: as its SDK counts, or the same request again below the same span."""
    last = _last.get()
    if last is None:
        return None
    now = perf_counter_ns()
    counted = resends(request.headers) > 0 and last.is_to(request)
    if counted or (last.parent_id == parent_id and last.is_repeated_by(request, now)):
        return Previous.of(last, now)
    return None


def _target(request: Request) -> str:
    return f"{request.host}{request.path}"


def _mark(body: bytes) -> bytes | tuple[int, bytes, bytes]:
    return body if len(body) <= _LARGEST else (len(body), body[:_END], body[-_END:])
