from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.audit.tally import Recent, Table, Tally, counted, place_of, share
from keeptabs.core.exchange import CallSite
from keeptabs.testing.month.made import START, Kind, Maker, Used

Kinds = Callable[..., Kind]
KIND = Kind(service="app", model="m", site=CallSite("a.py", 1, "f"))


def test_a_tally_knows_what_it_does_not_know(maker: Maker, kind: Kinds) -> None:
    """Amounts that are unknown are counted, and a sum of nothing but those is none."""
    record = maker.record(kind(), START, Used(input=1_000, output=100))
    tally = Tally()
    tally.add(record, None)
    assert tally.known_gain is None
    tally.add(record, Decimal("0.001"))
    assert (tally.calls, tally.unknown, tally.known_gain, tally.usd) == (2, 1, Decimal("0.001"), Decimal("0.006"))
    assert tally.first == START


def test_of_many_calls_a_few_are_named(maker: Maker, kind: Kinds) -> None:
    """Three trace ids are enough to look at."""
    tally, record = Tally(), maker.record(kind(), START)
    for _ in range(10):
        tally.add(record)
    assert tally.traces == [record.identity.trace_id] * 3


@given(st.lists(st.decimals("0", "1000", places=18), max_size=40))
def test_a_sum_of_money_loses_nothing(amounts: list[Decimal]) -> None:
    """Whatever the digits, the sum is that of whole numbers of the smallest unit."""
    tally, record = Tally(), Maker(1).record(KIND, START)
    for amount in amounts:
        tally.add(record, amount)
    assert tally.gain.scaleb(18) == sum(int(amount.scaleb(18)) for amount in amounts)


def test_a_call_without_a_place_in_the_code_is_known_by_its_service(maker: Maker, kind: Kinds) -> None:
    """What was imported has no site."""
    assert str(place_of(maker.record(kind(), START))) == "gpt-6.1-sol at /srv/app/ask.py:3"
    assert str(place_of(maker.record(kind(), START, site=None))) == "gpt-6.1-sol at app"


def test_a_table_stops_to_grow(maker: Maker) -> None:
    """Past its most keys, values are made and forgotten; those it has go on."""
    table: Table[int, list[int]] = Table(list, most=2)
    for key in (1, 2, 3, 1):
        table.at(key).append(key)
    assert dict(table.items()) == {1: [1, 1], 2: [2]}


def test_the_oldest_makes_room() -> None:
    """What was put again is new."""
    recent: Recent[str, int] = Recent(2)
    for key in ("a", "b", "a", "c"):
        recent.put(key, 1)
    assert [recent.get(key) for key in "abc"] == [1, None, 1]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (counted(1, "call"), "1 call"),
        (counted(2_000, "call"), "2,000 calls"),
        (share(1, 3), "33 %"),
        (share(0, 0), "0 %"),
    ],
)
def test_numbers_in_words(said: str, expected: str) -> None:
    """One is no plural."""
    assert said == expected
