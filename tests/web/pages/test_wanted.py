import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import NOW

from keeptabs.store.wanted import NEWEST, Place
from keeptabs.web.ask import DAY, AskError, ask
from keeptabs.web.pages._wanted import before, chips, day_name, part, wanted, without_place

_MOST = 2**63 - 1


@given(st.integers(0, _MOST), st.integers(0, _MOST))
def test_place_is_read_as_it_was_written(started_at: int, number: int) -> None:
    """Every place of the list survives its way through the URL."""
    place = Place(started_at, number)
    assert before(ask("/calls", {"before": str(place)}, NOW)) == place


@pytest.mark.parametrize("text", ["1", "1.2.3", "-1.2", "1.x", "9" * 19 + ".1", "1." + "9" * 20, "١.٢"])
def test_what_is_no_place_is_refused(text: str) -> None:
    """Neither words nor numbers that no call can have are a place."""
    with pytest.raises(AskError, match="before"):
        before(ask("/calls", {"before": text}, NOW))


@pytest.mark.parametrize(
    ("text", "nano"), [("0.01", 10_000_000), ("$1", 10**9), ("0.000000001", 1), (" 2. ", 2 * 10**9)]
)
def test_least_cost_is_exact(text: str, nano: int) -> None:
    """An amount is read in whole nano-dollars."""
    assert wanted(ask("/calls", {"least": text}, NOW)).least == nano


@pytest.mark.parametrize("text", ["1e3", "-1", "1,5", "$", "NaN", "0.0000000001"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """What cannot be read exactly is not guessed."""
    with pytest.raises(AskError, match="least"):
        wanted(ask("/calls", {"least": text}, NOW))


def test_empty_fields_of_the_form_ask_for_nothing() -> None:
    """A form that is sent as it is shows all calls from the beginning."""
    found = ask("/calls", {"user": "", "least": "", "failed": "", "before": "", "day": ""}, NOW)
    assert (wanted(found).user, wanted(found).least, wanted(found).failed) == (None, None, False)
    assert (before(found), part(found), chips(found)) == (NEWEST, found.part, ())


def test_day_is_within_its_period() -> None:
    """A day has 24 hours, of which those before the period are left out."""
    today = day_name(NOW)
    whole = part(ask("/calls", {"day": today, "period": "all"}, NOW))
    assert (whole.since, whole.until) == (NOW // DAY * DAY, NOW // DAY * DAY + DAY)
    first = ask("/calls", {"day": day_name(NOW - DAY), "period": "24h"}, NOW)
    assert part(first).since == first.part.since > (NOW // DAY - 1) * DAY


def test_chips_take_their_filter_away() -> None:
    """Each filter of the page's own leads to the page without it, from its beginning."""
    found = ask("/calls", {"user": "u", "failed": "1", "before": "1.1"}, NOW)
    assert [(each.name, each.without) for each in chips(found)] == [
        ("user", "/calls?failed=1"),
        ("failed", "/calls?user=u"),
    ]
    assert without_place(found).url() == "/calls?user=u&failed=1"
