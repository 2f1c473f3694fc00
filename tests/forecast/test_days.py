"""Which days an estimate is made from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.forecast.days import DAY, days

NOW = 100 * DAY + 7


@pytest.mark.parametrize(
    ("since", "began", "count", "length"),
    [
        pytest.param(NOW - 7 * DAY, 0, 7, DAY, id="as many as were asked for"),
        pytest.param(0, NOW - 3 * DAY - 5, 3, DAY, id="not before the ledger began, and only whole ones"),
        pytest.param(NOW - DAY // 4, 0, 1, DAY // 4, id="less than one is scaled"),
        pytest.param(0, NOW - DAY // 2, 1, DAY // 2, id="a ledger that is younger than a day"),
        pytest.param(0, NOW, 1, 1, id="no call yet"),
    ],
)
def test_days_are_whole_and_end_now(since: int, began: int, count: int, length: int) -> None:
    """They are counted back from now, so that none of them is cut off."""
    found = days(since, NOW, began)
    assert (found.count, found.length, found.until) == (count, length, NOW)
    assert found.since == NOW - count * length
    assert found.scaled == DAY / length


@given(ago=st.integers(0, 5 * DAY - 1))
def test_every_time_in_them_is_in_one_of_them(ago: int) -> None:
    """The newest day is the first."""
    found = days(NOW - 5 * DAY, NOW, 0)
    assert found.index(NOW - 1 - ago) == ago // DAY
    assert 0 <= found.index(found.since) < found.count
