import asyncio
import os
from collections.abc import Iterator

import pytest
import uvicorn

from keeptabs.patching.patch import Patches
from keeptabs.patching.shield import shield
from keeptabs.runtime.endings import PATIENCE, endings

Kept = list[tuple[str, float]]


class Leaves(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """What was asked to be kept, with the targets in place; nobody's process is ended."""

    def leave(code: int) -> None:
        raise Leaves(code)

    seen: Kept = []
    monkeypatch.setattr(os, "_exit", leave)
    patches = Patches()
    patches.install(endings(lambda left: seen.append(("close", left)), lambda left: seen.append(("flush", left))))
    yield seen
    patches.undo()


def test_before_a_process_leaves_at_once(kept: Kept) -> None:
    """``os._exit`` closes first, with a bound, and passes the code on."""
    with pytest.raises(Leaves, match=r"^3$"):
        os._exit(3)
    assert kept == [("close", PATIENCE)]


def test_after_a_server_has_shut_down(kept: Kept) -> None:
    """uvicorn's shutdown flushes, in whatever way it ends."""
    server = uvicorn.Server(uvicorn.Config("nothing:here"))
    with pytest.raises(AttributeError, match="servers"):  # it was never started
        asyncio.run(server.shutdown())
    assert kept == [("flush", PATIENCE)]


def test_a_fault_of_ours_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is counted, and the process leaves as it would have."""

    def fail(_: float) -> None:
        raise ValueError("cannot be kept")

    monkeypatch.setattr(shield, "raises", False)
    monkeypatch.setattr(os, "_exit", lambda code: code)
    patches = Patches()
    patches.install(endings(fail, fail))
    try:
        assert os._exit(4) == 4  # type: ignore[comparison-overlap]
    finally:
        patches.undo()
    assert {fault.stage: times for fault, times in shield.drain().items()} == {"end": 1}
