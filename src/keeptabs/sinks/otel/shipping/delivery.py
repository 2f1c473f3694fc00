"""Delivering a batch of calls: again while the receiver is away, in halves where it refuses."""

import itertools
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.sinks.otel.otlp_json import line
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.sinks.otel.shipping.receiver import Receiver, RefusedError, UnavailableError
from keeptabs.store.record import Record

_FIRST, _LONGEST = 0.5, 30.0  # seconds between attempts, where the receiver asks for none


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How often a batch is tried before it is given up, None for ever; and how time passes between attempts."""

    attempts: int | None = 6
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    told: Callable[[str], None] = lambda _: None  # hears why it waits, and nothing once it goes on

    def pause(self, attempt: int, asked: float | None) -> float:
        """Seconds before the next attempt: never less than was asked for, and not the same for everybody."""
        if asked is not None:
            return asked + self.jitter()
        return min(_FIRST * 2.0 ** min(attempt - 1, 10), _LONGEST) * (1 + self.jitter()) / 2


class Delivery:
    """Sends calls as the spans that they were, with the same ids, so that a receiver can tell what it has already."""

    def __init__(self, receiver: Receiver, profile: Profile, patience: Patience) -> None:
        self._receiver, self._profile, self._patience = receiver, profile, patience
        self._accepted = False  # anything at all

    def send(self, records: Sequence[Record]) -> int:
        """Deliver calls, in their order; how many of them the receiver refused.

        A batch that is refused is sent in halves, so that one call does not stand in the way of the others. Raises
        UserError where the receiver stays away, or has taken nothing yet and refuses even one call.
        """
        if not records:
            return 0
        try:
            rejected = self._patiently(line(records, self._profile))
        except RefusedError as refusal:
            return self._refused(records, refusal)
        self._accepted = self._accepted or rejected < len(records)
        return min(rejected, len(records))

    def _refused(self, records: Sequence[Record], refusal: RefusedError) -> int:
        if len(records) > 1:
            middle = len(records) // 2
            return self.send(records[:middle]) + self.send(records[middle:])
        if not self._accepted:
            raise UserError(f"{refusal} to a single call, and has taken none before") from refusal
        return 1

    def _patiently(self, body: bytes) -> int:
        for attempt in itertools.count(1):
            try:
                rejected = self._receiver.send(body)
            except UnavailableError as error:
                if attempt == self._patience.attempts:
                    raise UserError(f"{self._receiver.url} cannot be reached: {error}") from error
                self._patience.told(str(error))
                self._patience.sleep(self._patience.pause(attempt, error.wait))
            else:
                self._patience.told("")
                return rejected
        raise AssertionError  # the loop has no end of its own
