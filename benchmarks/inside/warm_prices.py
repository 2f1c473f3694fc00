"""CPU of one price in a warm process: each package, each way, each call, in blocks that take turns.

Before anything is measured, all must agree with the amount that was worked out by hand.
"""

import gc
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, NamedTuple

from harness import cpu, nothing, plan, tell
from priced import CALLS
from pricers import PRICERS, Price, amount


class Row(NamedTuple):
    """What one block runs, and the samples of it in microseconds."""

    package: str
    way: str
    call: str
    price: Price
    samples: list[float]


def rows(packages: list[str]) -> Iterator[Row]:
    """A row for each package, way and call. Ends the process when an amount is not the right one."""
    for package in packages:
        for call in CALLS:
            for way, price in PRICERS[package](call)._asdict().items():
                if (found := amount(price)) != call.usd:
                    sys.exit(f"{package}, usage {way}, {call.name}: {found} USD, not {call.usd}")
                yield Row(package, way, call.name, price, [])


def block(row: Row, calls: int) -> None:
    """One sample."""
    price = row.price

    def work() -> None:
        for _ in range(calls):
            price()

    price()  # what the block before pushed out of the processor's caches belongs to no block
    row.samples.append(cpu(work, nothing()).process / calls)


def installed(package: str) -> str | None:
    """Its version, or None when it is not there."""
    try:
        return version(package) if find_spec(package.replace("-", "_")) else None
    except PackageNotFoundError:
        return None


def main() -> None:
    """Measure. The order of the blocks is turned by one from round to round."""
    asked: dict[str, Any] = plan()
    versions = {package: installed(package) for package in PRICERS}
    made = list(rows([package for package, found in versions.items() if found]))
    gc.collect()
    gc.freeze()  # no package pays for looking through what the others had imported
    for number in range(asked["rounds"]):
        turn = number % len(made)
        for row in (*made[turn:], *made[:turn]):
            block(row, asked["calls"])
    tell({"versions": versions, "rows": [{**row._asdict(), "price": None} for row in made]})


if __name__ == "__main__":
    main()
