"""Blocks with and without keeptabs in turn, in one process: keeptabs can be taken off again."""

import gc
import time
from collections.abc import Callable
from typing import NamedTuple

import keeptabs


class Added(NamedTuple):
    """CPU added per call, in microseconds: one value a pair of blocks, on the caller's thread and on all others."""

    caller: list[float]
    others: list[float]


def added(work: Callable[[int], object], *, calls: int, pairs: int) -> dict[str, list[float]]:
    """What keeptabs adds to ``work(calls)``; which block of a pair comes first alternates."""
    found = Added([], [])
    for number in range(pairs):
        order = (False, True) if number % 2 else (True, False)
        taken = {installed: _block(work, calls, installed=installed) for installed in order}
        with_it, without = taken[True], taken[False]
        found.caller.append((with_it[0] - without[0]) / calls / 1000)
        found.others.append((with_it[1] - without[1]) / calls / 1000)
    return found._asdict()


def _block(work: Callable[[int], object], calls: int, *, installed: bool) -> tuple[int, int]:
    if installed:
        keeptabs.install()
    work(max(calls // 10, 1))  # what the first call loads belongs to no block
    keeptabs.flush()
    gc.collect()
    process, thread = time.process_time_ns(), time.thread_time_ns()
    work(calls)
    thread = time.thread_time_ns() - thread
    keeptabs.flush()
    process = time.process_time_ns() - process
    keeptabs.uninstall()
    return thread, process - thread
