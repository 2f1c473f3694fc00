from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import HOUR, NOW

from keeptabs.store.slices import FOREVER, Slice
from keeptabs.web.ask import DAY, PERIODS, Ask, AskError, ask


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"period": "1y"}, "period: '1y' is none of 24h, 7d, 28d, all"),
        ({"period": ""}, "period: '' is none of"),
        ({"model": "x" * 501}, "model: its value is longer than 500 characters"),
        ({"anything": "a\0b"}, "anything: its value .* holds a zero byte"),
    ],
)
def test_what_makes_no_sense_is_said(query: dict[str, str], message: str) -> None:
    """The line says which part of the address it is."""
    with pytest.raises(AskError, match=message):
        ask("/", query, NOW)


def test_filters_are_told_from_what_is_the_pages_own() -> None:
    """Dimensions of the ledger are filters; other short names are for the page, and odd ones for nobody."""
    asked = ask("/calls", {"period": "7d", "model": "x" * 500, "site": "a.py:1", "sort": "cost", "A-B": "1"}, NOW)
    assert asked.having == {"model": "x" * 500, "site": "a.py:1"}
    assert (asked.period, asked.rest) == ("7d", {"sort": "cost"})


def test_a_period_is_of_whole_hours() -> None:
    """It begins with the hour in which it would, so that sums of hours answer it."""
    day = Ask(path="/", now=NOW, period="24h")
    assert day.part == Slice(since=(NOW - DAY) // HOUR * HOUR, until=FOREVER)
    assert day.before == Slice(since=day.part.since - DAY, until=day.part.since)
    assert (Ask(path="/", now=NOW, period="all").part.since, Ask(path="/", now=NOW, period="all").before) == (0, None)


names = st.sampled_from(["model", "site", "sort", "least"])
asked = st.builds(
    ask,
    st.just("/calls"),
    st.dictionaries(names, st.text(min_size=1, max_size=9).filter(lambda text: "\0" not in text)).flatmap(
        lambda query: st.sampled_from(sorted(PERIODS)).map(lambda period: {**query, "period": period})
    ),
    st.just(NOW),
)


@given(asked)
def test_an_address_asks_the_same_again(question: Ask) -> None:
    """Whatever the values hold, the link of a question is that question."""
    url = urlsplit(question.url())
    assert ask(url.path, dict(parse_qsl(url.query)), NOW) == question


@given(asked)
def test_on_another_page_filters_stay_and_the_rest_goes(question: Ask) -> None:
    """The period and filters go with a person from page to page."""
    url = urlsplit(question.url("/explore", model=None))
    there = ask(url.path, dict(parse_qsl(url.query)), NOW)
    assert there.having == {name: value for name, value in question.having.items() if name != "model"}
    assert (there.period, there.rest) == (question.period, {})
