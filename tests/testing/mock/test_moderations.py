"""Moderations, as the official client reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import openai

PARTS = [{"type": "text", "text": "Violence"}, {"type": "image_url", "image_url": {"url": "x"}}]


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ("peace", [False]),
        ("some violence", [True]),
        (["peace", "violence", "violent"], [False, True, False]),
        (PARTS, [True]),
    ],
)
def test_the_one_word_is_flagged(
    strict: openai.OpenAI,
    given: Any,
    flags: list[bool],
) -> None:
    """Each text has its own result, and a list of parts has one."""
    results = strict.moderations.create(input=given).results
    assert [one.flagged for one in results] == flags
    assert [one.categories.violence for one in results] == flags
    assert not any(one.categories.hate for one in results)
