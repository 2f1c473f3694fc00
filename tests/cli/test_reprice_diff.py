from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keeptabs.cli._reprice_diff import Diff
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.outcome import Outcome, OutcomeKind
from keeptabs.store.record import Record
from keeptabs.store.repricing import Batch, Repriced

Make = Callable[..., Record]

FREE = Cost(usd=Decimal(0), status=CostStatus.FREE)
UNPRICED = Cost(status=CostStatus.UNPRICED, why="no price for mine")
NO_USAGE = Cost(status=CostStatus.NO_USAGE, why="the answer reported no usage")
FAILED = Outcome(kind=OutcomeKind.TIMEOUT, status=None, error_type="ReadTimeout")


def priced(usd: str | Decimal, status: CostStatus = CostStatus.PRICED, why: str = "") -> Cost:
    return Cost(usd=Decimal(usd), status=status, why=why)


def again(record: Record, now: Cost) -> Repriced:
    return Repriced(id=1, detail="", call=record.call, now=now)


def diff(*calls: Repriced, unreadable: int = 0) -> Diff:
    """All calls, a batch each."""
    found = Diff()
    for call in calls:
        found.add(Batch(calls=[call], unreadable=0))
    found.add(Batch(calls=[], unreadable=unreadable))
    return found


def test_calls_that_change_alike_are_one_line_and_the_greatest_comes_first(record: Make) -> None:
    """By provider, model and the status before and after; what stays counts in the sums alone."""
    found = diff(
        again(record(cost=priced("1")), priced("1")),
        again(record(cost=priced("1")), priced("3")),
        again(record(cost=priced("1")), priced("2")),
        again(record(cost=priced("1")), priced("2", CostStatus.STALE)),
        again(record(cost=priced("9"), provider="azure"), priced("2")),
        unreadable=2,
    )
    lines = [(each.provider, each.now, each.calls, each.before, each.after, each.difference) for each in found.lines]
    assert lines == [
        ("azure", "priced", 1, 9 * 10**9, 2 * 10**9, -7 * 10**9),
        ("openai", "priced", 2, 2 * 10**9, 5 * 10**9, 3 * 10**9),
        ("openai", "stale", 1, 10**9, 2 * 10**9, 10**9),
    ]
    assert (found.calls, found.changed, found.unreadable) == (5, 4, 2)
    assert (found.before, found.after) == (13 * 10**9, 10 * 10**9)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (UNPRICED, priced("1"), (True, False, None, 10**9)),
        (priced("1"), UNPRICED, (False, True, 10**9, None)),
        (UNPRICED, FREE, (True, False, None, 0)),
        (priced("1"), priced("2"), (False, False, 10**9, 2 * 10**9)),
        (UNPRICED, NO_USAGE, (False, False, None, None)),
    ],
    ids=["gains", "loses", "is free now", "is dearer", "has none still"],
)
def test_a_price_is_gained_or_lost(
    record: Make, was: Cost, now: Cost, expected: tuple[bool, bool, int | None, int | None]
) -> None:
    """What is not known is None, never a zero; free is a price."""
    (line,) = diff(again(record(cost=was), now)).lines
    assert (line.gains, line.loses, line.before, line.after) == expected


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (UNPRICED, priced("1"), True),
        (NO_USAGE, FREE, True),
        (priced("1"), UNPRICED, True),
        (priced("1", CostStatus.PARTIAL, "no flex rates"), priced("1"), True),
        (priced("1"), priced("1", CostStatus.STALE, "old"), True),
        (priced("1", CostStatus.STALE, "old"), priced("1"), False),
        (priced("1"), priced("2"), False),
        (priced("1", CostStatus.STALE, "old"), priced("2", CostStatus.STALE, "old"), False),
    ],
    ids=["gains", "is free now", "loses", "is whole", "is stale now", "is fresh now", "is dearer", "is stale still"],
)
def test_a_reason_is_worth_a_word_where_it_is_new_or_was_a_gap(
    record: Make, was: Cost, now: Cost, expected: bool
) -> None:
    """An amount that only differs speaks for itself."""
    (line,) = diff(again(record(cost=was), now)).lines
    assert line.is_worth_a_word is expected
    assert (line.lacked, line.lacks) == (was.why, now.why)


@pytest.mark.parametrize(
    ("cost", "outcome", "expected"),
    [
        (UNPRICED, None, 1),
        (priced("1", CostStatus.PARTIAL), None, 1),
        (NO_USAGE, None, 1),
        (NO_USAGE, FAILED, 0),
        (priced("1"), None, 0),
        (FREE, None, 0),
    ],
)
def test_calls_that_the_sums_leave_out_are_counted(
    record: Make, cost: Cost, outcome: Outcome | None, expected: int
) -> None:
    """Before and after; a failed call that says nothing of its usage is no gap."""
    made = record(cost=cost, **({"outcome": outcome} if outcome else {}))
    found = diff(again(made, priced("1")))
    assert (found.unpriced_before, found.unpriced_after) == (expected, 0)
    found = diff(again(record(**({"outcome": outcome} if outcome else {})), cost))
    assert (found.unpriced_before, found.unpriced_after) == (0, expected)


def test_json_has_the_sums_and_the_lines(record: Make) -> None:
    """Nano-dollars, and the difference in dollars too."""
    found = diff(again(record(cost=UNPRICED), priced("1.5"))).as_json()
    line = found.pop("lines")[0]
    assert found == {
        "calls": 1,
        "changed": 1,
        "unreadable": 0,
        "before": 0,
        "after": 1_500_000_000,
        "unpriced_before": 1,
        "unpriced_after": 0,
        "difference": 1_500_000_000,
        "usd": 1.5,
    }
    assert (line["was"], line["now"], line["before"], line["usd"]) == ("unpriced", "priced", None, 1.5)


money = st.one_of(st.just(UNPRICED), st.builds(priced, st.decimals(0, 10**6, places=9)))


@given(st.lists(st.tuples(money, money), max_size=9))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_lines_sum_to_the_whole(record: Make, pairs: list[tuple[Cost, Cost]]) -> None:
    """The differences of all lines are that of the ledger: no call stands in two of them, and none is left out."""
    found = diff(*(again(record(cost=was), now) for was, now in pairs))
    assert sum(line.difference for line in found.lines) == found.after - found.before
    assert sum(line.calls for line in found.lines) == found.changed
