"""Chat: who asks, models that refuse or search, and answers that come later."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.openai import chat, responses

SSE = "text/event-stream"
STREAM = Headers.of([("content-type", SSE)])


@pytest.mark.parametrize("dialect", [chat.DIALECT, responses.DIALECT], ids=lambda dialect: dialect.api)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"user": "u-1"}, Asked(user="u-1"), id="a user"),
        pytest.param({"safety_identifier": "h"}, Asked(user="h"), id="a hash of one"),
        pytest.param({"user": "u-1", "safety_identifier": "h"}, Asked(user="h"), id="the newer name wins"),
        pytest.param({"metadata": {"team": "a", "n": 3}}, Asked(metadata={"team": "a"}), id="labels are texts"),
        pytest.param({"metadata": None}, Asked(), id="no labels"),
        pytest.param({"metadata": ["team"]}, Asked(), id="labels of another shape"),
    ],
)
def test_a_request_may_say_for_whom_it_is(dialect: Any, body: dict[str, Any], expected: Asked) -> None:
    """End user and labels, in the application's own words."""
    assert dialect.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode())) == expected


def test_labels_have_an_end() -> None:
    """OpenAI takes sixteen."""
    body = json.dumps({"metadata": {f"k{n}": "v" for n in range(40)}}).encode()
    asked = chat.ask(Request(method="POST", host="h", path="/", body=body))
    assert list(asked.metadata) == [f"k{n}" for n in range(16)]


def test_an_agent_is_a_setting() -> None:
    """Mistral's agents are asked by their id."""
    asked = chat.ask(Request(method="POST", host="h", path="/", body=b'{"agent_id": "ag-1"}'))
    assert asked.settings == {"gen_ai.agent.id": "ag-1"}


def choice(reason: str | None, index: int = 0, **message: Any) -> dict[str, Any]:
    """A choice of a whole answer."""
    return {"index": index, "finish_reason": reason, "message": {"role": "assistant", **message}}


def answer(**said: Any) -> Answered:
    """What a whole answer says."""
    return chat.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        pytest.param([choice("stop", refusal="I cannot.")], ("refusal",), id="a refusal"),
        pytest.param([choice("stop", refusal=None)], ("stop",), id="none"),
        pytest.param([choice("stop", refusal="")], ("stop",), id="an empty one"),
        pytest.param([choice("length", refusal="I can")], ("length",), id="one that was cut"),
        pytest.param([choice("stop"), choice("stop", 1, refusal="No.")], ("stop", "refusal"), id="one of two"),
    ],
)
def test_a_refusal_stands_for_a_stop(choices: list[dict[str, Any]], expected: tuple[str, ...]) -> None:
    """A model that refuses says that it is done; any other reason stays."""
    assert answer(choices=choices).finish_reasons == expected


@pytest.mark.parametrize("spaces", [(",", ":"), (", ", ": ")], ids=["dense", "with spaces"])
def test_a_refusal_is_kept_of_a_stream(spaces: tuple[str, str]) -> None:
    """What a live recording keeps tells of it too."""
    deltas: list[Any] = [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "", "refusal": None}}]},
        {"choices": [{"index": 0, "delta": {"content": "x"}}]},
        {"choices": [{"index": 0, "delta": {"refusal": "I"}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    ]
    body = "".join(f"data: {json.dumps(delta, separators=spaces)}\n\n" for delta in deltas).encode()
    made = keeper(200, SSE, chat.DIALECT.markers)
    made.feed(body)
    assert len(made.result()) < len(body)
    for kept in (body, made.result()):
        response = Response(status=200, headers=STREAM, body=kept)
        assert chat.answer(response, Asked()).finish_reasons == ("refusal",)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"request_id": "r"}, True, id="xAI will do it later"),
        pytest.param({"id": "i", "request_id": "r", "task_status": "PROCESSING"}, True, id="Z.ai too"),
        pytest.param({"request_id": "r", "choices": [choice("stop")]}, False, id="an answer with an id of its request"),
        pytest.param({"request_id": "r", "usage": {"prompt_tokens": 1}}, False, id="usage"),
        pytest.param({"id": "i"}, False, id="an answer without anything"),
    ],
)
def test_an_answer_that_names_only_its_request_comes_later(said: dict[str, Any], expected: bool) -> None:
    """It is no call yet."""
    assert answer(**said).pending is expected


SIZE, TYPE = "keeptabs.search_context_size", "keeptabs.search_type"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"search_context_size": "high"}, {SIZE: "high"}, id="how much is read"),
        pytest.param({"search_type": "pro"}, {TYPE: "pro"}, id="how it is searched"),
        pytest.param({"search_context_size": None, "user_location": {"type": "approximate"}}, {}, id="where one is"),
        pytest.param({}, {}, id="nothing"),
        pytest.param(None, {}, id="null"),
    ],
)
def test_a_request_says_how_the_web_is_searched(options: Any, expected: dict[str, str]) -> None:
    """Prices depend on it."""
    body = json.dumps({"model": "sonar", "web_search_options": options}).encode()
    assert chat.ask(Request(method="POST", host="h", path="/", body=body)) == Asked(model="sonar", settings=expected)


def test_options_of_another_shape_do_not_hide_the_model() -> None:
    """It is what matters most."""
    body = b'{"model": "sonar", "web_search_options": "high"}'
    assert chat.ask(Request(method="POST", host="h", path="/", body=body)) == Asked(model="sonar")


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param({"prompt_tokens": 8, "search_context_size": "low"}, {SIZE: "low"}, id="Perplexity"),
        pytest.param({"prompt_tokens": 8, "search_context_size": None}, {}, id="null"),
        pytest.param({"prompt_tokens": 8, "search_context_size": ["low"]}, {}, id="another shape"),
        pytest.param({"prompt_tokens": 8, "num_search_queries": 3}, {}, id="another word of searches"),
        pytest.param(None, {}, id="no usage"),
    ],
)
def test_a_usage_says_how_much_of_the_web_was_read(usage: Any, expected: dict[str, str]) -> None:
    """It stands beside the tokens."""
    assert answer(choices=[choice("stop")], usage=usage).facts == expected


def test_a_stream_that_breaks_off_has_told_no_cost() -> None:
    """Perplexity counts in every chunk, and says what it costs in the last one alone."""
    begun = {"prompt_tokens": 8, "completion_tokens": 3, "total_tokens": 11, "search_context_size": "low"}
    counted = [{**begun, "cost": {"total_cost": 0.0}}, {**begun, "cost": {"total_cost": 0.00502}}]
    events = [f"data: {json.dumps({'choices': [choice(None)], 'usage': usage})}\n\n" for usage in counted]
    found = []
    for body in (events[0], "".join(events)):
        usage = chat.answer(Response(status=200, headers=STREAM, body=body.encode()), Asked()).usage
        assert usage is not None
        assert (usage.input, usage.output) == (8, 3)
        found.append(usage.reported_usd)
    assert found == [None, Decimal("0.00502")]
