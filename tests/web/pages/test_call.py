from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from ledgers import NOW, SECOND, made, memory
from starlette.testclient import TestClient

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Usage
from keeptabs.store.record import Record
from keeptabs.web.ask import AskError, ask
from keeptabs.web.pages.call import CallView, view


def shown(*records: Record, number: str = "1") -> CallView:
    with memory(records) as db:
        return view(db, ask(f"/calls/{number}", {"id": number}, NOW))


def test_bill_adds_up_to_the_cost() -> None:
    """Each bucket is billed at its rate, and the lines add up to the amount, in as many decimals as it has."""
    lines = tuple(
        PriceLine(
            unit=unit,
            quantity=Decimal(count),
            rate=Decimal(rate),
            per=1_000_000,
            amount=Decimal(count) * Decimal(rate) / 1_000_000,
            row="openai/gpt-4o",
            source="https://openai.com/api/pricing",
            checked="2026-11-10",
        )
        for unit, count, rate in (("input.text", 2_824, "2.5"), ("cache_read.text", 9_217, "1.25"))
    )
    cost = Cost(usd=sum((line.amount for line in lines), Decimal()), status=CostStatus.PRICED, lines=lines, book="b 1")
    found = shown(made(1, cost=cost, service_tier="default"))
    assert [(line.name, line.quantity, line.rate, line.amount) for line in found.bill.lines] == [
        ("input, fresh", "2,824", "$2.50 / M", "0.00706000"),
        ("input, cached", "9,217", "$1.25 / M", "0.01152125"),
    ]
    assert found.bill.total == "0.01858125"
    assert found.bill.source == "prices of b 1, checked 2026-11-10 · tier default"


def test_usage_of_the_provider_is_shown_as_it_came() -> None:
    """The provider's own JSON is there, indented."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: 1}, raw='{"prompt_tokens":1}')
    assert shown(made(1, usage=usage)).usage == '{\n  "prompt_tokens": 1\n}'


def test_attempts_of_the_operation_are_listed() -> None:
    """A call that was tried again shows all attempts; one that was not shows none."""
    limited = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="429")
    trace = {"trace": 1, "operation": 1}
    at = Timing(started_at=NOW + SECOND)
    found = shown(made(1, trace, outcome=limited), made(2, {**trace, "attempt": 2}, timing=at), made(3))
    assert [row.outcome.text for row in found.attempts] == ["429", "ok"]
    assert (found.figures.outcome_said, shown(made(3)).attempts) == ("attempt 1 of 2", ())


def test_gaps_are_said() -> None:
    """What could not be measured of a call is on its page."""
    assert shown(made(1, gaps=("the body was not read",))).gaps == ("the body was not read",)


@pytest.mark.parametrize("number", ["2", "x", "-1", "9" * 40, "1.5"])
def test_unknown_call_is_refused(number: str) -> None:
    """A number that no call has, or that is none, is no empty page."""
    with pytest.raises(AskError, match="there is no call"):
        shown(made(1), number=number)


def test_page_links_to_the_trace_and_the_place(visit: Callable[[Sequence[Record]], TestClient]) -> None:
    """From a call its trace and all calls of its place in the code are one click away."""
    text = visit([made(1)]).get("/calls/1").text
    assert f'href="/traces/{1:032x}?span={101:016x}"' in text
    assert 'href="/calls?site=%2Fapp%2Fanswer.py%3A88"' in text
