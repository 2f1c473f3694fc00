"""What a rule of the audit is, and what it finds."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from keeptabs.audit.prices import Prices
from keeptabs.store.record import Record

Cell = str | int | Decimal | None  # a text, a count, an amount in USD, or what is not known


class Confidence(StrEnum):
    """How far an amount can be relied on; a finding says why."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something to change. ``usd`` is what it would have saved over the period; None: that cannot be known from here.

    ``since`` is when it was first seen, in nanoseconds since the epoch; ``traces`` are ids of a few of its calls.
    ``columns`` and ``rows`` are the evidence as a table.
    """

    rule: str
    title: str
    evidence: str
    usd: Decimal | None
    confidence: Confidence
    why: str  # of the confidence, or of an amount that is not known
    change: tuple[str, ...]
    calls: int
    since: int
    models: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    urgent: bool = False  # it comes before all dollars
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


class Watch(Protocol):
    """One rule at work: sees each call of the period once, in the order of time, and keeps no more than it must."""

    def see(self, record: Record) -> None:
        """Take note of a call."""

    def findings(self) -> Iterator[Finding]:
        """What is to be said after all of them."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule as data; ``watch`` begins a new reading."""

    id: str
    title: str
    looks_at: str
    watch: Callable[[Prices], Watch]

    def find(self, records: Iterable[Record], prices: Prices) -> list[Finding]:
        """What this rule alone says of the calls, which come in the order of time."""
        watch = self.watch(prices)
        for record in records:
            watch.see(record)
        return list(watch.findings())
