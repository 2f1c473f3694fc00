"""The Responses API, as the official client reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.chat import REASONING_TOKENS
from keeptabs.testing.mock.texts import REFUSAL, SENTENCE
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import openai

TOOL: Any = {
    "type": "function",
    "name": "look_up",
    "strict": True,
    "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
}
ITEMS = [{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}]


@pytest.mark.parametrize("given", ["hello", ITEMS])
def test_an_answer_has_its_text_and_usage(strict: openai.OpenAI, given: Any) -> None:
    """Text and items ask the same question."""
    answer = strict.responses.create(model="gpt-4o", input=given, instructions="four")
    assert answer.model == "gpt-4o-2024-08-06"
    assert answer.status == "completed"
    assert answer.output_text == SENTENCE
    assert answer.usage is not None
    assert answer.usage.input_tokens == count("fourhello")
    assert answer.usage.output_tokens == count(SENTENCE)


def test_a_reasoning_model_reports_its_reasoning(strict: openai.OpenAI) -> None:
    """Reasoning tokens are part of the output's."""
    usage = strict.responses.create(model="o3", input="x").usage
    assert usage is not None
    assert usage.output_tokens_details.reasoning_tokens == REASONING_TOKENS


def test_a_stream_follows_the_api_s_script(strict: openai.OpenAI) -> None:
    """The events come in order, numbered, and end with what a plain answer gives."""
    events = list(strict.responses.create(model="gpt-4o", input="x", stream=True))
    kinds = list(dict.fromkeys(event.type for event in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    numbers = [getattr(event, "sequence_number", None) for event in events]
    assert numbers == list(range(len(events)))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == SENTENCE


@pytest.mark.parametrize(
    ("model", "status", "reason"),
    [
        ("mock-length", "incomplete", "max_output_tokens"),
        ("mock-filter", "incomplete", "content_filter"),
        ("mock-ok", "completed", None),
    ],
)
def test_an_incomplete_answer_says_why(strict: openai.OpenAI, model: str, status: str, reason: str | None) -> None:
    """The plain answer and the last event of a stream agree."""
    plain = strict.responses.create(model=model, input="x")
    assert plain.status == status
    assert (plain.incomplete_details and plain.incomplete_details.reason) == reason
    *_, last = strict.responses.create(model=model, input="x", stream=True)
    assert last.type == f"response.{status}"


def test_a_refusal_is_a_part_of_its_own(strict: openai.OpenAI) -> None:
    """A refusal is no output text, streamed or not."""
    with strict.responses.stream(model="mock-refusal", input="x") as stream:
        stream.until_done()
        final = stream.get_final_response()
    assert final.output_text == ""
    assert final.output[0].to_dict()["content"] == [{"type": "refusal", "refusal": REFUSAL}]


def test_a_function_call_is_an_item_of_its_own(strict: openai.OpenAI) -> None:
    """The call's deltas add up to the arguments of the item."""
    events: list[Any] = list(strict.responses.create(model="gpt-tools", input="x", tools=[TOOL], stream=True))
    kind = "response.function_call_arguments.delta"
    deltas = [event.delta for event in events if event.type == kind]
    assert json.loads("".join(deltas)) == {"word": "mock"}
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output[0].type == "function_call"


def test_usage_can_be_left_out(sdk: openai.OpenAI) -> None:
    """The answer without usage has the key neither streamed nor plain."""
    assert sdk.responses.create(model="mock-no-usage", input="x").usage is None


def test_a_stream_that_goes_wrong_ends_in_an_error_event(sdk: openai.OpenAI) -> None:
    """The error has the flat shape of the API's own event."""
    *_, last = sdk.responses.create(model="mock-stream-error", input="x", stream=True)
    assert last.type == "error"
    assert last.code == "server_error"
