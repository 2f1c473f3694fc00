import pytest

from keeptabs.pricing import load, written
from keeptabs.pricing.pricelist import Pricelist

OPENAI = Pricelist("openai", load.base("openai"), load.overlay("openai"), None)
AZURE = Pricelist("azure", load.base("azure"), load.overlay("azure"), None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-4o", "gpt-4o"),
        ("GPT-4o-Mini", "gpt-4o-mini"),
        ("gpt-4o-2024-11-20", "gpt-4o"),
        ("gpt-5.2-20251211", "gpt-5.2"),
        ("ft:gpt-4o-2024-08-06:acme::x", "ft:gpt-4o"),
        ("ft:gpt-4o-mini-2024-07-18:acme::x", "ft:gpt-4o-mini"),
        ("omni-moderation-2024-09-26", "moderation"),
        ("gpt-4o-mini-2099-01-01", None),
        ("gpt-4o-", None),
        ("my-gpt-4o", None),
        ("gpt-99", None),
        ("ft:gpt-4.1-2025-04-14:acme::x", None),
        ("ft:gpt-4.1-2025-04-14:acme:moderation:x", None),
        ("ft:gpt-4o-transcribe:acme::x", None),
        ("", None),
    ],
)
def test_a_name_finds_the_model_that_it_stands_for(name: str, expected: str | None) -> None:
    """No name slips into a neighbouring family by the way it begins."""
    offer = OPENAI.find(name)
    assert expected == (offer.base[0].model if offer and offer.base else None)


def test_a_model_of_the_overlay_alone_is_found() -> None:
    """What the base does not have at all needs no base row."""
    offer = OPENAI.find("dall-e-3")
    assert offer is not None
    assert offer.base == ()
    assert frozenset({"size", "quality"}) == offer.kinds


@pytest.mark.parametrize(
    ("name", "own", "lent"),
    [
        ("o3", {"processing", "service_tier", "memory_limit"}, {"memory_limit"}),
        ("dall-e-3", {"size", "quality"}, {"size", "quality"}),
    ],
)
def test_services_are_not_lent_to_another_seller(name: str, own: set[str], lent: set[str]) -> None:
    """Batch, flex and priority rates are each seller's own affair; sizes and tools belong to the model."""
    ours, theirs = OPENAI.find(name), OPENAI.find(name, seller=AZURE)
    assert ours is not None
    assert theirs is not None
    assert own == {kind for entry in ours.entries for kind in entry.row.when}
    assert lent == {kind for entry in theirs.entries for kind in entry.row.when}
    assert ours.tiers
    assert theirs.tiers == ()


def test_the_regions_are_those_of_the_seller() -> None:
    """OpenAI tells them by its hosts, Azure by the scopes of deployments."""
    ours, theirs = OPENAI.find("gpt-6-sol"), OPENAI.find("gpt-6-sol", seller=AZURE)
    assert ours is not None
    assert theirs is not None
    assert {"host"} == {kind for each in ours.multipliers for kind in each.when}
    assert {"scope", "processing", "service_tier"} == {kind for each in theirs.multipliers for kind in each.when}


@pytest.mark.parametrize("rows", ['unit.containers = "1"', 'adds = true\nunit.containers = "1"'])
def test_what_comes_on_top_of_a_price_is_none_by_itself(rows: str) -> None:
    """A model of which nothing but the price of its tools is known has no offer."""
    said = written.read(f'[[price]]\nmodel = "mine"\n{rows}\n', file="m.toml", layer="overlay", provider="acme")
    assert (Pricelist("acme", None, said, None).find("mine") is None) is ("adds" in rows)


def test_the_rows_of_other_providers_in_a_user_file_are_left_out() -> None:
    """A row is for the provider that it names."""
    text = '[[price]]\nprovider = "{}"\nmodel = "mine"\nunit.input_mtok = "1"\n'
    theirs = written.read(text.format("azure"), file="m.toml", layer="user")
    ours = written.read(text.format("openai"), file="m.toml", layer="user")
    assert Pricelist("openai", None, None, theirs).find("mine") is None
    assert Pricelist("openai", None, None, ours).find("mine") is not None


def test_prices_change_only_at_the_edges_of_rows() -> None:
    """An offer knows every day on which a price of it may change."""
    offer = OPENAI.find("o3")
    assert offer is not None
    starts = {entry.row.start for entry in offer.entries if entry.row.start}
    assert len(starts | {tier.start for tier in offer.tiers}) <= len(offer.edges)
    assert tuple(sorted(offer.edges)) == offer.edges
