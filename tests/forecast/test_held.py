"""Estimates beside the calls that were made since."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.exchange import Timing
from keeptabs.core.usage import Usage
from keeptabs.forecast.days import DAY
from keeptabs.forecast.held import Held, _gap, against, held
from keeptabs.store.database import Connection, reading
from keeptabs.store.forecasts import Basis, Estimate, save
from keeptabs.store.record import Record
from keeptabs.store.writer import Process, Writer

MADE = 100 * DAY
NOW = MADE + 2 * DAY
# Two calls a day of 60 + 40 cached + 10 tokens, as the records of these tests are, at other rates.
PLAN = Estimate(
    name="plan",
    created_at=MADE,
    provider="openai",
    model="gpt-4o",
    calls_a_day=2.0,
    usd_a_call=300_000,
    low_a_day=500_000,
    mid_a_day=600_000,
    high_a_day=700_000,
    basis=Basis(
        tokens={"input": Decimal(60), "cached": Decimal(40), "output": Decimal(10)},
        rates={"input": Decimal("0.000002"), "cached": Decimal("0.000002"), "output": Decimal("0.00001")},
    ),
)
AMOUNT = st.decimals(0, 10**6, places=6)


@pytest.fixture
def ledger(tmp_path: Path, process: Process) -> Iterator[Callable[..., Connection]]:
    """A ledger with the estimate in it, and with records of these times."""
    opened = []

    def fill(*records: Record, plan: Estimate = PLAN) -> Connection:
        writer = Writer(tmp_path / "ledger.db")
        for record in records:
            writer.add(record)
        writer.commit({("x", "y"): 1}, process)
        writer.close()
        save(tmp_path / "ledger.db", plan)
        opened.append(reading(tmp_path / "ledger.db"))
        return opened[-1].__enter__()

    yield fill
    for one in opened:
        one.__exit__(None, None, None)


def at(days: float) -> Timing:
    return Timing(started_at=MADE + int(days * DAY), duration=1)


def only(found: list[Held]) -> Held:
    assert len(found) == 1
    return found[0]


def test_calls_as_expected_are_in_the_band(ledger: Callable[..., Connection], record: Callable[..., Record]) -> None:
    """Calls from before the estimate are none of its."""
    db = ledger(*(record(timing=at(days)) for days in (-1, 0.1, 0.2, 1.1, 1.9)))
    found = only(held(db, 0, NOW))
    assert (found.calls, found.calls_a_day, found.usd_a_day) == (4, 2, Decimal("0.0006"))
    assert (found.ratio, found.within, found.gap.total) == (1, True, 0)


@pytest.mark.parametrize(
    ("fields", "times", "driver", "sign"),
    [
        pytest.param({}, 4, "volume", 1, id="twice the calls"),
        pytest.param({}, 1, "volume", -1, id="half the calls"),
        pytest.param({"cost": 900_000}, 2, "price", 1, id="a dearer model"),
        pytest.param({"tokens": 10, "cost": 3_000_000}, 2, "tokens", 1, id="ten times the tokens"),
    ],
)
def test_the_gap_is_put_down_to_what_drove_it(
    ledger: Callable[..., Connection],
    record: Callable[..., Record],
    fields: dict[str, int],
    times: int,
    driver: str,
    sign: int,
) -> None:
    """Volume, tokens a call, or price and mix of models."""
    one = record().call
    usage = Usage(
        tokens={bucket: count * fields.get("tokens", 1) for bucket, count in (one.usage or Usage()).tokens.items()}
    )
    cost = msgspec.structs.replace(one.cost, usd=Decimal(fields.get("cost", 300_000)) / 10**9)
    db = ledger(*(record(timing=at(0.1 + n / 10), usage=usage, cost=cost) for n in range(2 * times)))
    found = only(held(db, 0, NOW))
    assert found.gap.driver == driver
    assert found.gap.total * sign > 0
    assert not found.within
    assert found.gap.volume + found.gap.tokens + found.gap.price == found.usd_a_day - found.expected


def test_what_was_not_expected_to_be_cached_is_read_at_the_rate_of_input(
    ledger: Callable[..., Connection], record: Callable[..., Record]
) -> None:
    """As many tokens as expected, 40 of them from the cache: what that saves is a matter of price."""
    basis = msgspec.structs.replace(
        PLAN.basis,
        tokens={"input": Decimal(100), "output": Decimal(10)},
        rates={"input": Decimal("0.000002"), "output": Decimal("0.00001")},
    )
    one = record().call.cost
    cheaper = msgspec.structs.replace(one, usd=Decimal("0.00025"))
    calls = (record(timing=at(0.1 + n / 10), cost=cheaper) for n in range(4))
    found = only(held(ledger(*calls, plan=msgspec.structs.replace(PLAN, basis=basis)), 0, NOW))
    assert (found.gap.volume, found.gap.tokens, found.gap.price) == (0, 0, Decimal("-0.0001"))


def test_only_what_the_estimate_was_for_is_counted(
    ledger: Callable[..., Connection], record: Callable[..., Record]
) -> None:
    """Its filters and its kinds of call, from the later of its own time and the time that is asked for."""
    basis = msgspec.structs.replace(PLAN.basis, where=(("feature", "search"),), operations=("chat",))
    plan = msgspec.structs.replace(PLAN, basis=basis)
    search = {"tags": {"feature": "search"}}
    calls = [record(timing=at(0.1), **search), record(timing=at(1.5), **search), record(timing=at(1.6))]
    db = ledger(*calls, record(timing=at(1.7), operation="embeddings", **search), plan=plan)
    assert only(held(db, 0, NOW)).calls == 2
    assert only(held(db, MADE + DAY, NOW)).calls == 1
    assert held(db, 0, MADE) == []


def test_an_estimate_of_nothing_has_no_ratio(ledger: Callable[..., Connection]) -> None:
    """And a ledger without calls since is no error."""
    free = msgspec.structs.replace(PLAN, low_a_day=0, mid_a_day=0, high_a_day=0, calls_a_day=0.0)
    found = against(ledger(plan=free), free, 0, NOW)
    assert (found.ratio, found.calls, found.within) == (None, 0, True)


@given(
    calls=AMOUNT,
    usd=AMOUNT,
    counts=st.tuples(AMOUNT, AMOUNT, AMOUNT),
    expected=st.integers(0, 10**15),
    expected_calls=st.just(0.0) | st.floats(0.001, 1e6),
)
def test_the_parts_of_a_gap_are_the_gap(
    calls: Decimal, usd: Decimal, counts: tuple[Decimal, ...], expected: int, expected_calls: float
) -> None:
    """Whatever the amounts, to a nano-dollar."""
    plan = msgspec.structs.replace(PLAN, mid_a_day=expected, calls_a_day=expected_calls)
    tokens = dict(zip(("input", "cached", "output"), counts, strict=True))
    gap = _gap(plan, calls, usd, tokens)
    assert abs(gap.total - (usd - Decimal(expected) / 10**9)) < Decimal("1e-9")
    assert gap.driver in {"volume", "tokens", "price"}
