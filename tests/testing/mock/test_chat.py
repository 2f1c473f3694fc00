"""Chat completions, as the official client reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.chat import REASONING_TOKENS
from keeptabs.testing.mock.texts import REFUSAL, SENTENCE
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import httpx
    import openai

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "look_up",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
    },
}


def ask(sdk: openai.OpenAI, **extra: Any) -> Any:
    """Ask the one question, with gpt-4o unless told otherwise."""
    fields = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}], **extra}
    return sdk.chat.completions.create(**fields)


def test_an_answer_has_everything_the_api_sends(strict: openai.OpenAI) -> None:
    """The answer parses strictly and has the snapshot, the tier and the usage."""
    answer = ask(strict)
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == "gpt-4o-2024-08-06"
    assert answer.service_tier == "default"
    assert answer.choices[0].message.content == SENTENCE
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens == count("hello")
    assert answer.usage.completion_tokens == count(SENTENCE)


@pytest.mark.parametrize(
    ("asked", "served"),
    [("flex", "flex"), ("priority", "priority"), ("auto", "default"), ("default", "default")],
)
def test_the_tier_served_is_the_one_paid_for(sdk: openai.OpenAI, asked: str, served: str) -> None:
    """Only flex and priority are echoed."""
    assert ask(sdk, service_tier=asked).service_tier == served


def test_each_choice_is_paid_for(sdk: openai.OpenAI) -> None:
    """Several choices multiply the completion and not the prompt."""
    answer = ask(sdk, n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert answer.usage.completion_tokens == 3 * count(SENTENCE)
    assert answer.usage.prompt_tokens == count("hello")


def test_a_reasoning_model_reports_its_reasoning(sdk: openai.OpenAI) -> None:
    """Reasoning tokens are part of the completion's."""
    usage = ask(sdk, model="o3").usage
    assert usage.completion_tokens_details.reasoning_tokens == REASONING_TOKENS
    assert usage.completion_tokens == count(SENTENCE) + REASONING_TOKENS


def test_a_long_prompt_is_partly_cached(sdk: openai.OpenAI) -> None:
    """A prompt of 1024 tokens has half of them cached."""
    answer = ask(sdk, messages=[{"role": "user", "content": "a" * 4 * 1021}])
    assert answer.usage.prompt_tokens == 1024
    assert answer.usage.prompt_tokens_details.cached_tokens == 512


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_a_limit_cuts_the_answer(sdk: openai.OpenAI, limit: str) -> None:
    """A limit below the answer's length ends it for that reason."""
    answer = ask(sdk, **{limit: 5})
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 5
    assert SENTENCE.startswith(answer.choices[0].message.content)


@pytest.mark.parametrize(
    ("model", "finish", "content", "refusal"),
    [
        ("mock-length", "length", SENTENCE, None),
        ("mock-filter", "content_filter", SENTENCE, None),
        ("mock-refusal", "stop", None, REFUSAL),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_may_end_otherwise(
    strict: openai.OpenAI,
    model: str,
    finish: str,
    content: str | None,
    refusal: str | None,
    *,
    stream: bool,
) -> None:
    """Each way to end says so, streamed or not."""
    answer = ask(strict, model=model, stream=stream)
    if stream:
        chunks = list(answer)
        assert chunks[-1].choices[0].finish_reason == finish
        deltas = [chunk.choices[0].delta for chunk in chunks]
        assert ("".join(delta.content or "" for delta in deltas) or None) == content
        assert ("".join(delta.refusal or "" for delta in deltas) or None) == refusal
        return
    assert answer.choices[0].finish_reason == finish
    assert answer.choices[0].message.content == content
    assert answer.choices[0].message.refusal == refusal


@pytest.mark.parametrize("choices", [1, 2])
def test_a_stream_spells_out_the_answer(strict: openai.OpenAI, choices: int) -> None:
    """The deltas of each choice make up the sentence, and usage stays out unasked."""
    chunks = list(ask(strict, stream=True, n=choices))
    for index in range(choices):
        mine = [chunk.choices[0] for chunk in chunks if chunk.choices[0].index == index]
        assert "".join(choice.delta.content or "" for choice in mine) == SENTENCE
        assert mine[0].delta.role == "assistant"
        assert mine[-1].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_comes_last_when_asked_for(strict: openai.OpenAI) -> None:
    """One chunk without choices carries the same usage as a plain answer."""
    *chunks, last = ask(strict, stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage == ask(strict).usage
    assert all("usage" in chunk.model_fields_set for chunk in chunks)


@pytest.mark.parametrize("behaviour", ["no-usage", "no-usage,chunks:3"])
def test_usage_can_be_left_out(sdk: openai.OpenAI, behaviour: str) -> None:
    """Neither an answer nor a stream that was asked for it has any usage."""
    headers = {"x-mock": behaviour}
    assert ask(sdk, extra_headers=headers).usage is None
    options = {"include_usage": True}
    stream = ask(sdk, stream=True, stream_options=options, extra_headers=headers)
    assert all(chunk.usage is None for chunk in stream)


@pytest.mark.parametrize("number", [0, 1, 1000])
def test_a_stream_has_as_many_content_chunks_as_asked(sdk: openai.OpenAI, number: int) -> None:
    """The opening and the ending chunk come on top."""
    chunks = list(ask(sdk, model=f"mock-chunks-{number}", stream=True))
    assert sum(bool(chunk.choices[0].delta.content) for chunk in chunks) == number
    assert len(chunks) == number + 2


@pytest.mark.parametrize(
    ("model", "tools", "called"),
    [
        ("gpt-tools", [TOOL], True),
        ("mock-tools@gpt-4o", [TOOL], True),
        ("gpt-4o", [TOOL], False),
        ("gpt-tools", [], False),
        ("gpt-tools", [{"type": "custom", "custom": {"name": "x"}}], False),
    ],
)
def test_a_tools_model_calls_the_first_function(
    sdk: openai.OpenAI, model: str, tools: list[Any], *, called: bool
) -> None:
    """A function is called when there is one and the model's name says tools."""
    choice = ask(sdk, model=model, tools=tools).choices[0]
    assert (choice.finish_reason == "tool_calls") is called
    assert bool(choice.message.tool_calls) is called


def test_a_streamed_function_call_adds_up(strict: openai.OpenAI) -> None:
    """The client's own accumulator puts the call together."""
    with strict.chat.completions.stream(
        model="gpt-tools", messages=[{"role": "user", "content": "x"}], tools=[TOOL]
    ) as stream:
        stream.until_done()
        (call,) = stream.get_final_completion().choices[0].message.tool_calls or []
    assert call.function.name == "look_up"
    assert json.loads(call.function.arguments) == {"word": "mock"}


@pytest.mark.parametrize("missing", ["model", "messages"])
def test_a_missing_parameter_is_named(http: httpx.Client, missing: str) -> None:
    """What the endpoint cannot do without is a 400 that names it."""
    fields: dict[str, Any] = {"model": "gpt-4o", "messages": [], missing: None}
    answer = http.post("/v1/chat/completions", json=fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == missing
