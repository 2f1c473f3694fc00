"""Fill a ledger with a simulated month of calls.

    python scripts/simulate.py LEDGER [--calls 1000000] [--seed 1] [--planted]

The month is that of ``keeptabs.testing.month``: the same seed makes the same calls. ``--planted`` adds the cases that
an audit has to find.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from keeptabs.store.known import append
from keeptabs.store.record import Record
from keeptabs.store.writer import Process
from keeptabs.testing.month import PLANTS, calls
from keeptabs.version import __version__

_BATCH = 5_000  # calls in one transaction


def batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """The calls in lists that fit into memory."""
    while batch := list(islice(records, _BATCH)):
        yield batch


def main() -> None:
    """Read the options and write; a ledger that is there already is not touched."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", action="store_true")
    given = parser.parse_args()
    if given.ledger.exists():
        sys.exit(f"{given.ledger} is there already: name another file")
    process = Process(
        pid=os.getpid(),
        started_at=time.time_ns(),
        service="simulated",
        command="simulate.py",
        version=__version__,
        clients="{}",
        spans="none",
    )
    written = 0
    for batch in batches(calls(given.seed, given.calls, planted=PLANTS if given.planted else ())):
        append(given.ledger, batch, process)
        written += len(batch)
        print(f"\r{written:,} calls", end="", file=sys.stderr)
    print(f"\r{written:,} calls in {given.ledger}", file=sys.stderr)


if __name__ == "__main__":
    main()
