from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.exchange import Account, Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.store.database import Connection, open_writer, reading
from keeptabs.store.record import Record
from keeptabs.store.spending import Spent, first_day, spent
from keeptabs.store.writer import Process, Writer

DAY = 86_400_000_000_000
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
START = (MONDAY - date(1970, 1, 1)).days * DAY
Make = Callable[..., Record]
Fill = Callable[..., Connection]
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
CANCELLED = Outcome(kind=OutcomeKind.CANCELLED, status=200, error_type="cancelled")
REFUSED = Outcome(kind=OutcomeKind.SERVER_ERROR, status=500, error_type="server_error")
NO_USAGE = Cost(status=CostStatus.NO_USAGE)


@pytest.fixture
def fill(tmp_path: Path, process: Process) -> Iterator[Fill]:
    """Writes records to a ledger and opens it for reading."""
    with ExitStack() as opened:

        def make(*records: Record) -> Connection:
            writer = Writer(tmp_path / "ledger.db")
            for record in records:
                writer.add(record)
            writer.commit({}, process)
            writer.close()
            return opened.enter_context(reading(tmp_path / "ledger.db"))

        yield make


def at(nanoseconds: int) -> Timing:
    return Timing(started_at=START + nanoseconds)


def line(unit: str, quantity: str, amount: str) -> PriceLine:
    return PriceLine(
        unit=unit,
        quantity=Decimal(quantity),
        rate=Decimal(1),
        per=1,
        amount=Decimal(amount),
        row="r",
        source="s",
        checked="",
    )


def priced(usd: str, *lines: PriceLine) -> Cost:
    return Cost(usd=Decimal(usd), status=CostStatus.PRICED, lines=lines)


def days(db: Connection, provider: str = "openai") -> list[Spent]:
    return spent(db, provider, MONDAY, WEDNESDAY)


def test_calls_of_a_day_that_are_alike_are_one_line(fill: Fill, record: Make) -> None:
    """Tokens, units, price lines and costs are added up by bucket, exactly."""
    usage = Usage(tokens={Bucket.INPUT_TEXT: 3, Bucket.OUTPUT_TEXT: 2}, units={Unit.SECONDS: Decimal("0.5")})
    cost = priced("0.10000000000000000000000000000000000001", line("input.text", "3", "0.1"))
    account = Account(key="k", project="p")
    like: dict[str, Any] = {"usage": usage, "cost": cost, "account": account}
    db = fill(record(timing=at(0), **like), record(timing=at(DAY - 1), **like))
    assert days(db) == [
        Spent(
            day=MONDAY,
            project="p",
            key="k",
            model="gpt-4o-2024-08-06",
            tier="default",
            batch=False,
            calls=2,
            usd=Decimal("0.20000000000000000000000000000000000002"),
            units={"input.text": Decimal(6), "output.text": Decimal(4), "seconds": Decimal("1.0")},
            amounts={"input.text": Decimal("0.2")},
            priced={"input.text": Decimal(6)},
        )
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"timing": at(DAY)},
        {"response_model": "gpt-4o-mini"},
        {"service_tier": "flex"},
        {"batch": True},
        {"account": Account(project="other")},
        {"account": Account(key="other")},
    ],
    ids=["day", "model", "tier", "batch", "project", "key"],
)
def test_what_a_bill_tells_apart_is_told_apart(fill: Fill, record: Make, other: dict[str, Any]) -> None:
    """Calls that differ in one of these stand on two lines."""
    lines = days(fill(record(timing=at(0)), record(**{"timing": at(0), **other})))
    assert [each.calls for each in lines] == [1, 1]


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, True),
        ({"timing": at(-1)}, False),
        ({"timing": at(2 * DAY)}, False),
        ({"timing": at(2 * DAY - 1)}, True),
        ({"provider": "azure.ai.openai"}, False),
        ({"cached": "local"}, False),
        ({"operation": "count_tokens"}, False),
        ({"usage": None, "cost": NO_USAGE, "outcome": LIMITED}, False),
        ({"usage": None, "cost": NO_USAGE, "outcome": REFUSED}, False),
        ({"outcome": REFUSED}, True),
        ({"usage": None, "cost": NO_USAGE, "outcome": CANCELLED}, True),
    ],
    ids=[
        "plain",
        "the day before",
        "the day after",
        "the last moment",
        "another provider",
        "from the app's own cache",
        "counting tokens",
        "refused for its rate",
        "failed",
        "failed after it used something",
        "left early",
    ],
)
def test_only_calls_that_a_provider_bills_are_there(
    fill: Fill, record: Make, fields: dict[str, Any], *, counted: bool
) -> None:
    """A stream that was left early is billed, a refusal is not."""
    db = fill(record(**{"timing": at(0), **fields}))
    assert [each.calls for each in days(db)] == ([1] if counted else [])


@pytest.mark.parametrize(
    ("fields", "silent", "unpriced"),
    [
        ({}, 0, 0),
        ({"usage": None, "cost": NO_USAGE}, 1, 0),
        ({"cost": Cost(status=CostStatus.UNPRICED)}, 0, 1),
        ({"cost": Cost(usd=Decimal(1), status=CostStatus.PARTIAL)}, 0, 1),
        ({"cost": Cost(usd=Decimal(0), status=CostStatus.FREE)}, 0, 0),
    ],
    ids=["priced", "without usage", "without price", "priced in part", "free"],
)
def test_what_is_not_known_is_counted(
    fill: Fill, record: Make, fields: dict[str, Any], silent: int, unpriced: int
) -> None:
    """Calls that say no usage and calls that have no price are two things."""
    [found] = days(fill(record(**{"timing": at(0), **fields})))
    assert (found.silent, found.unpriced) == (silent, unpriced)


def test_the_ledger_says_when_it_begins(fill: Fill, record: Make, tmp_path: Path) -> None:
    """The day of the oldest call, in UTC; an empty ledger has none."""
    with closing(open_writer(tmp_path / "empty.db")) as empty:
        assert first_day(empty) is None
    assert first_day(fill(record(timing=at(DAY - 1)), record(timing=at(DAY)))) == MONDAY


def test_who_waits_hears_of_it(fill: Fill, record: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then, with the number of calls that were read."""
    monkeypatch.setattr("keeptabs.store.spending._EVERY", 2)
    heard: list[int] = []
    spent(fill(*(record(timing=at(0)) for _ in range(5))), "openai", MONDAY, TUESDAY, heard.append)
    assert heard == [2, 4]
