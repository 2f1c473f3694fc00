from decimal import Decimal

import pytest

from keeptabs.audit.families import bare, pairs, sibling, smallest
from keeptabs.audit.prices import Prices
from keeptabs.core.exchange import CallSite
from keeptabs.testing.month.made import DAY, DAYS, START, Kind, Maker, Used


@pytest.mark.parametrize(("provider", "larger", "smaller"), pairs(), ids=str)
def test_the_smaller_one_is_cheaper(provider: str, larger: str, smaller: str, prices: Prices) -> None:
    """By the prices of this package, for input and for output."""
    kind = Kind(service="s", provider=provider, model=larger, site=CallSite("a.py", 1, "f"))
    for used in (Used(input=1_000), Used(output=1_000)):
        call = Maker(1).record(kind, START + DAYS * DAY, used).call
        saved = prices.saved_by_model(call, smaller)
        assert saved is not None
        assert saved > 0
        assert call.cost.usd is not None
        assert saved < call.cost.usd * Decimal("0.999")


def test_a_model_stands_in_one_family() -> None:
    """Otherwise two models would be the next smaller one."""
    larger = [(provider, model) for provider, model, _ in pairs()]
    assert len(larger) == len(set(larger))


@pytest.mark.parametrize(
    ("provider", "model", "next_one", "last"),
    [
        ("openai", "gpt-4.1-2025-04-14", "gpt-4.1-mini", "gpt-4.1-nano"),
        ("anthropic", "claude-opus-4-5-20251101", "claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("openai", "gpt-6-luna", None, None),
        ("openai", "gpt-4.1-audio", None, None),
        ("groq", "gpt-4.1", None, None),
        ("openai", "", None, None),
    ],
    ids=["dated", "dated without hyphens", "the smallest", "another kind", "another seller", "no name"],
)
def test_siblings(provider: str, model: str, next_one: str | None, last: str | None) -> None:
    """Known by name, whichever snapshot it is, at the vendor itself."""
    assert (sibling(provider, model), smallest(provider, model)) == (next_one, last)


@pytest.mark.parametrize(
    ("name", "without"),
    [("gpt-4o-2024-08-06", "gpt-4o"), ("claude-x-20250514", "claude-x"), ("gpt-4-0613", "gpt-4-0613"), ("o3", "o3")],
)
def test_a_name_without_its_date(name: str, without: str) -> None:
    """Four digits may be anything."""
    assert bare(name) == without
