from datetime import date

import pytest

from keeptabs.audit.retirements import RETIREMENTS, Retirement, retirement


@pytest.mark.parametrize("each", RETIREMENTS, ids=lambda each: each.model)
def test_every_entry_says_where_it_comes_from(each: Retirement) -> None:
    """A page of the vendor, read on a day; what comes instead does not go as soon."""
    assert each.source.startswith("https://")
    assert each.checked >= date(2026, 11, 24)
    after = retirement(each.provider, each.instead)
    assert after is None or after.on > each.on


def test_no_model_goes_twice() -> None:
    """There is one day for each."""
    names = [(each.provider, each.model) for each in RETIREMENTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("provider", "model", "on"),
    [
        ("openai", "gpt-4o", date(2027, 1, 14)),
        ("openai", "gpt-4o-2024-11-20", date(2027, 1, 14)),
        ("openai", "gpt-4o-2024-05-13", date(2026, 10, 23)),
        ("openai", "gpt-4o-mini-2024-07-18", date(2027, 1, 14)),
        ("openai", "gpt-6-luna", None),
        ("openai", "gpt-5.1", None),
        ("azure.ai.openai", "gpt-4o", None),
    ],
)
def test_what_is_announced_of_a_model(provider: str, model: str, on: date | None) -> None:
    """A snapshot that is named has a day of its own; other hosts keep models as they like."""
    announced = retirement(provider, model)
    assert (announced.on if announced else None) == on
