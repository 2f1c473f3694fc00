"""Legacy completions, as the official client reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.texts import SENTENCE
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import openai


@pytest.mark.parametrize(
    ("prompt", "number", "choices", "prompt_tokens"),
    [
        ("hello", 1, 1, count("hello")),
        (["hello", "x"], 2, 4, count("hello") + count("x")),
        ([1, 2, 3], 1, 1, 3),
        ([[1, 2], [3]], 1, 2, 3),
    ],
)
def test_each_prompt_is_completed(
    strict: openai.OpenAI,
    prompt: Any,
    number: int,
    choices: int,
    prompt_tokens: int,
) -> None:
    """Every prompt has its choices, and all of them are paid for."""
    answer = strict.completions.create(model="babbage-002", prompt=prompt, n=number)
    assert [choice.text for choice in answer.choices] == [SENTENCE] * choices
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == prompt_tokens
    assert answer.usage.completion_tokens == choices * count(SENTENCE)


def test_a_stream_spells_out_the_answer(sdk: openai.OpenAI) -> None:
    """The chunks make up the sentence, and usage comes last when asked for."""
    *chunks, last = sdk.completions.create(
        model="babbage-002", prompt="x", stream=True, stream_options={"include_usage": True}
    )
    assert "".join(chunk.choices[0].text for chunk in chunks) == SENTENCE
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert last.usage is not None
    assert last.usage.total_tokens == count("x") + count(SENTENCE)
