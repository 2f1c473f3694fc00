import time

import pytest

from keeptabs.cli import _look as look


@pytest.mark.parametrize(
    ("nano", "said"),
    [
        (None, "–"),
        (0, "$0.0000"),
        (1, "<$0.0001"),
        (49_999, "<$0.0001"),
        (50_001, "$0.0001"),
        (421_300_000, "$0.4213"),
        (1_234_567_800_000, "$1,234.5678"),
    ],
)
def test_money(nano: int | None, said: str) -> None:
    """An amount to a hundredth of a cent; something is never shown as nothing, and the unknown is a dash."""
    assert look.usd(nano) == said


@pytest.mark.parametrize(
    ("nanoseconds", "said"),
    [(None, "–"), (0, "0 ms"), (290_000_000, "290 ms"), (1_000_000_000, "1.0 s"), (38_200_000_000, "38.2 s")],
)
def test_durations(nanoseconds: int | None, said: str) -> None:
    """Milliseconds below a second, seconds above."""
    assert look.seconds(nanoseconds) == said


@pytest.mark.parametrize(("part", "whole", "said"), [(1, 4, "25 %"), (0, 4, "0 %"), (0, 0, "–")])
def test_shares(part: int, whole: int, said: str) -> None:
    """A share of nothing is unknown, not zero."""
    assert look.percent(part, whole) == said


def test_the_time_of_another_day_has_its_date() -> None:
    """Today's calls show the time alone."""
    now = time.time_ns()
    assert len(look.clock(now)) == 8
    assert len(look.clock(now - 3 * 86_400 * 1_000_000_000)) == 19
