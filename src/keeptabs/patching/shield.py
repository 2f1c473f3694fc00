"""The only place that swallows our own faults: counted, logged once per cause, re-raised in tests."""

import logging
import threading
from collections import Counter
from types import TracebackType

import msgspec

log = logging.getLogger("keeptabs")


class Fault(msgspec.Struct, frozen=True):
    """One kind of fault: the stage it happened in and a line that says what, without any content."""

    stage: str
    cause: str


class Shield:
    """Counts faults by stage and cause. ``raises`` makes the shield transparent, for tests.

    The lock can be taken twice by one thread: a finaliser may run, and count, in the middle of a count.
    """

    def __init__(self) -> None:
        self.raises = False
        self._lock = threading.RLock()
        self._counts: Counter[Fault] = Counter()
        self._logged: set[Fault] = set()

    def stage(self, name: str) -> "_Stage":
        """A context manager in which any Exception ends the block and nothing else."""
        return _Stage(self, name)

    def count(self, stage: str, cause: str) -> None:
        """Count a fault that needs no exception, such as a body that could not be read."""
        fault = Fault(stage, cause[:200])
        with self._lock:
            self._counts[fault] += 1
            first = fault not in self._logged
            self._logged.add(fault)
        if first:
            log.warning("keeptabs: %s: %s (further ones are only counted: keeptabs doctor)", stage, fault.cause)

    def drain(self) -> dict[Fault, int]:
        """The counts since the last drain."""
        with self._lock:
            counts, self._counts = dict(self._counts), Counter()
        return counts

    def forget(self) -> None:
        """Start anew, as a forked child does."""
        self._lock = threading.RLock()
        self._counts, self._logged = Counter(), set()


class _Stage:
    __slots__ = ("_name", "_shield")

    def __init__(self, shield: Shield, name: str) -> None:
        self._shield, self._name = shield, name

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or not isinstance(error, Exception):
            return False  # KeyboardInterrupt and cancellation are the application's, never ours
        self._shield.count(self._name, describe(error))
        log.debug("keeptabs: %s failed", self._name, exc_info=error)
        return not self._shield.raises


def describe(error: BaseException) -> str:
    """The class of an exception and, for those whose message is ours or the system's, the message."""
    kind = type(error)
    plain = kind.__module__ in ("builtins", "sqlite3") or kind.__module__.startswith("keeptabs")
    return f"{kind.__name__}: {error}" if plain and str(error) else kind.__name__


shield = Shield()
