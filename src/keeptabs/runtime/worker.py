"""The one background thread: what was recorded is measured and kept here, not where the application calls."""

import atexit
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from keeptabs.patching.shield import shield

T = TypeVar("T")

TICK = 0.5  # seconds between commits: what a kill can cost
MAX_QUEUED = 10_000  # past it new items are dropped and counted, so that memory stays bounded
_IDLE_TICKS = 20  # after this many empty ticks the thread sleeps until it is woken


class Worker(Generic[T]):
    """Hands items to ``handle`` and calls ``commit`` after each batch, with True for the last one.

    ``closing`` is called before the last batch: the time to queue what is still open.

    ``put`` never blocks, and its locks can be taken twice by one thread, so that it may be called from a finaliser that
    runs anywhere. The thread starts with the first item, and again in a forked child.
    """

    def __init__(
        self, handle: Callable[[T], None], commit: Callable[[bool], None], closing: Callable[[], None]
    ) -> None:
        self._handle, self._commit, self._closing = handle, commit, closing
        self._lock = threading.RLock()
        self.forked()

    def forked(self) -> None:
        """Begin anew, as in a forked child: the parent handles what was queued."""
        self._lock = threading.RLock()
        self._queue: SimpleQueue[T | threading.Event] = SimpleQueue()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._parked = self._closed = False

    def put(self, item: T) -> None:
        """Queue an item; past MAX_QUEUED it is dropped and counted."""
        if self._queue.qsize() >= MAX_QUEUED:
            shield.count("queue", f"more than {MAX_QUEUED} calls waited; further ones were dropped")
            return
        self._queue.put(item)
        self.start()

    def start(self) -> None:
        """See to it that the thread runs, for what was queued or is to be committed."""
        if self._thread is None:
            self._start()
        elif self._parked:
            self._wake.set()

    def flush(self, timeout: float) -> bool:
        """Wait until all that was queued before is handled and committed. False when ``timeout`` seconds were over."""
        if self._thread is None:
            self._drain()
            return True
        done = threading.Event()
        self._queue.put(done)
        self._wake.set()
        return done.wait(timeout)

    def close(self, timeout: float = 5.0) -> None:
        """Handle what is queued, commit for the last time, and stop; after ``timeout`` seconds go on without.

        The last commit is the thread's, so that an exporter whose collector is gone cannot hold the process up.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
        with shield.stage("worker"):
            self._closing()
        self._wake.set()
        if self._thread is None:
            self._drain(last=True)
        else:
            self._thread.join(timeout)

    def leave(self, timeout: float) -> None:
        """Close in a process that ends without exit handlers, if anything was recorded in it."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self.close(timeout)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="keeptabs", daemon=True)
        with self._lock:
            if self._thread is not None or self._closed:
                return
            self._thread = thread
            thread.start()
        self.at_exit()

    def at_exit(self) -> None:
        """Close when the process ends. Registered late, so that it runs before the exit of OpenTelemetry's SDK."""
        atexit.unregister(self.close)
        atexit.register(self.close)
        util = sys.modules.get("multiprocessing.util")
        process = sys.modules.get("multiprocessing.process")
        if util is not None and process is not None and process.parent_process() is not None:
            util.Finalize(self, self.close, exitpriority=100)  # such a child leaves through os._exit

    def _run(self) -> None:
        idle = 0
        while not self._closed:
            self._parked = idle >= _IDLE_TICKS
            self._wake.wait(None if self._parked and self._queue.empty() else TICK)
            self._wake.clear()
            idle = 0 if self._drain() else idle + 1
        self._drain(last=True)

    def _drain(self, *, last: bool = False) -> bool:
        flushes: list[threading.Event] = []
        count = 0
        while True:
            try:
                item: Any = self._queue.get_nowait()
            except Empty:
                break
            count += 1
            if isinstance(item, threading.Event):
                flushes.append(item)
            else:
                with shield.stage("worker"):
                    self._handle(item)
        self._commit(last)
        for done in flushes:
            done.set()
        return count > 0
