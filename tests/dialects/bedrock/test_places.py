"""Where vendors say what: counts and reasons in whole answers of InvokeModel."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Response
from keeptabs.core.usage import Bucket
from keeptabs.dialects.bedrock import _places
from keeptabs.dialects.bedrock.invoke import TEXT

IN_8_OUT_3 = {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3}
COUNTED = {"Input-Token-Count": "8", "Output-Token-Count": "3"}


def answer(said: Any, headers: dict[str, str] | None = None) -> Answered:
    """What a whole body says."""
    pairs = [(f"X-Amzn-Bedrock-{name}", value) for name, value in (headers or {}).items()]
    body = json.dumps(said).encode()
    return TEXT.answer(Response(status=200, headers=Headers.of(pairs), body=body), Asked())


def tokens(found: Answered) -> dict[Bucket, int] | None:
    """The tokens of an answer."""
    return None if found.usage is None else dict(found.usage.tokens)


@pytest.mark.parametrize(
    ("said", "reason", "operation"),
    [
        pytest.param(
            {"inputTextTokenCount": 8.0, "results": [{"tokenCount": 3.0, "completionReason": "FINISH"}]},
            "FINISH",
            None,
            id="Titan",
        ),
        pytest.param(
            {
                "output": {"message": {"role": "assistant", "content": [{"text": "a"}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 8, "outputTokens": 3, "totalTokens": 11},
            },
            "end_turn",
            "chat",
            id="Nova",
        ),
        pytest.param(
            {"generation": "a", "prompt_token_count": 8, "generation_token_count": 3, "stop_reason": "length"},
            "length",
            None,
            id="Llama",
        ),
        pytest.param(
            {
                "id": "1",
                "model": "m",
                "choices": [{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 8, "completion_tokens": 3, "total_tokens": 11},
            },
            "stop",
            "chat",
            id="OpenAI",
        ),
        pytest.param(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "claude",
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 8, "output_tokens": 3},
            },
            "end_turn",
            "chat",
            id="Claude",
        ),
    ],
)
def test_counts_are_found_where_each_vendor_has_them(said: Any, reason: str, operation: str | None) -> None:
    """Tokens, the reason, and whether it was a chat."""
    found = answer(said)
    assert tokens(found) == IN_8_OUT_3
    assert (found.finish_reasons, found.operation, found.complete, found.gaps) == ((reason,), operation, True, ())
    assert (found.id, found.model) == (said.get("id"), said.get("model"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param({"outputs": [{"text": "a", "stop_reason": "stop"}]}, "stop", id="Mistral"),
        pytest.param({"choices": [{"text": "a", "stop_reason": "length"}]}, "length", id="DeepSeek"),
        pytest.param({"generations": [{"text": "a", "finish_reason": "COMPLETE"}]}, "COMPLETE", id="Cohere's Command"),
        pytest.param({"text": "a", "finish_reason": "MAX_TOKENS"}, "MAX_TOKENS", id="Cohere's Command R"),
        pytest.param(
            {"id": 7, "completions": [{"finishReason": {"reason": "endoftext"}}]}, "endoftext", id="AI21's Jurassic"
        ),
        pytest.param({"completion": "a", "stop_reason": "stop_sequence"}, "stop_sequence", id="Claude 2"),
    ],
)
def test_headers_tell_the_counts_that_a_body_does_not(said: Any, reason: str) -> None:
    """Every answer of InvokeModel that is no stream has them."""
    found = answer(said, COUNTED | {"Invocation-Latency": "250"})
    assert tokens(found) == IN_8_OUT_3
    assert found.finish_reasons == (reason,)
    assert found.facts == {"keeptabs.server.duration": 0.25}
    assert answer(said).usage is None


SAID = {"a": {"b": [{"c": 1}, {"c": None}, {"c": 2.0}, {}, 7]}, "d": "x", "e": [], "f": True, "g": 1e300}


@pytest.mark.parametrize(
    ("place", "values", "number"),
    [
        pytest.param(("a", "b", "c"), [1, 2.0], 3, id="of a list the sum"),
        pytest.param(("d",), ["x"], None, id="a text"),
        pytest.param(("e",), [], None, id="an empty list"),
        pytest.param(("f",), [True], None, id="a truth"),
        pytest.param(("g",), [1e300], None, id="a number that is no count"),
        pytest.param(("a", "x", "c"), [], None, id="a place that is not there"),
        pytest.param(("d", "x"), [], None, id="within a text"),
    ],
)
def test_a_place_is_a_way_from_the_outside_in(place: tuple[str, ...], values: list[Any], number: int | None) -> None:
    """A list on the way stands for its elements; what leads nowhere is nothing."""
    assert list(_places.values(SAID, (place,))) == values
    assert _places.number(SAID, (place,)) == number


def test_the_first_place_that_says_something_counts() -> None:
    """The order is that of the table."""
    assert _places.number(SAID, (("d",), ("a", "b", "c"), ("g",))) == 3
    assert _places.text(SAID, (("a",), ("d",))) == "x"
    assert _places.text(SAID, (("a",), ("e",))) is None
