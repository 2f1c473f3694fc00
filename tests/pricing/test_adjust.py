from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from keeptabs.pricing import written
from keeptabs.pricing.adjust import multiply
from keeptabs.pricing.pricelist import Offer
from keeptabs.pricing.rate import Rate

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp()) * 10**9


def rate(usd: str, *, own: bool = False) -> Rate:
    """A rate with a step at twice as much."""
    return Rate(
        usd=Decimal(usd), steps=((9, 2 * Decimal(usd)),), per=1_000_000, row="p/m", source="s", checked="", own=own
    )


def adjusted(
    rows: str, context: dict[str, str] | None = None, *, own: bool = False
) -> tuple[dict[str, Rate], set[str]]:
    """Two rates after the multipliers in ``rows``, and the kinds of call that had a say."""
    said = written.read(rows, file="m.toml", layer="overlay", provider="p")
    rates = {"input_mtok": rate("2", own=own), "web_searches_kcount": rate("10", own=own)}
    met = multiply(rates, Offer(provider="p", model="m", multipliers=said.multipliers), context or {}, NOW)
    return rates, met


REGION = '[[multiplier]]\nmodel = "m"\nwhen = { host = ["eu.*", "us.*"] }\nfactor = "1.10"\n'


@pytest.mark.parametrize(
    ("host", "usd"),
    [("eu.example.com", "2.2"), ("us.example.com", "2.2"), ("example.com", "2"), ("my-eu.example.com", "2")],
)
def test_a_multiplier_is_for_calls_of_its_kind(host: str, usd: str) -> None:
    """Any of its patterns, as a whole."""
    rates, met = adjusted(REGION, {"host": host})
    assert rates["input_mtok"].usd == Decimal(usd)
    assert met == ({"host"} if usd != "2" else set())


def test_an_adjusted_rate_says_what_it_was_and_why() -> None:
    """The list price stays beside it, and the steps follow."""
    rates, _ = adjusted(REGION, {"host": "eu.example.com"})
    found = rates["input_mtok"]
    assert (found.listed, found.adjusted) == (Decimal(2), "x 1.1 (host eu.* or us.*)")
    assert found.at(10) == Decimal("4.4")


@pytest.mark.parametrize(("more", "usd"), [("", "10"), ("units = true\n", "11")])
def test_only_tokens_are_multiplied_unless_it_says_otherwise(more: str, usd: str) -> None:
    """A region raises the price of tokens; searches keep theirs."""
    rates, _ = adjusted(REGION + more, {"host": "eu.example.com"})
    assert rates["web_searches_kcount"].usd == Decimal(usd)


@pytest.mark.parametrize(
    ("dates", "usd"),
    [
        ("from = 2026-11-24\n", "2.2"),
        ("from = 2026-11-25\n", "2"),
        ("to = 2026-11-24\n", "2"),
        ("to = 2026-11-25\n", "2.2"),
    ],
)
def test_a_multiplier_holds_between_its_dates(dates: str, usd: str) -> None:
    """Half-open days in UTC, as for rows."""
    rates, _ = adjusted(REGION + dates, {"host": "eu.example.com"})
    assert rates["input_mtok"].usd == Decimal(usd)


def test_what_the_user_wrote_is_not_multiplied() -> None:
    """It is what they pay."""
    rates, _ = adjusted(REGION, {"host": "eu.example.com"}, own=True)
    assert (rates["input_mtok"].usd, rates["input_mtok"].adjusted) == (Decimal(2), "")


def test_two_multipliers_are_both_said() -> None:
    """A discount comes on top of a region, for everything, and the first list price is kept."""
    discount = '[[discount]]\nfactor = "0.5"\nlabel = "EA-2026"\n'
    rates, met = adjusted(REGION + discount, {"host": "eu.example.com"})
    assert rates["input_mtok"].usd == Decimal("1.1")
    assert rates["web_searches_kcount"].usd == Decimal(5)
    assert rates["input_mtok"].adjusted == "x 1.1 (host eu.* or us.*), x 0.5 (EA-2026)"
    assert rates["input_mtok"].listed == Decimal(2)
    assert met == {"host"}


def test_the_days_on_which_multipliers_change_are_edges() -> None:
    """A tariff that was worked out before one began is not taken after it."""
    said = written.read(REGION + "from = 2026-01-05\n", file="m.toml", layer="overlay", provider="p")
    assert said.multipliers[0].start == date(2026, 1, 5)


def test_a_disputed_factor_makes_a_disputed_rate() -> None:
    """With what its sources say."""
    rates, _ = adjusted(REGION + 'confidence = "disputed"\nnote = "1.1 or 1.2"\n', {"host": "eu.example.com"})
    assert (rates["input_mtok"].confidence, rates["input_mtok"].note) == ("disputed", "1.1 or 1.2")
    assert rates["web_searches_kcount"].confidence == ""
