from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.reconcile.csv_values import amount_of, day_of, size_of

DAY = date(2026, 9, 28)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-28",
        "20260928",
        "2026-09-28T23:59:59Z",
        "2026-09-28 12:00:00",
        "2026-09-28 12:00:00 UTC",
        "2026-09-28T00:00:00+00:00",
        "2026-09-29T01:00:00+02:00",
        "9/28/2026",
        "09/28/2026",
        "09/28/2026 00:00:00",
        "1790553600",
        "1790553600.0",
        " 2026-09-28 ",
    ],
)
def test_a_day_is_read_in_utc(text: str) -> None:
    """ISO dates and times, US dates, and seconds since the epoch."""
    assert day_of(text) == DAY


@pytest.mark.parametrize("text", ["", "28/9/2026", "28.09.2026", "9/28/26", "2026-09", "yesterday", "2026-09-31", "12"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """Days that come before months among it, rather than a guess."""
    with pytest.raises(ValueError, match=r".+"):
        day_of(text)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))])))
def test_any_time_with_an_offset_is_of_its_utc_day(moment: datetime) -> None:
    """As bills are written."""
    try:
        expected = moment.astimezone(UTC).date()
    except OverflowError:
        return
    assert day_of(moment.isoformat()) == expected


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1.234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("0,05", "0.05"),
        ("1,234", "1234"),
        ("12,34", "12.34"),
        ("-3.10", "-3.10"),
        ("(3.10)", "-3.10"),
        ("-$3.10", "-3.10"),
        ("8.958740000000000E-05", "0.0000895874"),
        ("0.003835980000000000000000000000", "0.00383598"),
        ("3.10 USD", "3.10"),
        ("0", "0"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    """With separators of either kind, a currency sign, brackets for a credit, and exponents."""
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "$", "nan", "inf", "-Infinity", "three", "1.2.3", "1,2,3.4.5", "EUR 3", "()"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """It is named, and never a zero."""
    with pytest.raises(ValueError, match="is no number"):
        amount_of(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_every_amount_is_read_back(amount: Decimal) -> None:
    """With and without separators, to the last digit."""
    assert amount_of(f"{amount:f}") == amount_of(f"{amount:,f}") == amount


@given(st.text())
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    """Nothing else comes out of a cell."""
    for read in (day_of, amount_of, size_of):
        try:
            read(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        ("", "1"),
        ("tokens", "1"),
        ("Tokens", "1"),
        ("1K", "1000"),
        ("1K Tokens", "1000"),
        ("1M", "1000000"),
        ("10K", "10000"),
        ("1,000 tokens", "1000"),
        ("1000_tokens", "1000"),
        ("1 Hour", "3600"),
        ("duration_minutes", "60"),
        ("1/Minute", "60"),
        ("images", "1"),
        ("kilobytes", "1"),
        ("million tokens", "1000000"),
        ("1 thousand", "1000"),
        ("100", "100"),
    ],
)
def test_a_unit_says_how_many_pieces_it_is(unit: str, size: str) -> None:
    """Thousands and millions as letters or digits, and times in seconds."""
    assert size_of(unit) == Decimal(size)
