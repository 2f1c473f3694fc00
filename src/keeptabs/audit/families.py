"""Which model of a provider is the next smaller one of its family, by name and by price.

The order is that of the prices in this package (checked 2026-11-24); a test holds each pair against them. A name ends
where it ends, or where a date follows.
"""

import re
from functools import cache
from itertools import pairwise

# From the dearest to the cheapest. A model stands in one family only.
_FAMILIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "openai": (
        ("gpt-6-astra", "gpt-6-sol", "gpt-6-luna"),
        ("gpt-6.1-sol", "gpt-6.1-terra"),
        ("gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna"),
        ("gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano"),
        ("gpt-5", "gpt-5-mini", "gpt-5-nano"),
        ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"),
        ("gpt-4o", "gpt-4o-mini"),
    ),
    "anthropic": (
        ("claude-fable-5-2", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"),
        ("claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5"),
        ("claude-opus-4-5", "claude-sonnet-4-5"),
    ),
    "gcp.gemini": (
        ("gemini-4-argon", "gemini-3.8-flash", "gemini-3.5-flash-lite"),
        ("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"),
    ),
}
_DATED = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")


def bare(model: str) -> str:
    """A model's name without the date of its snapshot."""
    return _DATED.sub("", model)


@cache
def _family(provider: str, model: str) -> tuple[str, ...]:
    """The smaller models of a family, from the next one to the smallest."""
    name = bare(model)
    for family in _FAMILIES.get(provider, ()):
        if name in family:
            return family[family.index(name) + 1 :]
    return ()


def sibling(provider: str, model: str) -> str | None:
    """The next smaller model; None where there is none, or the model is not known here."""
    return next(iter(_family(provider, model)), None)


def smallest(provider: str, model: str) -> str | None:
    """The smallest model of the family; None where the model is that, or is not known here."""
    return next(reversed(_family(provider, model)), None)


def pairs() -> list[tuple[str, str, str]]:
    """Provider, model and next smaller one, of all that are known."""
    return [
        (provider, larger, smaller)
        for provider, families in _FAMILIES.items()
        for family in families
        for larger, smaller in pairwise(family)
    ]
