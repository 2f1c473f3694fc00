"""Floor 6: wiring. ``install`` joins clients, meter and sinks; there is one runtime a process."""

import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

import keeptabs.clients
from keeptabs.core.discover import constants
from keeptabs.patching.client import Client
from keeptabs.patching.patch import Patches
from keeptabs.patching.shield import shield
from keeptabs.runtime.config import Config, ConfigError, Guarding, Hashing, Keeping, OptionError, defaults, load
from keeptabs.runtime.endings import endings
from keeptabs.runtime.recorder import CallRecorder, Rules
from keeptabs.runtime.salt import salt
from keeptabs.runtime.watching import watching
from keeptabs.sinks.ledger import Ledger
from keeptabs.sinks.otel.app_spans import AppSpans
from keeptabs.sinks.otel.pgvector import PgVector
from keeptabs.sinks.otel.providers import Providers
from keeptabs.sinks.otel.tracing import Tracing
from keeptabs.store.writer import Process
from keeptabs.version import __version__

log = logging.getLogger("keeptabs")


class Runtime:
    """What is installed in this process."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.tracing = Tracing(config.semconv, Providers(config.service))
        beside = self._beside()
        self.ledger = (
            Ledger(config.store, config.service, self.process, config.kept, beside)
            if config.store is not None
            else None
        )
        rules = Rules(
            salt=lambda: salt(config.store),
            ask_usage=config.ask_usage,
            guard_prompts=config.guard is Guarding.OBSERVE,
            hash_key=lambda: salt(config.store) if config.hashes is Hashing.ON else b"",
        )
        self.recorder = CallRecorder(config.book(), self.tracing, self.ledger, rules)
        self.tracing.watch.listen(PgVector(self.recorder.note))
        self.patches = Patches()
        self._started_at = time.time_ns()

    def _beside(self) -> AppSpans | None:
        """What gathers the application's spans, where there is a ledger to keep them."""
        if self.config.store is None or self.config.spans is Keeping.OFF:
            return None
        gathers = AppSpans(self._clean, self.config.service)
        self.tracing.watch.listen(gathers, "ended")
        return gathers

    def _clean(self, said: Any) -> Any:
        return self.recorder.guard.value(said)

    @cached_property
    def clients(self) -> list[Client]:
        """The client families that can be patched."""
        return constants(keeptabs.clients, "CLIENT", Client)

    def install(self) -> None:
        """Patch what is imported, and what will be."""
        targets = [target for client in self.clients for target in client.targets(self.recorder)]
        ends = endings(self.recorder.worker.leave, self.flush)
        self.patches.install([*targets, watching(self.tracing.watch), *ends])

    def process(self) -> Process:
        """This process, for the ledger."""
        modules = [name for client in self.clients for name in client.modules if name in sys.modules]
        versions = {name: str(getattr(sys.modules[name], "__version__", "?")) for name in modules}
        return Process(
            pid=os.getpid(),
            started_at=self._started_at,
            service=self.config.service,
            command=Path(sys.argv[0]).name if sys.argv else "",
            version=__version__,
            clients=msgspec.json.encode(versions).decode(),
            spans=self.tracing.providers.describe(),
        )

    def flush(self, timeout: float) -> bool:
        """Wait until everything recorded so far is in every sink."""
        until = time.monotonic() + timeout
        done = self.recorder.worker.flush(timeout)
        with shield.stage("export"):
            return self.tracing.providers.flush(max(until - time.monotonic(), 0)) and done
        return False

    def close(self) -> None:
        """Undo the patches, keep what was recorded, stop."""
        self.patches.undo()
        self.tracing.watch.open = False
        self.recorder.worker.close()

    def before_fork(self) -> None:
        """Leave nothing half done that a child would inherit."""
        if self.ledger is not None:
            self.ledger.before_fork()

    def forked_parent(self) -> None:
        """Go on in the parent."""
        if self.ledger is not None:
            self.ledger.forked_parent()

    def forked_child(self) -> None:
        """Begin anew in the child."""
        self._started_at = time.time_ns()
        self.recorder.forked()
        if self.ledger is not None:
            self.ledger.forked_child()


class _Installed:
    """The one runtime of the process, and the lock around it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.runtime: Runtime | None = None
        self.forking: Runtime | None = None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self.before_fork, after_in_parent=self.forked_parent, after_in_child=self.forked_child
            )

    def before_fork(self) -> None:
        """Make ready for a fork."""
        self.forking = self.runtime
        if self.forking is not None:
            self.forking.before_fork()

    def forked_parent(self) -> None:
        """Go on after a fork."""
        if self.forking is not None:
            self.forking.forked_parent()

    def forked_child(self) -> None:
        """Begin anew: in the child nothing of the parent's threads and locks is left."""
        self.lock = threading.Lock()
        shield.forget()
        if self.forking is not None:
            self.forking.forked_child()


_installed = _Installed()


def install(  # noqa: PLR0913 - a keyword for each setting
    *,
    store: str | Path | None = None,
    semconv: str | None = None,
    prices: str | Path | None = None,
    service: str | None = None,
    ask_usage: str | Sequence[str] | None = None,
    guard: str | None = None,
    stale_after: int | None = None,
    hashes: str | None = None,
    spans: str | None = None,
) -> None:
    """Record every LLM call of this process from now on.

    ``store`` is the ledger's file, or "off"; ``semconv`` is "1.41", "latest" or "both"; ``prices`` is your price
    file; ``service`` names this service; ``ask_usage`` names hosts (``*`` in a name stands for anything) whose
    streams are asked for their usage where the application did not, which is hidden from it; ``guard`` is "observe"
    where keys in prompts are to be told of; ``stale_after`` is the days after which prices are called stale;
    ``hashes`` is "off" where no keyed hashes of what is asked are to be kept; ``spans`` is "off" where the
    application's own spans are not to be kept beside its calls. What is None comes from the
    environment, the settings file or the default. A second call does nothing. Raises ConfigError for an option that
    cannot be used; a bad environment variable or settings file is reported in the log instead, and the defaults
    hold.
    """
    options = {
        "store": store,
        "semconv": semconv,
        "prices": prices,
        "service": service,
        "ask_usage": ask_usage,
        "guard": guard,
        "stale_after": stale_after,
        "hashes": hashes,
        "spans": spans,
    }
    with _installed.lock:
        if _installed.runtime is None:
            runtime = Runtime(_config(options))
            runtime.install()
            _installed.runtime = runtime


def _config(options: dict[str, Any]) -> Config:
    try:
        return load(options)
    except OptionError:
        raise
    except ConfigError as error:
        log.warning("keeptabs: %s; the defaults are used", error)
        return defaults()


def uninstall() -> None:
    """Stop recording, keep what was recorded, and leave the HTTP clients as they were."""
    with _installed.lock:
        runtime, _installed.runtime = _installed.runtime, None
    if runtime is not None:
        runtime.close()


def flush(timeout: float = 5.0) -> bool:
    """Wait up to ``timeout`` seconds until all calls so far are in the ledger and exported; False if they are not.

    Needed only where a process may be frozen or killed between calls, as serverless platforms do, or is stopped by a
    signal that it does not handle.
    """
    runtime = _installed.runtime
    return runtime.flush(timeout) if runtime is not None else True
