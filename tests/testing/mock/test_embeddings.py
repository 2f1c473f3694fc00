"""Embeddings, as the official client reads them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import openai


@pytest.mark.parametrize(
    ("model", "extra", "length"),
    [
        ("text-embedding-3-small", {}, 1536),
        ("text-embedding-3-large", {}, 3072),
        ("text-embedding-3-large", {"dimensions": 8}, 8),
    ],
)
def test_base64_and_floats_are_the_same_unit_vector(
    sdk: openai.OpenAI, model: str, extra: dict[str, Any], length: int
) -> None:
    """The client's default, base64, decodes to what floats say."""
    packed = sdk.embeddings.create(model=model, input="a", **extra).data[0].embedding
    plain = sdk.embeddings.create(model=model, input="a", encoding_format="float", **extra)
    assert len(packed) == length
    assert packed == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert math.hypot(*packed) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "vectors", "tokens"),
    [("abcd", 1, 4), (["abcd", "abcd", "b"], 3, 11), ([1, 2], 1, 2), ([[1, 2], [3]], 2, 3)],
)
def test_each_input_has_its_vector(
    sdk: openai.OpenAI,
    given: Any,
    vectors: int,
    tokens: int,
) -> None:
    """Texts and token lists both embed, and usage counts them all."""
    answer = sdk.embeddings.create(model="text-embedding-3-small", input=given)
    assert [one.index for one in answer.data] == list(range(vectors))
    assert answer.usage.total_tokens == tokens


def test_the_same_text_has_the_same_vector_and_another_another(sdk: openai.OpenAI) -> None:
    """Vectors are a function of their text."""
    answer = sdk.embeddings.create(model="text-embedding-3-small", input=["a", "a", "b"])
    first, second, third = (one.embedding for one in answer.data)
    assert first == second
    assert first != third
