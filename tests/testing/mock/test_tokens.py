"""Counting tokens."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.tokens import (
    Tokens,
    chat_usage,
    count,
    count_input,
    gather,
    response_usage,
)


@pytest.mark.parametrize(("text", "tokens"), [("", 3), ("abc", 3), ("abcd", 4), ("é" * 2, 4)])
def test_a_text_counts_by_its_bytes(text: str, tokens: int) -> None:
    """Four UTF-8 bytes are a token, and every text has three more."""
    assert count(text) == tokens


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (["a", "b"], "ab"),
        ([{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}], "ab"),
        (
            [{"content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {}}]}],
            "a",
        ),
        ([{"type": "function_call_output", "output": "a"}], "a"),
        ([{"role": "assistant", "content": None}], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_texts_are_gathered_from_every_shape(value: object, text: str) -> None:
    """Messages, parts and items give their texts in order, and nothing else counts."""
    assert gather(value) == text


@pytest.mark.parametrize(("value", "tokens"), [("abcd", 4), ([1, 2, 3, 4, 5], 5), (["abcd"], 4), ([], 3)])
def test_token_ids_count_one_each(value: object, tokens: int) -> None:
    """A list of numbers is already tokens."""
    assert count_input(value) == tokens


@pytest.mark.parametrize(("prompt", "cached"), [(1023, 0), (1024, 512), (1300, 640), (2048, 1024)])
def test_long_prompts_are_cached_by_half(prompt: int, cached: int) -> None:
    """Half of a prompt of 1024 tokens or more is cached, in whole steps of 128."""
    assert Tokens(prompt, 1).cached == cached


def test_both_usages_say_the_same() -> None:
    """Chat's and the Responses API's usage differ in their words alone."""
    tokens = Tokens(1024, 70, 64)
    chat, response = chat_usage(tokens), response_usage(tokens)
    assert chat["total_tokens"] == response["total_tokens"] == 1094
    assert chat["prompt_tokens_details"]["cached_tokens"] == 512
    assert response["input_tokens_details"]["cached_tokens"] == 512
    assert chat["completion_tokens_details"]["reasoning_tokens"] == 64
    assert response["output_tokens_details"]["reasoning_tokens"] == 64
