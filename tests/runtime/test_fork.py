import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path

import openai
import pytest

import keeptabs
from keeptabs.runtime import worker
from keeptabs.store import queries

Calls = Callable[[], list[queries.CallLine]]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def made(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key="none-is-needed")


def ask(url: str, model: str = "gpt-4o") -> None:
    with made(url) as client:
        chat(client, model)


def chat(client: openai.OpenAI, model: str) -> None:
    client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])


def forked(work: Callable[[], None]) -> int:
    """The exit code of a child that does ``work`` and leaves as a forked server's worker does."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_child_records_its_own_calls_and_only_those(installed: Path, calls: Calls, mock_url: str) -> None:
    """Calls before, in and after a fork are each in the ledger once."""
    ask(mock_url, "gpt-4o")

    def child() -> None:
        ask(mock_url, "gpt-4o-mini")
        assert keeptabs.flush(20)

    assert forked(child) == 0
    ask(mock_url, "o3")
    assert sorted(call.model for call in calls()) == ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "o3-2025-04-16"]


def test_a_child_that_leaves_at_once(
    installed: Path, calls: Calls, mock_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child recorded is kept before ``os._exit``, which runs no exit handler, and its code stays."""
    monkeypatch.setattr(worker, "TICK", 60.0)

    def child() -> None:
        ask(mock_url, "gpt-4o-mini")
        os._exit(3)

    assert forked(child) == 3
    assert [call.model for call in calls()] == ["gpt-4o-mini-2024-07-18"]


def test_a_child_of_multiprocessing_is_flushed_at_its_end(installed: Path, calls: Calls, mock_url: str) -> None:
    """Such a child leaves without the usual exit; its calls are kept all the same."""
    context = multiprocessing.get_context("fork")
    child = context.Process(target=ask, args=(mock_url,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert len(calls()) == 1


def test_forks_while_the_ledger_is_being_written(installed: Path, calls: Calls, mock_url: str) -> None:
    """Children that are forked in the middle of other threads' calls and commits lose nothing and wait for nothing."""
    ask(mock_url, "gpt-4o")  # everything is imported: a child that is forked in an import hangs, keeptabs or not
    stop = threading.Event()
    asked = 0
    # Made before any fork: OpenSSL makes a context under a lock, and a child that is forked in there waits for good.
    mine, theirs = made(mock_url), made(mock_url)

    def busy() -> None:
        nonlocal asked
        while not stop.is_set():
            chat(mine, "gpt-4o-mini")
            asked += 1
            keeptabs.flush(20)

    thread = threading.Thread(target=busy)
    thread.start()
    codes = [forked(lambda: (chat(theirs, "o3"), keeptabs.flush(20), None)[-1]) for _ in range(8)]
    stop.set()
    thread.join(60)
    mine.close()
    theirs.close()
    assert codes == [0] * 8
    models = [call.model for call in calls()]
    assert models.count("o3-2025-04-16") == 8
    assert models.count("gpt-4o-mini-2024-07-18") == asked


def test_a_stream_that_is_open_at_a_fork_counts_once(installed: Path, calls: Calls, mock_url: str) -> None:
    """The parent finishes its stream; the copy in the child is nobody's call."""
    with openai.OpenAI(base_url=mock_url, api_key="none-is-needed") as client:
        stream = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        chunks = iter(stream)
        next(chunks)
        assert forked(stream.response.close) == 0
        list(chunks)
    assert [call.outcome for call in calls()] == ["ok"]
