from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import HOUR, NOW

from keeptabs.web.ask import DAY, PERIODS, Ask
from keeptabs.web.columns import OTHER, columns, name, series

hours = st.integers(0, NOW // HOUR).map(lambda number: number * HOUR)


@pytest.mark.parametrize(
    ("period", "count", "first"),
    [
        pytest.param("24h", 25, "Nov 17 11:00", id="hours"),
        pytest.param("7d", 43, "Nov 11 08:00", id="four hours"),
        pytest.param("28d", 29, "Oct 21", id="days"),
    ],
)
def test_columns_are_as_wide_as_reads_well(period: str, count: int, first: str) -> None:
    """Each begins at a round time, and the last holds now."""
    starts = columns(Ask(path="/", now=NOW, period=period), 0)
    assert (len(starts), name(starts[0], starts)) == (count, first)
    assert starts[-1] <= NOW < starts[-1] + (starts[1] - starts[0])


@given(st.sampled_from(list(PERIODS)), hours)
def test_there_are_never_too_many(period: str, first: int) -> None:
    """Columns are of one width and hold all of the time since the first call, however long ago that was."""
    ask = Ask(path="/", now=NOW, period=period)
    starts = columns(ask, first)
    assert 1 <= len(starts) <= 60
    assert len({after - before for before, after in pairwise(starts)}) <= 1
    assert starts[0] <= (ask.part.since or first)


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=1), st.dictionaries(hours, st.integers(0, 99))))
def test_nothing_is_lost_between_hours_and_columns(values: dict[str, dict[int, float]]) -> None:
    """The sum of all series is that of all hours; many names become five and the others."""
    first = min((hour for each in values.values() for hour in each), default=NOW)
    starts = columns(Ask(path="/", now=NOW, period="all"), first)
    made = series(values, starts)
    assert sum(sum(each.values) for each in made) == sum(sum(each.values()) for each in values.values())
    assert len(made) <= 6
    assert ([each.name for each in made if each.name == OTHER] == [OTHER]) == (len(values) > 6)
    assert all(len(each.values) == len(starts) for each in made)


def test_hours_before_the_first_column_are_not_in_it() -> None:
    """A course begins where its columns begin."""
    starts = columns(Ask(path="/", now=NOW, period="28d"), 0)
    (made,) = series({"a": {starts[0] - HOUR: 5, starts[0]: 2, starts[1]: 3}}, starts)
    assert (sum(made.values), made.values[0], starts[1] - starts[0]) == (5, 2, DAY)
