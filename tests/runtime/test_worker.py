import multiprocessing
import os
import threading
from collections.abc import Iterator

import pytest

from keeptabs.patching.shield import shield
from keeptabs.runtime import worker as module
from keeptabs.runtime.worker import Worker


class Sink:
    """Notes what is handled, and what had been handled at each commit."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.commits: list[tuple[int, bool]] = []

    def handle(self, item: int) -> None:
        if item < 0:
            raise ValueError("negative")
        self.handled.append(item)

    def commit(self, last: bool) -> None:
        self.commits.append((len(self.handled), last))


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def worker(sink: Sink) -> Iterator[Worker[int]]:
    made: Worker[int] = Worker(sink.handle, sink.commit, lambda: None)
    yield made
    made.close()


def test_flush_waits_for_everything_queued(worker: Worker[int], sink: Sink) -> None:
    """After a flush all that was put before is handled, in order, and committed."""
    for number in range(500):
        worker.put(number)
    assert worker.flush(10)
    assert sink.handled == list(range(500))
    assert sink.commits[-1] == (500, False)


def test_no_thread_before_the_first_item(worker: Worker[int]) -> None:
    """An application that makes no call has no thread of ours."""
    assert not any(thread.name == "keeptabs" for thread in threading.enumerate())
    assert worker.flush(1)


def test_a_fault_loses_one_item(worker: Worker[int], sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item that cannot be handled is counted, and the others are handled."""
    monkeypatch.setattr(shield, "raises", False)
    for item in (1, -1, 2):
        worker.put(item)
    worker.flush(10)
    assert sink.handled == [1, 2]
    assert list(shield.drain().values()) == [1]


def test_closing_handles_what_is_left_and_commits_for_the_last_time(worker: Worker[int], sink: Sink) -> None:
    """Nothing that was put is lost by closing, and there is one last commit."""
    worker.put(1)
    worker.close()
    worker.close()
    assert sink.handled == [1]
    assert [last for _, last in sink.commits].count(True) == 1


def test_leaving_closes_only_where_something_was_recorded(worker: Worker[int], sink: Sink) -> None:
    """A process that recorded nothing leaves without a commit; one that did commits for the last time."""
    worker.leave(10)
    assert sink.commits == []
    worker.put(1)
    worker.leave(10)
    assert (sink.handled, sink.commits[-1]) == ([1], (1, True))


def test_closing_asks_for_what_is_still_open(sink: Sink) -> None:
    """What the closing call puts is still handled."""
    made: Worker[int] = Worker(sink.handle, sink.commit, lambda: made.put(7))
    made.put(1)
    made.close()
    assert sink.handled == [1, 7]


def test_too_many_items_are_dropped_and_counted(
    worker: Worker[int], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit memory does not grow: the rest is dropped, and that is told."""
    monkeypatch.setattr(module, "MAX_QUEUED", 3)
    monkeypatch.setattr(worker, "_start", lambda: None)
    for number in range(5):
        worker.put(number)
    worker.close()
    assert sink.handled == [0, 1, 2]
    assert sum(shield.drain().values()) == 2


def test_a_parked_thread_is_woken(worker: Worker[int], sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a quiet time the thread sleeps without a timer, and the next item wakes it."""
    monkeypatch.setattr(module, "_IDLE_TICKS", 0)
    monkeypatch.setattr(module, "TICK", 0.01)
    worker.put(1)
    worker.flush(10)
    seen = threading.Event()
    monkeypatch.setattr(worker, "_handle", lambda item: seen.set())
    worker.put(2)
    assert seen.wait(10)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_begins_anew(worker: Worker[int], sink: Sink) -> None:
    """A child has its own thread and none of the parent's items."""
    worker.put(1)
    worker.flush(10)
    worker.put(2)  # may still wait at the fork: the parent's
    reader, writer = multiprocessing.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        sink.handled.clear()
        worker.forked()
        worker.put(3)
        worker.flush(10)
        writer.send(sink.handled)
        os._exit(0)
    os.waitpid(pid, 0)
    assert reader.poll(10)
    assert reader.recv() == [3]
    worker.flush(10)
    assert sink.handled == [1, 2]
