"""Audits behind the pages: one at a time in a thread of its own, and what the last of them found."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from keeptabs.audit.prices import Prices
from keeptabs.audit.run import Audit, audit, rules
from keeptabs.core.errors import UserError
from keeptabs.runtime.config import load
from keeptabs.store import auditing
from keeptabs.store.database import reading
from keeptabs.web.ask import DAY

MOST = 200_000  # calls of one audit: about 12 s of one core (checked 2026-11-24)
EVERY = 600_000_000_000  # nanoseconds between two audits that nobody asked for
_AT_ONCE = 20  # calls, after which pages get their turn
_TURN = 0.0002  # seconds
_DAYS = {"24h": 7, "7d": 7}  # by the period of a page; all others: 28


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """A finished audit; times in nanoseconds since the epoch. ``left_out`` counts older calls that were too many."""

    days: int
    since: int
    until: int
    made_at: int
    left_out: int
    found: Audit


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """An audit that goes on: how many calls it has seen, and of how many."""

    days: int
    seen: int
    of: int


class Audits:
    """The audits of one ledger. ``prices`` is asked in the thread, since reading price files takes its time."""

    def __init__(self, file: Path, prices: Callable[[], Prices]) -> None:
        self._file, self._prices = file, prices
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._made: dict[int, Audited] = {}
        self.running: Progress | None = None
        self.failed: str | None = None

    def latest(self) -> Audited | None:
        """The audit that ended last, whatever its days."""
        return max(self._made.values(), key=lambda each: each.made_at, default=None)

    def of(self, period: str) -> Audited | None:
        """The last audit of a page's period."""
        return self._made.get(days_of(period))

    def want(self, period: str, now: int, *, replacing: int | None = None) -> None:
        """Begin an audit where one is due, and come back at once.

        It is due when there is none, or the last is ten minutes old. ``replacing`` is the ``made_at`` of one that
        somebody wants anew: asking for the same twice makes one audit.
        """
        last = self.of(period)
        asked = last is not None and last.made_at == replacing
        if last is not None and not asked and now - last.made_at < EVERY:
            return
        with self._lock:
            if self.running is not None or self._stopped.is_set():
                return
            days = days_of(period)
            self.running = Progress(days=days, seen=0, of=0)
            self._thread = threading.Thread(target=self._run, args=(days, now), name="keeptabs audit", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End what goes on, without a result."""
        self._stopped.set()
        self.wait()

    def wait(self, seconds: float | None = None) -> bool:
        """Until what goes on has ended, or so long; True where nothing goes on."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self.running is None

    def _run(self, days: int, now: int) -> None:
        try:
            self._made[days] = self._audit(days, now)
            self.failed = None
        except _StoppedError:
            pass
        except UserError as error:  # the ledger is gone, or a price file is broken: the page says so
            self.failed = str(error)
        finally:
            self.running = None

    def _audit(self, days: int, now: int) -> Audited:
        with reading(self._file) as db:
            since, left_out = auditing.newest(db, max(0, now - days * DAY), now, MOST)
            of = auditing.count(db, since, now)
            found = audit(auditing.records(db, since, now), rules(), self._prices(), self._seen(days, of))
        return Audited(days=days, since=since, until=now, made_at=time.time_ns(), left_out=left_out, found=found)

    def _seen(self, days: int, of: int) -> Callable[[], None]:
        seen = 0

        def count() -> None:
            nonlocal seen
            seen += 1
            if seen % _AT_ONCE == 0:
                self.running = Progress(days=days, seen=seen, of=of)
                time.sleep(_TURN)  # gives the interpreter away
                if self._stopped.is_set():
                    raise _StoppedError

        return count


class _StoppedError(Exception):
    """The server ends."""


def configured() -> Prices:
    """The prices that are configured."""
    return Prices(load({}).book())


def days_of(period: str) -> int:
    """How many days are looked at for a page's period: 7 or 28."""
    return _DAYS.get(period, 28)
