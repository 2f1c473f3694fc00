import pytest

from keeptabs.store.hours import within
from keeptabs.store.rollups import HOUR
from keeptabs.store.slices import FOREVER, Slice


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        pytest.param(0, FOREVER, (5 * HOUR, 6 * HOUR), id="all of it"),
        pytest.param(5 * HOUR + 7, FOREVER, (5 * HOUR + 7, 6 * HOUR), id="from its middle on"),
        pytest.param(0, 5 * HOUR + 7, (5 * HOUR, 5 * HOUR + 7), id="up to its middle"),
        pytest.param(6 * HOUR, FOREVER, (6 * HOUR, 6 * HOUR), id="nothing"),
    ],
)
def test_a_part_has_of_an_hour_what_is_in_both(since: int, until: int, expected: tuple[int, int]) -> None:
    """The dimensions stay as they are."""
    found = within(Slice(since=since, until=until, having={"model": "o3"}), 5 * HOUR)
    assert (found.since, found.until, found.having) == (*expected, {"model": "o3"})
