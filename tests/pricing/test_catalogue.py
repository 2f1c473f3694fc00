"""All price files at once."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keeptabs.pricing.book import Book
from keeptabs.pricing.catalogue import Catalogue, in_force
from keeptabs.pricing.pricelist import Offer
from keeptabs.pricing.rows import NANOSECONDS, SECONDS_A_DAY, Entry, Row, TierFrom, day_of
from keeptabs.pricing.tariff import SERVICE, resolve

KNOWN = Catalogue()
AT = day_of(date(2026, 11, 24)) * SECONDS_A_DAY * NANOSECONDS
FLEX = {"service_tier": "flex"}


@pytest.fixture
def mine(tmp_path: Path) -> Catalogue:
    """With a file of one's own: a model that nobody sells, and two deployments."""
    text = """
[[price]]
provider = "acme"
model = "Acme-1"
unit.input_mtok = "1"
[[alias]]
provider = "azure"
name = "Mine"
model = "gpt-4o"
[[alias]]
provider = "acme"
name = "mine"
model = "acme-1"
"""
    file = tmp_path / "mine.toml"
    file.write_text(text)
    return Catalogue(file)


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-4o"), ("azure", "gpt-4o"), ("google", "claude-sonnet-4-5"), ("openai", "x"), ("nobody", "gpt-4o")],
)
def test_a_provider_takes_what_the_book_bills(provider: str, model: str) -> None:
    """The same rows in the same order, those of another provider's models included."""
    found = KNOWN.offer(provider, model)
    assert (list(found.entries) if found else []) == Book().rows(provider, model)


def test_everyone_who_sells_a_model_is_found() -> None:
    """Those at whose own prices, and those at the prices of others."""
    assert {"openai", "azure"} <= {name for name, _ in KNOWN.offers("gpt-4o")}
    assert [name for name, _ in KNOWN.offers("GPT-4o", "openai")] == ["openai"]
    assert KNOWN.offers("gpt-4o", "nobody") == KNOWN.offers("no-such-model") == []


def test_a_deployment_is_found_as_the_model_that_it_stands_for(mine: Catalogue) -> None:
    """At each provider that has one of the name, which is compared in lower case."""
    assert [(name, offer.model) for name, offer in mine.offers("MINE")] == [("acme", "acme-1"), ("azure", "gpt-4o")]
    assert [(name, offer.model) for name, offer in mine.offers("mine", "azure")] == [("azure", "gpt-4o")]
    assert KNOWN.offers("mine") == []


def test_a_provider_of_ones_own_is_one_too(mine: Catalogue) -> None:
    """Its names can be asked for like all others."""
    assert "acme" in mine.providers
    assert "acme" not in KNOWN.providers
    assert list(mine.names("acme")) == ["acme-1"]
    assert mine.close("acme-2") == ["acme-1"]


@pytest.mark.parametrize(("name", "provider", "first"), [("gpt-4oo", None, "gpt-4o"), ("GPT-4oo", "openai", "gpt-4o")])
def test_a_name_with_a_slip_is_near_to_the_right_one(name: str, provider: str | None, first: str) -> None:
    """In any case of letters."""
    assert KNOWN.close(name, provider)[0] == first
    assert KNOWN.close("q" * 30) == []


def entry(amount: str, *, layer: str = "base", key: str = "input_mtok", **row: Any) -> Entry:
    """A row with one rate, which is how it is told from others."""
    return Entry(provider="acme", model="a", layer=layer, row=Row(unit={key: amount}, **row))


PAST = {"end": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("user", "overlay", "base", "holding"),
    [
        ([], [], [entry("1")], "1"),
        ([], [], [entry("1"), entry("2", start=date(2026, 1, 1))], "2"),
        ([], [], [entry("1"), entry("2", start=date(2027, 1, 1))], "1"),
        ([], [], [entry("1", **PAST)], "1"),
        ([], [entry("2", layer="overlay", **PAST)], [entry("1")], "1"),
        ([], [entry("2", layer="overlay")], [entry("1")], "2"),
        ([entry("3", layer="user")], [entry("2", layer="overlay")], [entry("1")], "3"),
        ([], [], [entry("1"), entry("5", when=FLEX)], "15"),
        ([], [], [entry("1"), entry("5", when=FLEX, **PAST)], "1"),
        ([], [entry("6", layer="overlay", when=FLEX)], [entry("1"), entry("5", when=FLEX)], "16"),
        ([], [entry("6", layer="overlay", key="output_mtok", when=FLEX)], [entry("1"), entry("5", when=FLEX)], "165"),
        ([entry("3", layer="user")], [], [entry("1"), entry("5", when=FLEX)], "3"),
        ([], [entry("7", layer="overlay", key="containers", adds=True)], [entry("1")], "17"),
        ([], [entry("7", layer="overlay", adds=True)], [entry("1")], "1"),
        ([], [], [], ""),
    ],
    ids=[
        "one", "newer", "to come", "the only one", "past", "ours", "the user's", "kind", "past kind", "our kind",
        "other key", "own price", "added", "added twice", "none",
    ],
)  # fmt: skip
def test_the_rows_in_force_are_those_that_give_a_rate(
    user: list[Entry], overlay: list[Entry], base: list[Entry], holding: str
) -> None:
    """One standard price, and of the others those with a rate that no stronger row has."""
    offer = Offer(provider="acme", model="a", user=tuple(user), overlay=tuple(overlay), base=tuple(base))
    assert "".join(next(iter(each.row.unit.values())) for each in in_force(offer, AT)) == holding


def dated_back(entry: Entry, tier: TierFrom) -> str:
    """The id of a row that holds from the day on from which its kind of service existed."""
    return msgspec.structs.replace(entry, row=msgspec.structs.replace(entry.row, start=tier.start)).id


@pytest.mark.parametrize("provider", KNOWN.providers)
def test_every_rate_of_a_bill_is_from_a_row_in_force(provider: str) -> None:
    """For every shipped model and kind of call, unless the row is known from a later day on and was dated back."""
    for name in dict.fromkeys(KNOWN.names(provider)):
        offer = KNOWN.offer(provider, name)
        if offer is None:  # there are only rates beside a standard price that nobody knows
            continue
        holding = in_force(offer, AT)
        kinds = [{}, *(each.row.when for each in holding if each.row.when.keys() <= set(SERVICE))]
        ids = {each.id for each in holding} | {dated_back(each, tier) for each in offer.base for tier in offer.tiers}
        for kind in kinds:
            tariff = resolve(offer, dict(kind), AT)
            rates = [*tariff.tokens.values(), *tariff.units.values()]
            assert {rate.row for rate in rates} <= ids, name
