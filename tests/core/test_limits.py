"""Durations and counts in rate-limit headers."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.limits import count, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6m0s", 360.0),
        ("1s", 1.0),
        ("120ms", 0.12),
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h2m3s", 3723.0),
        ("1d", 86400.0),
        ("20", 20.0),
        ("0.5", 0.5),
        (" 3 ", 3.0),
        ("0", 0.0),
        ("0s", 0.0),
        ("0.001ms", 0.000001),
        ("0.0004ms", 0.0),
        (None, None),
        ("", None),
        ("s", None),
        ("6m0", None),
        ("6 m", None),
        ("-1", None),
        ("-1s", None),
        ("1us", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        (".5", None),
        ("5.", None),
        ("1,000", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("2026-11-24T12:00:00Z", None),
        ("\u0663s", None),
    ],
)
def test_a_duration_is_read_in_seconds_or_not_at_all(text: str | None, expected: float | None) -> None:
    """Go's durations and plain numbers are read, and what only looks like them is None."""
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("10000", 10000),
        (" 7 ", 7),
        ("-1", -1),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        (None, None),
        ("", None),
        (" ", None),
        ("1.5", None),
        ("1k", None),
        ("1_000", None),
        ("0x10", None),
        ("+1", None),
        ("unlimited", None),
        ("\u0663", None),
        ("1\n2", None),
    ],
)
def test_a_count_is_a_whole_number_or_none(text: str | None, expected: int | None) -> None:
    """A count that a database column could not hold is none."""
    assert count(text) == expected


@given(st.text() | st.from_regex(r"\s*(\d{1,20}(\.\d{1,20})?(ms|s|m|h|d)?){1,4}\s*", fullmatch=True))
@example("9" * 400)
@example("9" * 400 + "d")
@example("\u0663s")
def test_any_text_is_a_finite_duration_or_none(text: str) -> None:
    """No header, however long, makes an exception, a negative or an endless time."""
    found = seconds(text)
    assert found is None or (found >= 0 and math.isfinite(found))


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_the_parts_of_a_duration_add_up(hours: int, minutes: int, whole: int, millis: int) -> None:
    """Hours, minutes, seconds and milliseconds sum."""
    expected = hours * 3600 + minutes * 60 + whole + millis / 1000
    assert seconds(f"{hours}h{minutes}m{whole}s{millis}ms") == pytest.approx(expected, abs=1e-6)


@given(st.text())
def test_any_text_is_a_count_or_none(text: str) -> None:
    """No header makes an exception."""
    found = count(text)
    assert found is None or abs(found) < 10**18
