"""Fill a ledger with a simulated month of calls.

    python scripts/simulate.py LEDGER [--calls 1000000] [--seed 1] [--planted] [--spread 100]

The month is that of ``keeptabs.testing.month``: the same seed makes the same calls. ``--planted`` adds the cases that
an audit has to find; ``--spread`` makes so many services, with features, call sites and users, of each one.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import msgspec

from keeptabs.store.filling import fill
from keeptabs.store.record import Record
from keeptabs.testing.month import PLANTS, calls

_FEATURES = 8  # of each service
_USERS = 10_000


def spread(records: Iterable[Record], services: int, seed: int) -> Iterator[Record]:
    """The calls as ``services`` times as many services make them, each from places of its own, for many users."""
    random = Random(seed)  # noqa: S311 - nothing here is a secret
    for record in records:
        number = random.randrange(services)
        site, tags = record.call.site, {"feature": f"feature-{number % _FEATURES}", **record.call.tags}
        tags["user"] = f"user-{int(_USERS * random.random() ** 3)}"  # a few users make most calls
        if site is not None:
            site = msgspec.structs.replace(site, line=site.line + number)
        call = msgspec.structs.replace(record.call, site=site, tags=tags)
        yield msgspec.structs.replace(record, call=call, service=f"{record.service}-{number}")


def main() -> None:
    """Read the options and write; a ledger that is there already is not touched."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--spread", type=int, default=1)
    given = parser.parse_args()
    if given.ledger.exists():
        sys.exit(f"{given.ledger} is there already: name another file")
    records = calls(given.seed, given.calls, planted=PLANTS if given.planted else ())
    if given.spread > 1:
        records = spread(records, given.spread, given.seed)
    began, written = time.monotonic(), 0
    for written in fill(given.ledger, records):
        print(f"\r{written:,} calls, {written / (time.monotonic() - began):,.0f}/s", end="", file=sys.stderr)
    print(f"\r{written:,} calls in {given.ledger}, {time.monotonic() - began:,.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
