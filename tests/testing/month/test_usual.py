from collections import Counter

import pytest

from keeptabs.core.cost import CostStatus
from keeptabs.store.record import Record
from keeptabs.testing import month
from keeptabs.testing.month.made import DAY, DAYS, HOUR, Maker
from keeptabs.testing.month.usual import usual

START = month.START


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(usual(Maker(1), 12_000, START))


def began(record: Record) -> int:
    return record.call.timing.started_at


def test_the_same_seed_makes_the_same_month() -> None:
    """And another one another."""
    one, again, other = (list(month.calls(seed, 300, ["duplicates"])) for seed in (4, 4, 5))
    assert one == again
    assert one != other


@pytest.mark.parametrize("count", [0, 1, 7, 1_000])
def test_there_are_as_many_calls_as_are_wanted(count: int) -> None:
    """Not counting the second attempts."""
    assert sum(record.identity.attempt == 1 for record in month.calls(2, count)) == count


def test_calls_come_in_the_order_of_time_within_the_month(records: list[Record]) -> None:
    """Also those that are planted, and those that are tried again."""
    for some in (records, list(month.calls(1, 500, month.PLANTS))):
        times = [began(record) for record in some]
        assert times == sorted(times)
        assert START <= times[0] <= times[-1] < START + DAYS * DAY


def test_days_are_busier_than_nights_and_weekends_quieter(records: list[Record]) -> None:
    """As where people work."""
    hours = Counter((began(record) - START) % DAY // HOUR for record in records)
    days = Counter((began(record) - START) // DAY % 7 for record in records)
    assert hours[14] > 5 * hours[3] > 0
    assert days[3] > 1.5 * days[6] > 0


def test_every_answer_has_a_price(records: list[Record]) -> None:
    """Several services, models and providers, and no doubt about what they cost."""
    answered = [record for record in records if record.call.usage is not None]
    assert {record.call.cost.status for record in answered} == {CostStatus.PRICED}
    assert len({record.service for record in records}) == 4
    assert len({record.call.provider for record in records}) == 2
    assert len({record.identity.span_id for record in records}) == len(records)


def test_there_are_incidents(records: list[Record]) -> None:
    """An hour of 429s and an outage: each failure is followed by an attempt that succeeds."""
    kinds = Counter(record.call.outcome.kind.value for record in records)
    assert kinds["rate_limited"] > 3
    assert kinds["overloaded"] > 3
    again = [record for record in records if record.identity.attempt == 2]
    assert len(again) == kinds["rate_limited"] + kinds["overloaded"]
    assert {record.call.outcome.kind.value for record in again} <= {"ok", "cancelled"}
