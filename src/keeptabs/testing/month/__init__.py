"""A simulated month of calls, from a seed: as many as are wanted, with planted cases for the rules of an audit.

``calls(1, 100_000)`` is a month in which nothing is to be changed; ``calls(1, 100_000, planted=PLANTS)`` has a case for
every rule, each of which knows what it costs.
"""

from collections.abc import Iterable, Iterator
from heapq import merge

from keeptabs.store.record import Record
from keeptabs.testing.month.made import START, Maker
from keeptabs.testing.month.plants import PLANTS
from keeptabs.testing.month.usual import usual

__all__ = ["PLANTS", "START", "calls"]


def calls(seed: int, count: int, planted: Iterable[str] = (), start: int = START) -> Iterator[Record]:
    """``count`` usual calls from ``start`` (nanoseconds since the epoch) on, and those of the planted cases, by time.

    The same seed makes the same calls. At most an hour of them is held in memory, and the planted ones.
    """
    streams = [usual(Maker(seed), count, start)]
    for name in sorted(planted):
        records = PLANTS[name].records(Maker(f"{seed} {name}"), start)
        streams.append(iter(sorted(records, key=_began)))
    return merge(*streams, key=_began)


def _began(record: Record) -> int:
    return record.call.timing.started_at
