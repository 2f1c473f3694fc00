"""Legacy text completions: chat's reader under a name of their own."""

import json

import pytest

from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.dialects.openai import chat
from keeptabs.dialects.openai.completions import DIALECT

WHOLE = {
    "id": "cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7",
    "object": "text_completion",
    "created": 1589478378,
    "model": "gpt-3.5-turbo-instruct:20230824-v2",
    "system_fingerprint": "fp_44709d6fcb",
    "choices": [{"text": "\n\nThis is indeed a test", "index": 0, "logprobs": None, "finish_reason": "length"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
}


def test_it_is_an_operation_of_its_own() -> None:
    """A completion is no chat, though it reads like one."""
    assert (DIALECT.api, DIALECT.operation) == ("completions", "text_completion")
    assert DIALECT.markers == chat.DIALECT.markers


@pytest.mark.parametrize(
    ("body", "model", "settings"),
    [
        pytest.param(
            {"model": "gpt-3.5-turbo-instruct", "prompt": "Say this", "max_tokens": 7, "temperature": 0},
            "gpt-3.5-turbo-instruct",
            {"gen_ai.request.max_tokens": 7, "gen_ai.request.temperature": 0.0},
            id="one prompt",
        ),
        pytest.param(
            {"model": "davinci-002", "prompt": ["a", "b"], "n": 2},
            "davinci-002",
            {"gen_ai.request.choice.count": 2},
            id="two prompts",
        ),
    ],
)
def test_a_request_is_read(body: dict[str, object], model: str, settings: dict[str, object]) -> None:
    """A prompt may be one text or many."""
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode()))
    assert asked == Asked(model=model, settings=settings)


def test_a_whole_answer_is_read() -> None:
    """Text, index and reason stand where chat has them."""
    found = DIALECT.answer(Response(status=200, body=json.dumps(WHOLE).encode()), Asked())
    assert (found.model, found.finish_reasons) == ("gpt-3.5-turbo-instruct:20230824-v2", ("length",))
    assert found.usage is not None
    assert (found.usage.input, found.usage.output) == (5, 7)


def test_a_stream_is_read() -> None:
    """Its chunks are completions with a piece of the text."""
    last = WHOLE | {"choices": [{"text": "", "index": 0, "finish_reason": "stop"}], "usage": None}
    body = f"data: {json.dumps(last)}\n\ndata: [DONE]\n\n".encode()
    headers = Headers.of([("content-type", "text/event-stream")])
    found = DIALECT.answer(Response(status=200, headers=headers, body=body), Asked())
    assert (found.finish_reasons, found.complete, found.usage) == (("stop",), True, None)
