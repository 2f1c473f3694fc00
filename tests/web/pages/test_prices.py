from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec
import pytest
from asked import asks, direct
from hypothesis import given, settings
from ledgers import NOW, SECOND, ledgers, made, memory
from starlette.testclient import TestClient

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.exchange import Timing
from keeptabs.store.record import Record
from keeptabs.web.ask import Ask
from keeptabs.web.pages.prices import view

AT = Timing(started_at=NOW - SECOND, duration=0)
UNPRICED = """(cost_status IN ('unpriced', 'partial')
    OR (cost_status = 'no_usage' AND error_type IS NULL AND outcome <> 'cancelled'))"""
LINE = PriceLine(
    unit="input.text",
    quantity=Decimal(100),
    rate=Decimal("2.50"),
    per=1_000_000,
    amount=Decimal("0.00025"),
    row="openai/gpt-4o",
    source="https://example.org/prices",
    checked="2026-11-01",
    adjusted="x 1.1 (inference_geo us)",
)


@settings(max_examples=60, deadline=None)
@given(ledgers(), asks("/prices"))
def test_numbers_are_those_of_the_calls(records: list[Record], ask: Ask) -> None:
    """Calls, amounts and what has no price, by model and in all, equal sums over the calls themselves."""
    with memory(records) as db:
        found = view(db, ask)
        select = f"""SELECT provider, model, count(*), sum(cost), sum({UNPRICED}), sum(cost_status = 'disputed'),
            sum(cost_status = 'stale'), sum(cost_status = 'estimated') FROM calls GROUP BY 1, 2"""
        models = direct(db, ask, select)
    sums = [each.sums for each in found.lines]
    shown = [
        (each.provider, each.model, each.calls, each.cost, each.unpriced, each.disputed, each.stale, each.estimated)
        for each in sums
    ]
    assert sorted(shown) == sorted(models)
    assert found.calls == sum(row[2] for row in models)
    assert found.unpriced == sum(row[4] for row in models)
    assert found.doubtful == sum(row[5] + row[6] for row in models)
    assert (found.share == "100 %") == (found.unpriced == 0 and found.calls > 0)


def test_rates_are_those_of_the_newest_bill() -> None:
    """A model shows the rates, the row and the day of the last call that had a price, and why another has none."""
    old = Cost(usd=Decimal(1), status=CostStatus.PRICED)
    new = Cost(usd=Decimal(2), status=CostStatus.PRICED, lines=(LINE,), book="another")
    gap = Cost(status=CostStatus.UNPRICED, why="no price for it at openai")
    at = [Timing(started_at=NOW - before * SECOND, duration=0) for before in (30, 20, 10)]
    with memory([made(n, cost=cost, timing=at[n]) for n, cost in enumerate((old, new, gap))]) as db:
        found = view(db, Ask(path="/prices", now=NOW))
    (line,) = found.lines
    assert line.rates == ("$2.5 / 1M", "–", "–")
    assert (line.row, line.checked, line.adjusted) == ("openai/gpt-4o", "2026-11-01", "x 1.1 (inference_geo us)")
    assert line.why == "no price for it at openai"
    assert line.notes == (("no price", 1, "bad"),)
    assert found.before == "another"


@pytest.mark.parametrize(
    ("source", "is_linked"),
    [("https://example.org/prices", True), ("javascript:alert(1)", False), ("a contract", False)],
    ids=["page", "script", "words"],
)
def test_only_a_page_is_linked(
    visit: Callable[[Sequence[Record]], TestClient], source: str, *, is_linked: bool
) -> None:
    """A user's own rows may name any source: what is no page stands as it is."""
    cost = Cost(usd=Decimal(2), status=CostStatus.PRICED, lines=(msgspec.structs.replace(LINE, source=source),))
    page = visit([made(1, cost=cost, timing=AT)]).get("/prices?period=all").text
    assert (f'href="{source}"' in page) == is_linked
    assert source in page


def test_what_has_no_price_says_what_to_do(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """The command that prints the rows to fill in; nothing to do where everything has a price."""
    gap = Cost(status=CostStatus.UNPRICED, why="no price for it at openai")
    page = visit([made(1, cost=gap, timing=AT), made(2, timing=AT)]).get("/prices?period=all").text
    assert "keeptabs prices coverage" in page
    assert "50 %" in page
    assert "no price for it at openai" in page
