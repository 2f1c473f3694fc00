from datetime import UTC, date, datetime, time

import pytest

from keeptabs.pricing.rows import Entry, Row


def ns(*moment: int) -> int:
    """Nanoseconds since the epoch of a UTC time."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 10**9  # type: ignore[misc, arg-type]


DATED = Row(start=date(2025, 6, 10), end=date(2026, 1, 1))
DAY = Row(daily=(time(1), time(4)))
NIGHT = Row(daily=(time(16, 30), time(0, 30)))


@pytest.mark.parametrize(
    ("row", "at", "expected"),
    [
        (Row(), ns(1970, 1, 1), True),
        (DATED, ns(2025, 6, 9, 23, 59, 59), False),
        (DATED, ns(2025, 6, 10), True),
        (DATED, ns(2025, 12, 31, 23, 59, 59), True),
        (DATED, ns(2026, 1, 1), False),
        (DAY, ns(2026, 1, 1, 0, 59, 59), False),
        (DAY, ns(2026, 1, 1, 1), True),
        (DAY, ns(2026, 1, 1, 4), False),
        (NIGHT, ns(2026, 1, 1, 16, 29), False),
        (NIGHT, ns(2026, 1, 1, 16, 30), True),
        (NIGHT, ns(2026, 1, 1, 0, 29), True),
        (NIGHT, ns(2026, 1, 1, 0, 30), False),
    ],
)
def test_a_row_holds_from_its_first_moment_until_just_before_its_end(row: Row, at: int, expected: bool) -> None:
    """Dates and windows of the day are half-open and in UTC, and a window may pass midnight."""
    assert expected is row.holds(at)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(), "openai/o3"),
        (Row(start=date(2025, 6, 10)), "openai/o3@2025-06-10"),
        (Row(when={"processing": "batch"}, start=date(2026, 10, 14)), "openai/o3#batch@2026-10-14"),
        (Row(when={"size": "1x1", "quality": "hd"}), "openai/o3#hd,1x1"),
    ],
)
def test_a_row_has_an_id_that_says_model_kind_and_date(row: Row, expected: str) -> None:
    """The id is what a bill refers to."""
    assert expected == Entry(provider="openai", model="o3", layer="base", row=row).id
