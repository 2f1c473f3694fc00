"""Estimates that are kept, and the calls beside them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from keeptabs.core.cost import Cost, CostStatus, PriceLine
from keeptabs.core.dialect import Asked
from keeptabs.core.errors import UserError
from keeptabs.core.exchange import Timing
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.core.usage import Bucket
from keeptabs.store import forecasts
from keeptabs.store.database import Connection, StoreError, reading
from keeptabs.store.forecasts import Basis, Estimate, Sums
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

SECOND = 1_000_000_000
Fill = Callable[..., Connection]
Make = Callable[..., Record]
LIMITED = Outcome(kind=OutcomeKind.RATE_LIMITED, status=429, error_type="rate_limit_exceeded")
UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price")
NO_USAGE = Cost(status=CostStatus.NO_USAGE)
PLAN = Estimate(
    name="plan",
    created_at=5,
    provider="openai",
    model="gpt-4o",
    calls_a_day=2.5,
    usd_a_call=1,
    low_a_day=2,
    mid_a_day=3,
    high_a_day=4,
    basis=Basis(
        tokens={"input": Decimal("7.5")}, rates={"input": Decimal("0.0000025")}, where=(("a", "b"),), days=9, how="so"
    ),
)


@pytest.fixture
def fill(tmp_path: Path, process: Process) -> Iterator[Fill]:
    """Writes records to a ledger and opens it for reading."""
    opened = []

    def make(*records: Record) -> Connection:
        writer = Writer(tmp_path / "ledger.db")
        for record in records:
            writer.add(record)
        writer.commit({("x", "y"): 1}, process)
        writer.close()
        opened.append(reading(tmp_path / "ledger.db"))
        return opened[-1].__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def at(second: int) -> Timing:
    return Timing(started_at=second * SECOND, duration=1)


def test_a_call_is_read_as_far_as_an_estimate_needs_it(fill: Fill, record: Make) -> None:
    """Its usage by bucket, what its price lines charge, its terms, and how it ended."""
    line = PriceLine(
        unit="input.text",
        quantity=Decimal(60),
        rate=Decimal(5),
        per=10**6,
        amount=Decimal("0.0003"),
        row="r",
        source="s",
        checked="",
    )
    cost = Cost(usd=Decimal("0.0003"), status=CostStatus.PRICED, lines=(line,))
    asked = Asked(model="gpt-4o", size="1024x1024", quality="hd")
    db = fill(record(identity={"attempt": 2}, cost=cost, request=asked, batch=True, timing=at(9)))
    (call,) = forecasts.calls(db, 0, 10 * SECOND)
    assert (call.started_at, call.provider, call.operation, call.model) == (
        9 * SECOND,
        "openai",
        "chat",
        "gpt-4o-2024-08-06",
    )
    assert (call.answered, call.repeated, call.unpriced, call.cost) == (True, True, False, 300_000)
    assert [(each.unit, each.amount) for each in call.lines] == [("input.text", Decimal("0.0003"))]
    assert call.usage is not None
    assert call.usage.tokens == {Bucket.INPUT_TEXT: 60, Bucket.CACHE_READ_TEXT: 40, Bucket.OUTPUT_TEXT: 10}
    assert (call.tier, call.batch, call.host, call.asked.size) == ("default", True, "api.openai.com", "1024x1024")


@pytest.mark.parametrize(
    ("fields", "answered", "unpriced"),
    [
        pytest.param({"cost": UNPRICED}, True, True, id="no price"),
        pytest.param({"cost": NO_USAGE, "usage": None}, True, True, id="it went well and says nothing"),
        pytest.param({"cost": NO_USAGE, "usage": None, "outcome": LIMITED}, False, False, id="a failure used nothing"),
    ],
)
def test_calls_without_a_price_are_told(
    fill: Fill, record: Make, fields: dict[str, object], answered: bool, unpriced: bool
) -> None:
    """One by one as in their sums."""
    db = fill(record(**fields))
    (call,) = forecasts.calls(db, 0, 2_000 * SECOND)
    assert (call.answered, call.unpriced, call.cost) == (answered, unpriced, None)
    assert forecasts.sums(db, 0, 2_000 * SECOND).unpriced == unpriced


@pytest.mark.parametrize(
    ("where", "count"),
    [
        pytest.param([], 3, id="all"),
        pytest.param([("model", "gpt-4o-2024-08-06")], 2, id="the model that answered"),
        pytest.param([("model", "gpt-4o")], 2, id="or that was asked for"),
        pytest.param([("provider", "azure")], 1, id="a column"),
        pytest.param([("feature", "answers")], 2, id="a tag"),
        pytest.param([("feature", "answers"), ("provider", "azure")], 0, id="all of them must hold"),
        pytest.param([("feature", "other")], 0, id="another value"),
        pytest.param([("tags", "1' OR 1=1 --")], 0, id="no SQL"),
    ],
)
def test_filters_say_which_calls_count(fill: Fill, record: Make, where: forecasts.Where, count: int) -> None:
    """By columns of the ledger, and by tags under any other name."""
    other = {"provider": "azure", "tags": {"feature": "x"}, "response_model": "m", "request": Asked(model="m")}
    db = fill(record(), record(), record(**other))
    assert len(list(forecasts.calls(db, 0, 2_000 * SECOND, where))) == count
    assert forecasts.sums(db, 0, 2_000 * SECOND, where).calls == count


def test_sums_are_those_of_the_time_and_of_the_operations(fill: Fill, record: Make) -> None:
    """From the first nanosecond to before the last; cached input is part of all input."""
    db = fill(record(timing=at(1)), record(timing=at(2), operation="embeddings"), record(timing=at(3)))
    one = Sums(calls=1, unpriced=0, cost=300_000, input=100, cached=40, output=10)
    assert forecasts.sums(db, SECOND, 2 * SECOND) == one
    assert forecasts.sums(db, SECOND, 3 * SECOND, (), ("chat", "generate_content")) == one
    assert forecasts.sums(db, 4 * SECOND, 9 * SECOND) == Sums(0, 0, 0, 0, 0, 0)
    assert [call.started_at for call in forecasts.calls(db, 2 * SECOND, 3 * SECOND)] == [2 * SECOND]
    assert forecasts.began(db) == SECOND


def test_an_empty_ledger_never_began(fill: Fill) -> None:
    """It has no first call."""
    assert forecasts.began(fill()) is None


def test_what_is_saved_comes_back_as_it_was(tmp_path: Path) -> None:
    """The oldest first; a ledger is made where there is none."""
    path = tmp_path / "new" / "ledger.db"
    later = msgspec.structs.replace(PLAN, name="later", created_at=6)
    forecasts.save(path, later)
    forecasts.save(path, PLAN)
    with reading(path) as db:
        assert forecasts.saved(db) == [PLAN, later]


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """What was expected is not overwritten afterwards; what cannot be kept is refused in one line."""
    path = tmp_path / "ledger.db"
    forecasts.save(path, PLAN)
    with pytest.raises(UserError, match="there is an estimate 'plan' already: choose another name"):
        forecasts.save(path, PLAN)
    with pytest.raises(UserError, match="too large to be kept"):
        forecasts.save(path, msgspec.structs.replace(PLAN, name="x", mid_a_day=2**70))
    (tmp_path / "text").write_text("no ledger " * 99)
    with pytest.raises(StoreError, match="text cannot be written"):
        forecasts.save(tmp_path / "text", PLAN)


def test_a_ledger_that_is_older_than_estimates_has_none(tmp_path: Path) -> None:
    """It is read as it is, and is no mistake."""
    with closing(sqlite3.connect(tmp_path / "old.db")) as db:
        db.execute("CREATE TABLE calls (started_at INTEGER)")
    with reading(tmp_path / "old.db") as db:
        assert forecasts.saved(db) == []
