"""watsonx.ai: generation that counts in its results, chat that counts as OpenAI does, and vectors."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.watsonx import CHAT, EMBEDDINGS, GENERATION, RERANK, ROUTES


def result(given: int, made: int, reason: str = "not_finished") -> dict[str, Any]:
    """An answer of generation, or an event of its stream."""
    counts = {"generated_text": "a", "generated_token_count": made, "input_token_count": given, "stop_reason": reason}
    return {"model_id": "ibm/granite", "results": [counts]}


EVENTS = [result(8, 0), result(0, 1), result(0, 2), result(0, 3, "eos_token")]
USAGE = {"prompt_tokens": 8, "completion_tokens": 3, "total_tokens": 11}
WHOLE_CHAT = {
    "id": "chat-1",
    "model_id": "ibm/granite",
    "choices": [{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}],
    "usage": USAGE,
}
CHAT_EVENTS: list[dict[str, Any]] = [
    {"id": "chat-1", "model_id": "ibm/granite", "choices": [{"delta": {"content": "a"}, "finish_reason": None}]},
    {"id": "chat-1", "choices": [{"delta": {"content": "b"}, "finish_reason": None}]},
    {"id": "chat-1", "choices": [{"delta": {}, "finish_reason": "stop"}]},
    {"id": "chat-1", "choices": [], "usage": USAGE},
]


def streamed(said: list[Any]) -> Answered:
    """What events say; kept in part they say the same."""
    headers = Headers.of([("content-type", "text/event-stream")])
    text = "".join(f"id: 1\nevent: message\ndata: {json.dumps(each, separators=(',', ':'))}\n\n" for each in said)
    kept = keeper(200, "text/event-stream", CHAT.markers)
    kept.feed(text.encode())
    found = CHAT.answer(Response(status=200, headers=headers, body=text.encode()), Asked())
    assert CHAT.answer(Response(status=200, headers=headers, body=kept.result()), Asked()) == found
    return found


def answer(said: Any, status: int = 200) -> Answered:
    """What a whole answer says."""
    return GENERATION.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (answer(result(8, 3, "eos_token")), "eos_token"),
        (streamed(EVENTS), "eos_token"),
        (answer(WHOLE_CHAT), "stop"),
        (streamed(CHAT_EVENTS), "stop"),
    ],
    ids=["generation", "generation streamed", "chat", "chat streamed"],
)
def test_an_answer_says_what_was_used(found: Answered, reason: str) -> None:
    """A stream of generation tells its input once, and its output so far each time."""
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3}
    assert (found.model, found.finish_reasons, found.complete) == ("ibm/granite", (reason,), True)
    assert (found.error, found.gaps) == (None, ())


def test_a_stream_that_broke_off_counts_what_it_had_told() -> None:
    """It shows no end."""
    found = streamed(EVENTS[:3])
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 2}
    assert (found.complete, found.finish_reasons) == (False, ())
    assert not streamed(CHAT_EVENTS[:2]).complete


@pytest.mark.parametrize("dialect", [EMBEDDINGS, RERANK])
def test_vectors_cost_the_tokens_of_their_texts(dialect: Any) -> None:
    """They are counted beside the results."""
    said = {"model_id": "m", "results": [{"embedding": [0.5]}, {"index": 0, "score": 1}], "input_token_count": 7}
    found = dialect.answer(Response(status=200, body=json.dumps(said).encode()), Asked())
    assert found.usage is not None
    assert (found.usage.tokens, found.complete) == ({Bucket.INPUT_TEXT: 7}, True)


def test_several_results_are_added_up() -> None:
    """Each has counts of its own."""
    said = result(8, 3, "eos_token")
    found = answer({"results": said["results"] * 2})
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 16, Bucket.OUTPUT_TEXT: 6}
    assert found.finish_reasons == ("eos_token", "eos_token")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"errors":[{"code":"token_quota_reached","message":"No","more_info":"x"}],"trace":"t"}',
            ProviderError(code="token_quota_reached", message="No"),
            id="a code",
        ),
        pytest.param(b'{"errors":[]}', ProviderError(), id="none"),
        pytest.param(b"<html>", ProviderError(), id="no JSON"),
    ],
)
def test_an_error_is_the_first_of_a_list(body: bytes, expected: ProviderError) -> None:
    """The code is its own word."""
    found = GENERATION.answer(Response(status=403, body=body), Asked())
    assert (found.error, found.usage) == (expected, None)


def test_an_error_may_come_in_a_stream() -> None:
    """After some text."""
    error = {"errors": [{"code": "downstream_request_failed", "message": "No"}]}
    assert streamed([*EVENTS[:2], error]).error == ProviderError(code="downstream_request_failed", message="No")


@pytest.mark.parametrize(
    ("said", "gaps"),
    [([1], (reading.UNREADABLE,)), ({"results": None}, ()), ({"results": [{}]}, ())],
    ids=["no object", "null", "no counts"],
)
def test_an_answer_without_counts_has_no_usage(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    assert (answer(said).usage, answer(said).gaps) == (None, gaps)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(
            "/ml/v1/text/generation",
            b'{"model_id": "m", "parameters": {"max_new_tokens": 5, "random_seed": 3}}',
            Asked(model="m", settings={"gen_ai.request.max_tokens": 5, "gen_ai.request.seed": 3}),
            id="parameters of generation",
        ),
        pytest.param(
            "/ml/v1/text/chat_stream",
            b'{"model_id": "m", "max_tokens": 5, "temperature": 0}',
            Asked(model="m", stream=True, settings={"gen_ai.request.max_tokens": 5, "gen_ai.request.temperature": 0}),
            id="parameters of chat",
        ),
        pytest.param("/ml/v1/deployments/d/text/chat", b"{}", Asked(), id="a deployment"),
        pytest.param("/x_stream", b'{"model_id": "m", "seed": "x"}', Asked(model="m", stream=True), id="odd ones"),
        pytest.param("/x", b"[", Asked(), id="no JSON"),
    ],
)
def test_what_a_request_asks_for(path: str, body: bytes, expected: Asked) -> None:
    """The path tells whether it streams."""
    assert CHAT.ask(Request(method="POST", host="h", path=path, body=body)) == expected


def test_a_deployment_has_the_same_paths() -> None:
    """Below its own name."""
    own = {end for end in ROUTES if not end.startswith("deployments/")}
    assert {f"deployments/{{model}}/{end}" for end in own} == set(ROUTES) - own
