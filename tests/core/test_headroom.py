"""A rate limit as a token bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.headroom import Bucket, observe

SECOND = 1_000_000_000


def seen(*answers: tuple[float, int, float | None], limit: int = 600) -> Bucket:
    """The bucket after answers at these seconds, with what remained and when it would be full again."""
    bucket: Bucket | None = None
    for at, remaining, reset in answers:
        bucket = observe(bucket, limit=limit, remaining=remaining, reset=reset, at=int(at * SECOND))
    assert bucket is not None
    return bucket


@pytest.mark.parametrize(
    ("answers", "headroom", "refill", "drain", "empty_in"),
    [
        pytest.param([(0, 600, None)], 1.0, 10.0, None, None, id="one answer tells no rate"),
        pytest.param([(0, 300, 60.0)], 0.5, 5.0, None, None, id="the reset tells how fast it fills"),
        pytest.param([(0, 0, None)], 0.0, 10.0, None, 0.0, id="empty"),
        pytest.param([(0, 600, None), (10, 400, None)], 400 / 600, 10.0, 20.0, 40.0, id="drains by 20 a second"),
        pytest.param([(0, 500, None), (10, 600, None)], 1.0, 10.0, 0.0, None, id="fills up: it never empties"),
        pytest.param([(0, 400, None), (10, 400, None)], 400 / 600, 10.0, 10.0, None, id="in balance"),
        pytest.param([(0, 600, None), (0.01, 500, None)], 500 / 600, 10.0, None, None, id="at once tells no rate"),
        pytest.param([(0, 500, None), (0.01, 550, None)], 500 / 600, 10.0, None, None, id="at once, out of order"),
    ],
)
def test_a_bucket_follows_from_what_remains(
    answers: list[tuple[float, int, float | None]],
    headroom: float,
    refill: float,
    drain: float | None,
    empty_in: float | None,
) -> None:
    """Two answers tell what was used between them, by whomever, and so when there is nothing left."""
    bucket = seen(*answers)
    assert bucket.headroom == pytest.approx(headroom)
    assert bucket.refill == pytest.approx(refill)
    assert bucket.drain == (None if drain is None else pytest.approx(drain))
    assert bucket.empty_in == (None if empty_in is None else pytest.approx(empty_in))


def test_the_rate_forgets_what_is_a_minute_old() -> None:
    """A burst is a part of the rate, and is gone from it after a minute of quiet."""
    burst = seen((0, 600, None), (1, 300, None))
    later = observe(burst, limit=600, remaining=590, reset=None, at=70 * SECOND)
    assert burst.drain == pytest.approx(300)
    assert later is not None
    assert later.drain == pytest.approx((600 - 590) / 69)


@pytest.mark.parametrize(
    ("limit", "remaining", "at"),
    [(None, 1, 1), (600, None, 1), (0, 0, 1), (-1, 1, 1), (600, 1, -1)],
    ids=["no limit", "nothing remaining told", "no bucket at all", "nonsense", "an answer that came late"],
)
def test_an_answer_that_says_too_little_changes_nothing(limit: int | None, remaining: int | None, at: int) -> None:
    """What is known stays known."""
    before = seen((0, 600, None))
    assert observe(before, limit=limit, remaining=remaining, reset=None, at=at) is before


def test_another_limit_is_another_bucket() -> None:
    """A limit that was raised says nothing of the rate before."""
    before = seen((0, 600, None), (10, 400, None))
    after = observe(before, limit=1200, remaining=1000, reset=None, at=20 * SECOND)
    assert after is not None
    assert (after.limit, after.drain) == (1200, None)


COUNTS = st.none() | st.integers(-10, 10**6)
TIMES = st.integers(0, 10**12)


@given(st.lists(st.tuples(COUNTS, COUNTS, st.none() | st.floats(0, 1e6), TIMES), max_size=8))
def test_any_answers_make_a_bucket_that_makes_sense(
    answers: list[tuple[int | None, int | None, float | None, int]],
) -> None:
    """Headroom is a share, rates are not negative, and nothing is an exception."""
    bucket: Bucket | None = None
    for limit, remaining, reset, at in answers:
        bucket = observe(bucket, limit=limit, remaining=remaining, reset=reset, at=at)
    if bucket is not None:
        assert 0 <= bucket.headroom <= 1
        assert bucket.drain is None or bucket.drain >= 0
        assert bucket.empty_in is None or bucket.empty_in >= 0
