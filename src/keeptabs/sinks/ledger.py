"""The ledger as a sink: records in, one commit a tick, and whatever fails is counted and tried again."""

from collections.abc import Callable
from pathlib import Path

from keeptabs.core.call import Call, Identity
from keeptabs.patching.shield import shield
from keeptabs.store.pruning import Retention
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer


class Ledger:
    """Keeps calls. Commits come from the worker's thread only."""

    def __init__(self, path: Path, service: str, process: Callable[[], Process], kept: Retention | None = None) -> None:
        self.path, self._service = path, service
        self._process = process
        self._writer = Writer(path, kept)

    def add(self, call: Call, identity: Identity) -> None:
        """Keep a call with the next commit."""
        self._writer.add(Record(call=call, identity=identity, service=self._service))

    def sighted(self, host: str, via: str) -> None:
        """Note a provider's host that is reached in a way which cannot be recorded."""
        self._writer.sighted(host, via)

    def hurry(self) -> None:
        """The process is about to end."""
        self._writer.hurry()

    def commit(self, *, last: bool = False) -> None:
        """Write what was added, and the faults that were counted. ``last``: the process ends."""
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
