"""Chat completions: what is asked, and what whole and streamed answers say."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai.chat import DIALECT

STREAM = Headers.of([("content-type", "text/event-stream; charset=utf-8")])
USAGE = {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
}
WHOLE = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello!", "refusal": None, "annotations": []},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": USAGE,
    "service_tier": "default",
    "system_fingerprint": "fp_44709d6fcb",
}


def ask(**body: Any) -> Asked:
    """What a body asks for."""
    return DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode()))


def answer(said: Any) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


def streamed(*events: Any) -> Answered:
    """What a stream says; a text stands for itself."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    return DIALECT.answer(Response(status=200, headers=STREAM, body=body), Asked())


def chunk(*choices: tuple[int, str | None], **more: Any) -> dict[str, Any]:
    """A chunk with these choices, each an index and a finish reason."""
    made = [{"index": index, "delta": {"content": "x"}, "finish_reason": reason} for index, reason in choices]
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": made, **more}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"model": "gpt-4o", "messages": []}, Asked(model="gpt-4o"), id="a model"),
        pytest.param({"model": "gpt-4o", "stream": True}, Asked(model="gpt-4o", stream=True), id="a stream"),
        pytest.param({"model": "gpt-4o", "stream": False}, Asked(model="gpt-4o"), id="no stream"),
        pytest.param({"model": "gpt-4o", "stream": None}, Asked(model="gpt-4o"), id="a stream that is null"),
        pytest.param(
            {"model": "gpt-4o", "service_tier": "flex"}, Asked(model="gpt-4o", service_tier="flex"), id="a tier"
        ),
        pytest.param(
            {"response_format": {"type": "json_schema", "json_schema": {}}}, Asked(output_type="json"), id="a schema"
        ),
        pytest.param({"response_format": {"type": "json_object"}}, Asked(output_type="json"), id="JSON"),
        pytest.param({"response_format": {"type": "text"}}, Asked(output_type="text"), id="text"),
        pytest.param({"response_format": {}}, Asked(), id="a format without a type"),
        pytest.param({}, Asked(), id="nothing"),
    ],
)
def test_what_a_request_asks_for(body: dict[str, Any], expected: Asked) -> None:
    """Model, stream, tier and format are read, and nothing is made up."""
    assert ask(**body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"max_completion_tokens": 7}, {"gen_ai.request.max_tokens": 7}),
        ({"max_tokens": 8}, {"gen_ai.request.max_tokens": 8}),
        ({"temperature": 0}, {"gen_ai.request.temperature": 0.0}),
        ({"top_p": 0.5}, {"gen_ai.request.top_p": 0.5}),
        ({"frequency_penalty": -1}, {"gen_ai.request.frequency_penalty": -1.0}),
        ({"presence_penalty": 1.5}, {"gen_ai.request.presence_penalty": 1.5}),
        ({"seed": 42}, {"gen_ai.request.seed": 42}),
        ({"reasoning_effort": "low"}, {"gen_ai.request.reasoning.level": "low"}),
        ({"n": 3}, {"gen_ai.request.choice.count": 3}),
        ({"n": 1}, {}),
        ({"n": None}, {}),
        ({"stop": "END"}, {"gen_ai.request.stop_sequences": ["END"]}),
        ({"stop": ["a", "b"]}, {"gen_ai.request.stop_sequences": ["a", "b"]}),
        ({"stop": None, "temperature": None}, {}),
        ({"user": "someone", "messages": [{"content": "secret"}], "tools": []}, {}),
    ],
)
def test_settings_have_the_names_of_opentelemetry(body: dict[str, Any], expected: dict[str, Any]) -> None:
    """Parameters are told, content is not, and a default that was not set is not a setting."""
    assert ask(**body).settings == expected


def test_a_field_of_an_unknown_shape_does_not_hide_the_model() -> None:
    """Model and stream are read although another field cannot be."""
    assert ask(model="gpt-4o", stream=True, stop={"new": "form"}) == Asked(model="gpt-4o", stream=True)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": 3}', b"\xff"])
def test_a_request_that_cannot_be_read_asks_for_nothing_known(body: bytes) -> None:
    """There is no model where none can be read."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == Asked()


def test_a_whole_answer_is_read() -> None:
    """Everything that a completion says about itself is there."""
    found = answer(WHOLE)
    assert (found.model, found.id) == ("gpt-4.1-2025-04-14", "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT")
    assert (found.service_tier, found.system_fingerprint) == ("default", "fp_44709d6fcb")
    assert (found.finish_reasons, found.complete, found.error, found.gaps) == (("stop",), True, None, ())
    assert found.usage is not None
    assert (found.usage.input, found.usage.output) == (19, 10)
    assert found.usage.raw == json.dumps(USAGE)


def test_finish_reasons_stand_in_the_order_of_their_choices() -> None:
    """Choices may come in any order."""
    choices = [{"index": 1, "finish_reason": "length"}, {"index": 0, "finish_reason": "stop"}]
    assert answer(WHOLE | {"choices": choices}).finish_reasons == ("stop", "length")


@pytest.mark.parametrize(
    ("change", "gaps"),
    [
        pytest.param({"usage": None}, (), id="null"),
        pytest.param({"usage": "lots"}, (_usage.UNREADABLE,), id="an unknown shape"),
        pytest.param({"choices": "x"}, (reading.UNREADABLE,), id="an unknown answer"),
    ],
)
def test_a_usage_that_is_not_there_is_none(change: dict[str, Any], gaps: tuple[str, ...]) -> None:
    """No usage is no gap, and one that cannot be read is one."""
    found = answer(WHOLE | change)
    assert (found.usage, found.gaps) == (None, gaps)


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"<html>"])
def test_an_answer_that_is_no_json_is_a_gap(body: bytes) -> None:
    """It is a complete answer about which nothing is known."""
    found = DIALECT.answer(Response(status=200, body=body), Asked())
    assert found == Answered(gaps=(reading.UNREADABLE,))


def test_an_error_in_a_successful_answer_is_an_error() -> None:
    """Some hosts answer 200 and say in the body that it failed."""
    found = answer({"error": {"message": "Overloaded", "code": 503}})
    assert found.error == ProviderError(code="503", message="Overloaded")


def test_a_stream_is_folded_into_one_answer() -> None:
    """The usage comes in a last chunk without choices."""
    found = streamed(
        chunk((0, None), service_tier="default", usage=None),
        chunk((0, "stop"), system_fingerprint="fp_1", usage=None),
        chunk(usage=USAGE),
        "[DONE]",
    )
    assert (found.model, found.id, found.service_tier, found.system_fingerprint) == (
        "gpt-4o",
        "chatcmpl-1",
        "default",
        "fp_1",
    )
    assert (found.finish_reasons, found.complete, found.gaps) == (("stop",), True, ())
    assert found.usage is not None
    assert (found.usage.input, found.usage.output) == (19, 10)


def test_the_last_usage_of_a_stream_counts() -> None:
    """Hosts that repeat a running usage in every chunk are not added up."""
    found = streamed(
        chunk((0, None), usage={"prompt_tokens": 5, "completion_tokens": 1}),
        chunk((0, "stop"), usage={"prompt_tokens": 5, "completion_tokens": 2}),
        "[DONE]",
    )
    assert found.usage is not None
    assert (found.usage.input, found.usage.output) == (5, 2)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param({"x_groq": {"id": "req_1", "usage": {"prompt_tokens": 3}}}, 3, id="Groq's own place"),
        pytest.param({"x_groq": {"id": "req_1"}}, None, id="Groq's place without one"),
        pytest.param({"x_groq": {"usage": {"prompt_tokens": 3}}, "usage": {"prompt_tokens": 4}}, 4, id="both places"),
        pytest.param({"x_other": {"usage": {"prompt_tokens": 3}}}, None, id="another place"),
    ],
)
def test_groq_puts_the_usage_of_a_stream_elsewhere(last: dict[str, Any], expected: int | None) -> None:
    """OpenAI's place wins where both are filled."""
    usage = streamed(chunk((0, "stop"), **last), "[DONE]").usage
    assert (usage.input if usage else None) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([chunk((0, None)), "[DONE]"], True, id="the end mark"),
        pytest.param([chunk((0, "stop"))], True, id="a finish reason"),
        pytest.param([chunk((0, None)), chunk(usage=USAGE)], True, id="a usage"),
        pytest.param([chunk((0, None))], False, id="a delta alone"),
        pytest.param([chunk((0, None)), '{"id": "cut'], False, id="cut"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_a_stream_is_complete_when_it_shows_an_end(events: list[Any], expected: bool) -> None:
    """Any of the three ways to end will do, since hosts leave one or the other out."""
    assert streamed(*events).complete is expected


def test_a_stream_with_two_choices_has_two_finish_reasons() -> None:
    """They stand in the order of their choices, however they came."""
    found = streamed(chunk((1, None), (0, None)), chunk((1, "length")), chunk((0, "stop")), "[DONE]")
    assert found.finish_reasons == ("stop", "length")


def test_a_choice_without_an_index_is_the_first() -> None:
    """Hosts with one choice may leave its index out."""
    choices = [{"index": 1, "finish_reason": "length"}, {"finish_reason": "stop"}]
    assert answer(WHOLE | {"choices": choices}).finish_reasons == ("stop", "length")


def test_an_empty_model_does_not_replace_one() -> None:
    """Azure sends chunks without a model around those that have one."""
    found = streamed(chunk(model="", id=""), chunk((0, "stop")), chunk(model="", id=""), "[DONE]")
    assert (found.model, found.id) == ("gpt-4o", "chatcmpl-1")


def test_an_error_in_a_stream_is_an_error() -> None:
    """What came before it still counts."""
    found = streamed(chunk((0, None)), {"error": {"message": "Overloaded", "type": "server_error", "code": None}})
    assert found.error == ProviderError(type="server_error", message="Overloaded")
    assert (found.model, found.complete) == ("gpt-4o", False)


def test_an_event_that_cannot_be_read_is_a_gap_and_the_rest_is_read() -> None:
    """One broken event does not hide the usage."""
    found = streamed(chunk((0, None)), '{"choices": 3}', chunk((0, "stop"), usage=USAGE), "[DONE]")
    assert found.gaps == (reading.UNREADABLE_EVENT,)
    assert found.usage is not None


def test_a_stream_without_its_content_type_is_read() -> None:
    """The first bytes tell."""
    body = f"data: {json.dumps(chunk((0, 'stop')))}\n\ndata: [DONE]\n\n".encode()
    assert DIALECT.answer(Response(status=200, body=body), Asked()).finish_reasons == ("stop",)


def test_a_whole_answer_to_a_request_for_a_stream_is_read() -> None:
    """Some hosts do not stream although they are asked to."""
    found = DIALECT.answer(Response(status=200, body=json.dumps(WHOLE).encode()), Asked(stream=True))
    assert (found.complete, found.finish_reasons) == (True, ("stop",))
