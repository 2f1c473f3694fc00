"""A call whose cost is known, and the question that it is: what the tables of known prices are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.pricing.book import Question

Counts = Mapping[Bucket | Unit, int]

K = 1_000
M = 1_000_000
IN, READ, OUT = Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.OUTPUT_TEXT
AUDIO_IN, AUDIO_READ, AUDIO_OUT = Bucket.INPUT_AUDIO, Bucket.CACHE_READ_AUDIO, Bucket.OUTPUT_AUDIO
BOTH: Counts = MappingProxyType({IN: K, OUT: K})
CACHED: Counts = MappingProxyType({IN: K, READ: K, OUT: K})
MILLIONS: Counts = MappingProxyType({IN: M, OUT: M})

# What else a question can say: fields of ``Question``.
Said = Mapping[str, Any]
NOTHING: Said = MappingProxyType({})
BATCH: Said = MappingProxyType({"batch": True})
FLEX: Said = MappingProxyType({"tier": "flex"})
PRIORITY: Said = MappingProxyType({"tier": "priority"})

DISPUTED, FREE, PARTIAL, UNPRICED = CostStatus.DISPUTED, CostStatus.FREE, CostStatus.PARTIAL, CostStatus.UNPRICED
NOBODY = ""  # the source of what has no price


class Case(NamedTuple):
    """One call, what it cost in USD, and who says so: the page that one of the lines of its bill must name."""

    provider: str
    model: str
    counts: Counts
    usd: str | None
    source: str
    day: str = "2026-11-20"  # or a moment, in UTC
    more: Said = NOTHING
    status: CostStatus = CostStatus.PRICED
    longest: int | None = None  # of the requests of a batch, in input tokens

    @property
    def question(self) -> Question:
        """What the book is asked."""
        usage = Usage(
            tokens={name: count for name, count in self.counts.items() if isinstance(name, Bucket)},
            units={name: Decimal(count) for name, count in self.counts.items() if isinstance(name, Unit)},
            longest=self.longest,
        )
        at = int(datetime.fromisoformat(self.day).replace(tzinfo=UTC).timestamp()) * 10**9
        return Question(**{"provider": self.provider, "model": self.model, "usage": usage, "at": at, **self.more})

    @property
    def known(self) -> tuple[CostStatus, Decimal | None]:
        """What the book must answer."""
        return self.status, None if self.usd is None else Decimal(self.usd)


def answered(cost: Cost) -> tuple[CostStatus, Decimal | None]:
    """What the book did answer."""
    return cost.status, cost.usd


def sources(cost: Cost) -> set[str]:
    """The pages that an amount is from."""
    return {line.source for line in cost.lines} or {NOBODY}


def name(case: Case) -> str:
    """The id of a test for a case."""
    said = " ".join(str(getattr(value, "name", value)) for value in case.more.values())
    return " ".join(filter(None, (case.provider, case.model, case.day, said, case.usd)))
