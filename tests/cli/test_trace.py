import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.limits import RateLimit
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record

Cli = Callable[..., tuple[int, str, str]]
Fill = Callable[..., Path]
Make = Callable[..., Record]

LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
LINE = PriceLine(
    unit="cache_read.text",
    quantity=Decimal(9216),
    rate=Decimal("1.25"),
    per=1_000_000,
    amount=Decimal("0.01152"),
    row="openai/gpt-4o",
    source="https://example.org",
    checked="2026-11-10",
)
BILLED = Cost(usd=Decimal("0.01152"), status=CostStatus.PRICED, lines=(LINE,), book="a book")
IDS = {"trace_id": "4bf92f" + "0" * 26, "operation_id": "op", "parent_id": "7" * 16, "parent_name": "POST /answer"}


def test_a_tree_of_attempts_under_the_span_that_made_them(cli: Cli, fill: Fill, record: Make) -> None:
    """The parent by its name, each attempt with its outcome, and between them how long was waited."""
    fill(
        record(
            identity=IDS,
            outcome=LIMITED,
            usage=None,
            rate_limit=RateLimit(retry_after=0.5),
            cost=Cost(status=CostStatus.NO_USAGE),
        ),
        record(identity={**IDS, "attempt": 2, "span_id": "8" * 16}, cost=BILLED, streamed=True),
    )
    code, out, _ = cli("trace", "4bf9")
    lines = [" ".join(line.split()) for line in out.splitlines() if line.strip()]
    assert code == 0
    assert lines[0] == f"$0.0115 6.0 s {IDS['trace_id']}"
    assert lines[2:6] == [
        "POST /answer",
        "├─ chat gpt-4o-2024-08-06 · attempt 1 429 rate_limit_exceeded – 1.0 s –",
        "│ told to wait 0.5 s, waited 4.0 s",
        "└─ chat gpt-4o-2024-08-06 · attempt 2 ok 100 → 10 – 1.0 s $0.0115",
    ]


def test_what_was_billed(cli: Cli, fill: Fill, record: Make) -> None:
    """Each line of the bill with quantity, rate and amount, and which prices they are."""
    fill(record(cost=BILLED))
    out = cli("trace", "last")[1]
    words = [" ".join(line.split()) for line in out.splitlines()]
    assert "input, from cache 9,216 $1.25 / million 0.01152" in words
    assert "prices of a book, checked 2026-11-10 · tier default" in words


@pytest.mark.parametrize(
    ("status", "said"),
    [(CostStatus.PARTIAL, "$0.0115 1 unpriced 6.0 s"), (CostStatus.STALE, "$0.0115 6.0 s")],
)
def test_the_total_says_how_many_calls_it_could_not_price(
    cli: Cli, fill: Fill, record: Make, status: CostStatus, said: str
) -> None:
    """A call with a part of a price counts; one whose price is only in doubt does not."""
    fill(record(identity=IDS), record(identity=IDS, cost=msgspec.structs.replace(BILLED, status=status)))
    out = cli("trace", "last")[1]
    assert said.replace("0.0115", "0.0118") in " ".join(out.split())


def test_a_reason_stands_whole_below_its_bill(cli: Cli, fill: Fill, record: Make) -> None:
    """However long it is it is not cut; without any line there is no table."""
    why = "the sources do not agree: " + "one says this, another that, " * 9 + "and no invoice settles it"
    fill(record(identity=IDS, cost=msgspec.structs.replace(BILLED, status=CostStatus.DISPUTED, why=why)))
    assert why in " ".join(cli("trace", "last")[1].split())
    fill(record(identity=IDS, cost=Cost(status=CostStatus.UNPRICED, why=why)))
    out = " ".join(cli("trace", "last")[1].split())
    assert out.count(why) == 2
    assert out.count("quantity") == 1


def test_a_call_without_a_parent_stands_alone(cli: Cli, fill: Fill, record: Make) -> None:
    """Without an enclosing span there is no branch to draw."""
    fill(record())
    out = cli("trace", "last")[1]
    assert "─" not in out.replace("–", "")


def test_json_has_the_calls_in_order(cli: Cli, fill: Fill, record: Make) -> None:
    """One object with the trace's id and its calls, oldest first."""
    fill(record(identity=IDS, response_model="a"), record(identity=IDS, response_model="b"))
    found = json.loads(cli("trace", "4bf92f", "--json")[1])
    assert found["trace_id"] == IDS["trace_id"]
    assert [call["model"] for call in found["calls"]] == ["a", "b"]
