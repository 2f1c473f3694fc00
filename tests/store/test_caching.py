from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.exchange import Timing
from keeptabs.store import caching
from keeptabs.store.database import reading
from keeptabs.store.record import Record
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import Slice
from keeptabs.store.writer import Process, Writer

Make = Callable[..., Record]
tokens = st.integers(1, 10**9)
rates = st.decimals(0, 1_000, places=6)


def line(unit: str, quantity: int, rate: Decimal) -> PriceLine:
    """A line at a rate for a million."""
    return PriceLine(unit=unit, quantity=Decimal(quantity), rate=rate, per=10**6, amount=quantity * rate / 10**6)


@given(tokens, tokens, rates, rates)
def test_what_is_saved_is_the_difference_of_the_rates(full: int, read: int, rate: Decimal, cached: Decimal) -> None:
    """Exactly, to the last digit; a dearer cache has cost something."""
    found = caching.gained([line("input.text", full, rate), line("cache_read.text", read, cached)])
    assert found == read * (rate - cached) / 10**6


@given(tokens, rates)
def test_a_bill_without_a_cache_says_nothing(full: int, rate: Decimal) -> None:
    """Nothing was saved by what had no part in it."""
    assert caching.gained([line("input.text", full, rate), line("output.text", full, rate)]) is None


@pytest.mark.parametrize(("most", "calls"), [(3, 3), (2, 1), (0, 1)], ids=["all", "the newest hour", "one at least"])
def test_bills_are_read_by_whole_hours(tmp_path: Path, process: Process, record: Make, most: int, calls: int) -> None:
    """From the newest on, while there are not too many calls in them; what is left out is told."""
    lines = tuple(
        PriceLine(
            unit=unit,
            quantity=Decimal(40),
            rate=Decimal(rate),
            per=10**6,
            amount=Decimal(40 * rate) / 10**6,
            row="r",
            source="s",
            checked="2026-11-24",
        )
        for unit, rate in (("input.text", 5), ("cache_read.text", 1))
    )
    cost = Cost(usd=Decimal("0.00024"), status=CostStatus.PRICED, lines=lines)
    with closing(Writer(tmp_path / "ledger.db")) as writer:
        for hour in (1, 1, 3):
            writer.add(record(cost=cost, timing=Timing(started_at=hour * HOUR, duration=1)))
        writer.commit({}, process)
    with reading(tmp_path / "ledger.db") as db:
        found = caching.saved(db, Slice(since=0), caching.by_hour(db, Slice(since=0)), most)
    assert (found.calls, found.is_whole, found.usd) == (calls, calls == 3, calls * Decimal("0.00016"))
    assert found.since == (HOUR if calls == 3 else 3 * HOUR)
