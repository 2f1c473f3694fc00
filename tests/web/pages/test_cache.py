from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from asked import asks, direct
from hypothesis import given, settings
from ledgers import NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.exchange import Timing
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask
from keeptabs.web.audited import Audits, configured
from keeptabs.web.page import State
from keeptabs.web.pages.cache import View, view

SUMS = """count(*), coalesce(sum(input), 0), coalesce(sum(cache_read), 0), coalesce(sum(cache_write), 0),
    coalesce(sum(cached), 0), coalesce(sum(saved), 0)"""


class Quiet(Audits):
    """Audits that never begin."""

    def want(self, period: str, now: int, *, replacing: int | None = None) -> None:
        """Nothing."""


def seen(records: Sequence[Record], ask: Ask) -> View:
    """The page over a ledger in memory, without an audit."""
    with memory(records) as db:
        return view(db, ask, State(file=Path("none"), audits=Quiet(Path("none"), configured)))


@settings(max_examples=60, deadline=None)
@given(ledgers(), asks("/cache"))
def test_numbers_are_those_of_the_calls(records: list[Record], ask: Ask) -> None:
    """All sums, by model and by place in the code, equal those over the calls themselves."""
    found = seen(records, ask)
    with memory(records) as db:
        (total,) = direct(db, ask, f"SELECT {SUMS} FROM calls")
        inputs = "coalesce(sum(input), 0) AS tokens, coalesce(sum(cache_read), 0) FROM calls"
        models = direct(db, ask, f"SELECT model, {inputs} GROUP BY provider, model HAVING tokens > 0")
        sites = direct(db, ask, f"SELECT {inputs} GROUP BY site_file, site_line HAVING tokens > 0", "site_file <> ''")
    total_of = (found.total.calls, found.total.input, found.total.read, found.total.written)
    assert (*total_of, found.total.local, found.total.saved) == total
    assert sorted((each.title, each.input, each.read) for each in found.models) == sorted(models)
    assert sorted((each.input, each.read) for each in found.sites) == sorted(sites)
    scale = {"tokens": 1, "thousands of tokens": 10**3, "millions of tokens": 10**6}[found.unit]
    course = sum(sum(each.values) for each in found.series if each.name != "read in full") * scale
    assert course == pytest.approx(found.total.read + found.total.written)


def bill(*lines: tuple[str, str, str, str]) -> Cost:
    """A cost of lines: unit, quantity, rate per million, amount."""
    made_of = tuple(
        PriceLine(
            unit=unit,
            quantity=Decimal(quantity),
            rate=Decimal(rate),
            per=1_000_000,
            amount=Decimal(amount),
            row="openai/gpt-4o",
            source="https://example.org",
            checked="2026-11-24",
        )
        for unit, quantity, rate, amount in lines
    )
    return Cost(usd=sum((line.amount for line in made_of), Decimal(0)), status=CostStatus.PRICED, lines=made_of)


FULL = ("input.text", "1000", "2", "0.002")
READ = ("cache_read.text", "4000", "0.5", "0.002")
WRITTEN = ("cache_write.5m", "1000", "2.5", "0.0025")


@pytest.mark.parametrize(
    ("cost", "saved"),
    [
        pytest.param(bill(FULL, READ), 6_000_000, id="read"),
        pytest.param(bill(FULL, WRITTEN), -500_000, id="written costs more"),
        pytest.param(bill(FULL, READ, WRITTEN), 5_500_000, id="both"),
        pytest.param(bill(READ), None, id="the full price is not in the bill"),
        pytest.param(bill(FULL, ("cache_read.audio", "10", "1", "0.00001")), None, id="audio"),
        pytest.param(Cost(usd=Decimal(1), status=CostStatus.PROVIDER_REPORTED), None, id="no bill"),
    ],
)
def test_what_it_saved_is_by_the_bill(cost: Cost, saved: int | None) -> None:
    """A bill says what its cached tokens cost and would have cost, or nothing is said."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: 1_000, Bucket.CACHE_READ_TEXT: 4_000})
    found = seen([made(1, cost=cost, usage=usage)], Ask(path="/cache", now=NOW))
    assert found.saved_nano == saved
    assert found.saved.unknown == (saved is None)


def test_the_page_says_whose_cache_it_was(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """That of the provider and that of the application are told apart."""
    saved = Cost(usd=Decimal(0), saved=Decimal("0.5"), status=CostStatus.FREE)
    at = Timing(started_at=NOW - SECOND, duration=0)
    page = visit([made(1, timing=at), made(2, timing=at, cached="local", cost=saved)]).get("/cache?period=all").text
    assert 'of 2 calls, <span class="good">$0.50 saved</span>' in page
    assert "no bill says what input costs in full" in page
