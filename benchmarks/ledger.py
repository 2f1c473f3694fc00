"""Many processes, one ledger: how long a commit takes, and whether all that was written is there.

    python benchmarks/ledger.py [--processes 8] [--rate 500] [--seconds 10]

Each process adds so many calls a second and commits every half second, as the background thread of an application
does; with ``--rate 0`` they commit 250 calls at a time as fast as they can.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from keeptabs.core.call import Call, Identity
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import CallSite, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store import pruning, rollups
from keeptabs.store.database import open_writer, reading
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

_TICK = 0.5  # seconds, as in keeptabs.runtime.worker
_AT_ONCE = 250  # calls of a commit where there is no rate


class Load(NamedTuple):
    """What each process does."""

    path: Path
    rate: int
    seconds: float


def record(number: int) -> Record:
    """A call as an application makes them, one of eight models at one of five places."""
    call = Call(
        provider="openai",
        operation="chat",
        api="chat_completions",
        server="api.openai.com",
        port=443,
        path="/v1/chat/completions",
        client="httpx",
        sdk="OpenAI/Python",
        request=Asked(model=f"model-{number % 8}", stream=True),
        response_model=f"model-{number % 8}",
        response_id=f"chatcmpl-{number}",
        request_id=f"req_{number}",
        service_tier="default",
        system_fingerprint=None,
        finish_reasons=("stop",),
        streamed=True,
        timing=Timing(started_at=time.time_ns(), duration=10**9 + number, first_chunk=10**8, longest_gap=10**7),
        usage=Usage(tokens={Bucket.INPUT_TEXT: 600, Bucket.CACHE_READ_TEXT: 400, Bucket.OUTPUT_TEXT: 100}),
        cost=Cost(usd=Decimal("0.0003"), status=CostStatus.PRICED, book="a book"),
        outcome=Outcome(kind=OutcomeKind.OK, status=200),
        rate_limit=None,
        resend_count=0,
        site=CallSite(f"/app/{number % 5}.py", 88, "reply"),
        tags={"feature": f"feature-{number % 5}"},
        gaps=(),
    )
    ids = {"trace_id": os.urandom(16).hex(), "span_id": os.urandom(8).hex()}
    return Record(call=call, identity=Identity(**ids, operation_id=ids["span_id"]), service="benchmark")


def write(load: Load, number: int, start: "multiprocessing.synchronize.Event", told: "multiprocessing.Queue") -> None:
    """Write for a while; tells how many calls it added and how long each commit took, in seconds."""
    writer, took, added = Writer(load.path), [], 0
    process = Process(pid=os.getpid(), started_at=number, service="", command="", version="", clients="{}", spans="")
    batch = int(load.rate * _TICK) or _AT_ONCE
    start.wait()
    until = time.monotonic() + load.seconds
    due = time.monotonic() + _TICK * number / 8  # processes are not in step
    while time.monotonic() < until:
        if load.rate:
            time.sleep(max(0.0, due - time.monotonic()))
            due += _TICK
        for each in range(batch):
            writer.add(record(added + each))
        added += batch
        before = time.monotonic()
        writer.commit({}, process)
        took.append(time.monotonic() - before)
    writer.close()
    told.put((added, took))


def run(processes: int, load: Load) -> None:
    """Let the processes write, and print what came of it."""
    open_writer(load.path).close()
    context = multiprocessing.get_context("spawn")
    start, told = context.Event(), context.Queue()
    running = [context.Process(target=write, args=(load, number, start, told)) for number in range(processes)]
    for process in running:
        process.start()
    time.sleep(3)  # until all of them have imported what they need
    start.set()
    results = [told.get() for _ in running]
    for process in running:
        process.join()
    report(load, results)


def report(load: Load, results: list[tuple[int, list[float]]]) -> None:
    """Print what was added and what is there, how long commits took, and whether sums are right."""
    took = [1000 * each for _, some in results for each in some]
    centiles = quantiles(took, n=100)
    added = [count for count, _ in results]
    with reading(load.path) as db:
        stored, wrong = pruning.number(db), rollups.differences(db)
    print(f"calls        {sum(added):,} added, {stored:,} in the ledger; {sum(added) / load.seconds:,.0f}/s")
    print(f"a process    {min(added):,} to {max(added):,}")
    print(f"a commit     p50 {centiles[49]:.0f} ms, p99 {centiles[98]:.0f} ms, at most {max(took):.0f} ms")
    print(f"hourly sums  {wrong} differ from their calls")
    print(f"a call       {load.path.stat().st_size / stored:,.0f} bytes of the file")


def main() -> None:
    """Read the options, and run in a directory that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--rate", type=int, default=500, help="calls a second of each process")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        run(given.processes, Load(Path(directory) / "ledger.db", given.rate, given.seconds))


if __name__ == "__main__":
    main()
