"""Token counts that a test can work out by hand, and the usage objects made of them."""

from __future__ import annotations

from typing import Any, NamedTuple

_OVERHEAD = 3
_BYTES_A_TOKEN = 4
_CACHE_FROM = 1024
_CACHE_STEP = 128
_TEXT_KEYS = ("content", "text", "arguments", "output")


class Tokens(NamedTuple):
    """What one call used, in tokens; `completion` includes `reasoning`."""

    prompt: int
    completion: int
    reasoning: int = 0

    @property
    def cached(self) -> int:
        """Prompt tokens billed as cached: about half of a prompt long enough to be."""
        if self.prompt < _CACHE_FROM:
            return 0
        return self.prompt // 2 // _CACHE_STEP * _CACHE_STEP


def count(text: str) -> int:
    """Count the tokens of a text: its UTF-8 bytes over four, rounded down, plus three."""
    return len(text.encode()) // _BYTES_A_TOKEN + _OVERHEAD


def gather(value: object) -> str:
    """Join every text within messages, input items or content parts, in order."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(gather, value))
    if isinstance(value, dict):
        return "".join(gather(value[key]) for key in _TEXT_KEYS if key in value)
    return ""


def count_input(value: object) -> int:
    """Count an `input` or `prompt`: text, or token ids, which count one each."""
    if isinstance(value, list) and value and all(isinstance(one, int) for one in value):
        return len(value)
    return count(gather(value))


def chat_usage(tokens: Tokens) -> dict[str, Any]:
    """Give the usage object of chat and legacy completions."""
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": tokens.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def response_usage(tokens: Tokens) -> dict[str, Any]:
    """Give the usage object of the Responses API."""
    return {
        "input_tokens": tokens.prompt,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": 0},
        "output_tokens": tokens.completion,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.prompt + tokens.completion,
    }
