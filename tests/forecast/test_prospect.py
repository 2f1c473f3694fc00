"""What a call of a known size costs under several models."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Usage
from keeptabs.forecast.prospect import NOBODY, Offered, Terms, cached, offered, prospects
from keeptabs.pricing.book import Book
from keeptabs.pricing.catalogue import Catalogue

JUNE_2024 = Terms(at=1_717_200_000 * 10**9)
NOW = Terms(at=1_795_478_400 * 10**9)  # 2026-11-24
TALK = Usage(tokens={Bucket.INPUT_TEXT: 10_000, Bucket.OUTPUT_TEXT: 10_000})
CATALOGUE = Catalogue()


def of(*models: str, terms: Terms = NOW, calls: str | None = None) -> list[tuple[str, Decimal | None]]:
    rate = None if calls is None else Decimal(calls)
    named = [offered(model, None, CATALOGUE) for model in models]
    found = prospects(named, (TALK, TALK, TALK), terms, Book(), rate)
    return [(each.offered.model, each.a_day(each.mid) if calls else each.mid.usd) for each in found]


def test_a_conversation_in_june_2024_cost_twenty_cents() -> None:
    """With 10,000 tokens each way and 1,000 of them a day, $200 a day and $6,000 in thirty days."""
    (found,) = prospects([Offered("openai", "gpt-4o")], (TALK, TALK, TALK), JUNE_2024, Book(), Decimal(1_000))
    assert (found.mid.usd, found.a_day(found.mid), found.a_month(found.mid)) == (Decimal("0.20"), 200, 6_000)


def test_the_cheapest_comes_first_and_what_has_no_price_last() -> None:
    """No price is None and never a zero, which would be the cheapest of all."""
    assert of("gpt-4o", "no-such-model", "gpt-4o-mini") == [
        ("gpt-4o-mini", Decimal("0.0075")),
        ("gpt-4o", Decimal("0.125")),
        ("no-such-model", None),
    ]
    assert of("no-such-model", calls="5") == [("no-such-model", None)]


@pytest.mark.parametrize(
    ("text", "provider", "expected"),
    [
        pytest.param("gpt-4o", None, Offered("openai", "gpt-4o"), id="several sell it: its maker"),
        pytest.param("claude-sonnet-4-5", None, Offered("anthropic", "claude-sonnet-4-5"), id="another maker"),
        pytest.param("azure/gpt-4o", None, Offered("azure", "gpt-4o"), id="as it is said"),
        pytest.param("openrouter/openai/gpt-4o", None, Offered("openrouter", "openai/gpt-4o"), id="a slash in a name"),
        pytest.param("azure/gpt-4o", "openrouter", Offered("openrouter", "azure/gpt-4o"), id="an option is stronger"),
        pytest.param("no-such-model", None, Offered(NOBODY, "no-such-model"), id="nobody sells it"),
        pytest.param("acme/gpt-4o", None, Offered(NOBODY, "acme/gpt-4o"), id="no such provider"),
    ],
)
def test_the_seller_is_named_or_guessed(text: str, provider: str | None, expected: Offered) -> None:
    """A guess is the maker, and nobody where there is nothing to guess from."""
    assert offered(text, provider, CATALOGUE) == expected


def test_a_model_of_several_sellers_must_be_told_apart(tmp_path: Path) -> None:
    """Where none of them made it, the cheapest is no better a guess than the dearest."""
    row = '[[price]]\nprovider = "{}"\nmodel = "our-own"\nunit.input_mtok = "1"\n'
    (tmp_path / "prices.toml").write_text(row.format("here") + row.format("there"))
    with pytest.raises(UserError, match="several sell our-own: say which, as in here/our-own, there/our-own"):
        offered("our-own", None, Catalogue(tmp_path / "prices.toml"))


@given(fresh=st.integers(0, 10**6), read=st.integers(0, 10**6), share=st.decimals(0, 1, places=3))
def test_another_share_of_the_cache_leaves_the_total_as_it_is(fresh: int, read: int, share: Decimal) -> None:
    """What is written to a cache and what is put out stay where they are."""
    tokens = {Bucket.INPUT_TEXT: fresh, Bucket.CACHE_READ_TEXT: read, Bucket.CACHE_WRITE: 7, Bucket.OUTPUT_TEXT: 5}
    found = cached(Usage(tokens=tokens), share)
    assert found.input == fresh + read + 7
    assert found.tokens[Bucket.CACHE_READ_TEXT] == int((fresh + read) * share) if fresh + read else True
    assert (found.tokens[Bucket.CACHE_WRITE], found.tokens[Bucket.OUTPUT_TEXT]) == (7, 5)


def test_a_cached_share_of_nothing_is_nothing() -> None:
    """A usage without text to read stays as it is."""
    usage = Usage(tokens={Bucket.OUTPUT_TEXT: 3})
    assert cached(usage, Decimal(1)) == usage
