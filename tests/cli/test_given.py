"""Quantities as they are written on the command line."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.cli import _given

CONTEXT, OPTION = click.Context(click.Command("x")), click.Option(["--x"])
READERS = [_given.moment, _given.calls_a_day, _given.share]


def read(reader: Callable[..., Any], text: Any) -> Any:
    return reader(CONTEXT, OPTION, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000/day", 1_000),
        ("1,000 / d", 1_000),
        ("1_000", 1_000),
        ("5/min", 7_200),
        ("2/hour", 48),
        ("70/week", 10),
        ("45/Month", Decimal("1.5")),
        ("0.5/day", Decimal("0.5")),
        ("0/day", 0),
    ],
)
def test_calls_by_time_are_those_of_a_day(text: str, expected: Decimal) -> None:
    """A number alone is a day's; a month has thirty days."""
    assert read(_given.calls_a_day, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("60%", "0.6"), ("60 %", "0.6"), ("0.6", "0.6"), ("100%", "1"), ("0", "0"), ("1", "1")]
)
def test_a_share_is_a_part_of_one(text: str, expected: str) -> None:
    """In per cent or as a fraction."""
    assert read(_given.share, text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1970-01-02", 86_400), ("1970-01-01T01:00", 3_600), ("1970-01-01T01:00+01:00", 0), ("1969-12-31", -86_400)],
)
def test_a_date_is_in_utc_where_it_does_not_say(text: str, seconds: int) -> None:
    """As nanoseconds since the epoch."""
    assert read(_given.moment, text) == seconds * 10**9


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (_given.calls_a_day, "many/day"),
        (_given.calls_a_day, "5/year"),
        (_given.calls_a_day, "5/"),
        (_given.calls_a_day, "-5/day"),
        (_given.calls_a_day, "1.2.3/day"),
        (_given.share, "120%"),
        (_given.share, "1.01"),
        (_given.share, "-1%"),
        (_given.share, "nan"),
        (_given.share, "half"),
        (_given.moment, "June"),
        (_given.filters, ("model",)),
        (_given.filters, ("=x",)),
        (_given.filters, ("model=",)),
    ],
)
def test_what_is_none_of_it_is_refused_with_an_example(reader: Callable[..., Any], text: Any) -> None:
    """One line that says what was written and what could have been."""
    with pytest.raises(click.BadParameter, match=r" is no .*: write "):
        read(reader, text)


@pytest.mark.parametrize("reader", READERS)
def test_what_was_not_given_is_none(reader: Callable[..., Any]) -> None:
    """Not zero."""
    assert read(reader, None) is None


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(max_size=12))
def test_any_text_is_read_or_refused(reader: Callable[..., Any], text: str) -> None:
    """And what is read is a number."""
    try:
        found = read(reader, text)
    except click.BadParameter:
        return
    assert isinstance(found, int | Decimal)


def test_filters_are_names_and_values() -> None:
    """A value may hold another equals sign."""
    assert read(_given.filters, ("model = gpt-4o", "q=a=b")) == (("model", "gpt-4o"), ("q", "a=b"))


@pytest.mark.parametrize(
    ("text", "name", "low"),
    [
        ("page.png", "page.png", False),
        ("page.png:low", "page.png", True),
        ("page.png:high", "page.png", False),
        ("C:\\page.png", "C:\\page.png", False),
        ("a:b.png:low", "a:b.png", True),
        ("low", "low", False),
    ],
)
def test_an_image_may_say_its_detail(text: str, name: str, low: bool) -> None:
    """Any other colon belongs to the name."""
    assert read(_given.images, (text,)) == [(Path(name), low)]
