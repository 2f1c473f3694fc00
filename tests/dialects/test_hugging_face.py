"""Hugging Face: text generation that counts on request, and headers of the servers."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.hugging_face import FEATURES, TEXT

DETAILS = {"finish_reason": "eos_token", "generated_tokens": 3, "seed": None}
TOKENS = [{"index": n, "token": {"id": n, "text": "a"}, "generated_text": None, "details": None} for n in range(1, 4)]
END = TOKENS[-1] | {"generated_text": "aaa", "details": DETAILS | {"input_length": 8}}


def response(body: bytes, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """An answer with these headers."""
    return Response(status=status, headers=Headers.of((headers or {}).items()), body=body)


def answer(said: Any, headers: dict[str, str] | None = None, **asked: Any) -> Answered:
    """What an answer says."""
    return TEXT.answer(response(json.dumps(said).encode(), headers), Asked(**asked))


def streamed(said: list[Any]) -> Answered:
    """What events say; kept in part they say the same."""
    kind = {"content-type": "text/event-stream"}
    body = "".join(f"data:{json.dumps(each, separators=(',', ':'))}\n\n" for each in said).encode()
    kept = keeper(200, kind["content-type"], TEXT.markers)
    kept.feed(body)
    found = TEXT.answer(response(body, kind), Asked(stream=True))
    assert TEXT.answer(response(kept.result(), kind), Asked(stream=True)) == found
    return found


@pytest.mark.parametrize(
    ("said", "headers", "expected"),
    [
        pytest.param([{"generated_text": "a", "details": DETAILS}], {}, {Bucket.OUTPUT_TEXT: 3}, id="an array"),
        pytest.param({"generated_text": "a", "details": DETAILS}, {}, {Bucket.OUTPUT_TEXT: 3}, id="an object"),
        pytest.param(
            [{"generated_text": "a", "details": DETAILS}] * 2, {}, {Bucket.OUTPUT_TEXT: 6}, id="several results"
        ),
        pytest.param(
            [{"generated_text": "a"}],
            {"x-prompt-tokens": "8", "x-generated-tokens": "3"},
            {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3},
            id="headers",
        ),
        pytest.param(
            [{"generated_text": "a", "details": DETAILS}],
            {"x-prompt-tokens": "8", "x-generated-tokens": "4"},
            {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3},
            id="headers for what the body does not say",
        ),
        pytest.param([{"generated_text": "a"}], {"x-prompt-tokens": "many"}, None, id="neither"),
    ],
)
def test_tokens_are_in_the_details_or_in_headers(
    said: Any, headers: dict[str, str], expected: dict[Bucket, int] | None
) -> None:
    """A request must ask for the details."""
    found = answer(said, headers)
    assert (found.usage and dict(found.usage.tokens)) == expected
    assert (found.complete, found.gaps) == (True, ())


def test_an_array_that_is_kept_in_part_says_the_same() -> None:
    """Every result is kept, and no vector of a token."""
    said = [{"generated_text": "a", "details": DETAILS}] * 3
    kept = keeper(200, "application/json", TEXT.markers)
    kept.feed(json.dumps(said).encode())
    assert TEXT.answer(response(kept.result()), Asked()) == answer(said)


def test_the_last_event_of_a_stream_has_the_details() -> None:
    """And the length of the input."""
    found = streamed([*TOKENS[:2], END])
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3}
    assert (found.finish_reasons, found.complete) == (("eos_token",), True)
    assert not streamed(TOKENS).complete


def test_time_and_hardware_of_an_endpoint_are_facts() -> None:
    """It is billed by the hour."""
    headers = {"x-compute-time": "2.484567121", "x-compute-type": "1-nvidia-a10g"}
    expected = {"keeptabs.server.duration": 2.484567121, "keeptabs.server.hardware": "1-nvidia-a10g"}
    assert answer([], headers).facts == expected
    assert FEATURES.answer(response(b"[[0.5]]", headers), Asked()) == Answered(facts=expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"error":"Model is overloaded","error_type":"overloaded"}',
            ProviderError(code="overloaded", message="Model is overloaded"),
            id="a server of text generation",
        ),
        pytest.param(b'{"error":["a","b"]}', ProviderError(message='["a","b"]'), id="several"),
        pytest.param(b"Service Unavailable", ProviderError(), id="no JSON"),
    ],
)
@pytest.mark.parametrize("dialect", [TEXT, FEATURES], ids=["text", "features"])
def test_errors_are_read(dialect: Any, body: bytes, expected: ProviderError) -> None:
    """The type of error is the code."""
    assert dialect.answer(response(body, status=503), Asked()) == Answered(error=expected)


def test_an_error_may_come_in_a_stream() -> None:
    """After some text."""
    error = {"error": "Request failed during generation", "error_type": "generation"}
    assert streamed([*TOKENS, error]).error == ProviderError(code="generation", message=error["error"])


def test_what_is_no_text_is_a_gap() -> None:
    """An endpoint may serve a model of any kind."""
    assert answer([[0.5]]).gaps == (reading.UNREADABLE,)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(
            "/",
            b'{"inputs": "a", "parameters": {"max_new_tokens": 5, "seed": null}, "stream": true}',
            Asked(stream=True, settings={"gen_ai.request.max_tokens": 5}),
            id="parameters",
        ),
        pytest.param("/generate_stream", b'{"inputs": "a"}', Asked(stream=True), id="a path that streams"),
        pytest.param("/", b'{"parameters": {"seed": "x"}}', Asked(), id="odd ones"),
        pytest.param("/", b"", Asked(), id="nothing"),
    ],
)
def test_what_a_request_asks_for(path: str, body: bytes, expected: Asked) -> None:
    """The model is in the path, or is the only one."""
    assert TEXT.ask(Request(method="POST", host="h", path=path, body=body)) == expected
