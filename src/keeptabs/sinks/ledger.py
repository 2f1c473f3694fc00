"""The ledger as a sink: records in, one commit a tick, and whatever fails is counted and tried again."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from keeptabs.core.call import Call, Identity
from keeptabs.patching.shield import shield
from keeptabs.store.pruning import Retention
from keeptabs.store.record import Record
from keeptabs.store.spans import SpanLine
from keeptabs.store.writer import Process, Writer


class Beside(Protocol):
    """Where spans come from that stand beside calls."""

    def called(self, trace_id: str) -> None:
        """A trace holds a call."""

    def sift(self) -> list[SpanLine]:
        """The spans that are to be kept by now."""

    def forked(self) -> None:
        """Begin anew, as in a forked child."""


class Ledger:
    """Keeps calls, and the spans of their traces. Commits come from the worker's thread only."""

    def __init__(
        self,
        path: Path,
        service: str,
        process: Callable[[], Process],
        kept: Retention | None = None,
        beside: Beside | None = None,
    ) -> None:
        self.path, self._service, self._beside = path, service, beside
        self._process = process
        self._writer = Writer(path, kept)

    def add(self, call: Call, identity: Identity) -> None:
        """Keep a call with the next commit."""
        self._writer.add(Record(call=call, identity=identity, service=self._service))
        if self._beside is not None:
            self._beside.called(identity.trace_id)

    def sighted(self, host: str, via: str) -> None:
        """Note a provider's host that is reached in a way which cannot be recorded."""
        self._writer.sighted(host, via)

    def hurry(self) -> None:
        """The process is about to end."""
        self._writer.hurry()

    def commit(self, *, last: bool = False) -> None:
        """Write what was added, and the faults that were counted. ``last``: the process ends."""
        with shield.stage("spans"):
            for span in self._beside.sift() if self._beside is not None else ():
                self._writer.add_span(span)
        self._commit(last)
        if last:
            self._commit(last)  # what the first try counted
            self._writer.close()

    def _commit(self, last: bool) -> None:
        counted = {(fault.stage, fault.cause): count for fault, count in shield.drain().items()}
        with shield.stage("store"):
            self._writer.commit(counted, self._process(), last=last)

    def before_fork(self) -> None:
        """Leave the file in a state that can be forked."""
        self._writer.before_fork()

    def forked_parent(self) -> None:
        """Go on in the parent."""
        self._writer.forked_parent()

    def forked_child(self) -> None:
        """Begin anew in the child, whose parent writes what was waiting."""
        self._writer.forked_child()
        if self._beside is not None:
            self._beside.forked()
