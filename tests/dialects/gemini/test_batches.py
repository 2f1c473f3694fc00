"""Batches: begun, asked for, and their results in the batch or in a file."""

import json
from typing import Any

import pytest

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket
from keeptabs.dialects.gemini.batches import BEGIN, FILE, RESULT

NAME = "batches/b"
ERROR = {"error": {"code": 8, "message": "x", "status": "RESOURCE_EXHAUSTED"}}


def generated(prompt: int, answer: int, model: str = "gemini-3-flash", name: str = "r") -> dict[str, Any]:
    """The answer to one request."""
    return {
        "candidates": [{"finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": prompt,
            "candidatesTokenCount": answer,
            "totalTokenCount": prompt + answer,
            "serviceTier": "standard",
        },
        "modelVersion": model,
        "responseId": name,
    }


def operation(*results: dict[str, Any], of: str = "inlinedResponses", **more: Any) -> dict[str, Any]:
    """A batch with these results."""
    output = {of: {"inlinedResponses": list(results)}}
    return {"name": NAME, "metadata": {"model": "models/gemini-3-flash", "output": output}, **more}


def result(said: Any, status: int = 200) -> Answered:
    """What a batch says."""
    return RESULT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def file(*lines: Any, status: int = 200) -> Answered:
    """What a file says."""
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return FILE.answer(Response(status=status, body=body), Asked())


def test_usage_is_summed_over_the_results() -> None:
    """They are one call, in a batch, known by the batch's name."""
    said = result(operation({"response": generated(13, 1)}, {"response": generated(14, 2)}, ERROR))
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 27, Bucket.OUTPUT_TEXT: 3}
    assert (said.batch, said.deferred, said.id, said.model) == (True, True, NAME, "gemini-3-flash")
    assert (said.service_tier, said.error, said.operation) == ("standard", None, None)
    assert said.facts == {"keeptabs.batch.requests": 3, "keeptabs.batch.failed": 1}


def test_results_that_stand_there_twice_count_once() -> None:
    """A batch repeats them in its response."""
    one = {"response": generated(13, 1)}
    twice = operation(one, response={"inlinedResponses": {"inlinedResponses": [one]}})
    assert result(twice) == result(operation(one))
    assert result(operation(one, response={})) == result(operation(one))


def test_a_batch_of_embeddings_counts_their_tokens() -> None:
    """The count is a text, as 64-bit numbers are in Google's JSON."""
    one = {"response": {"embedding": {"values": [0.1]}, "tokenCount": "7"}}
    said = result(operation(one, one, of="inlinedEmbedContentResponses"))
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 14}
    assert said.operation == "embeddings"


def test_a_batch_that_failed() -> None:
    """Nothing was used."""
    failed = ProviderError(code="RESOURCE_EXHAUSTED", message="x")
    assert result({"name": NAME, **ERROR}).error == failed
    said = result(operation(ERROR))
    assert (said.error, said.usage, said.deferred) == (failed, None, True)


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(result({"name": NAME, "metadata": {"state": "BATCH_STATE_RUNNING"}}), id="it runs"),
        pytest.param(result(operation()), id="no results"),
        pytest.param(result({"name": NAME, "response": {"responsesFile": "files/f"}}), id="its results are in a file"),
        pytest.param(result(ERROR, 404), id="an error"),
        pytest.param(result([]), id="another shape"),
        pytest.param(file(), id="an empty file"),
        pytest.param(file({"key": "a", "request": {}}), id="a file of requests"),
        pytest.param(file({"key": "a", "response": generated(1, 1)}, {"other": 1}), id="a file of other lines"),
        pytest.param(file({"key": "a", "response": generated(1, 1)}, status=404), id="no file"),
    ],
)
def test_what_is_no_result_is_no_call(answered: Answered) -> None:
    """It may be asked for again."""
    assert answered == Answered(pending=True)


def test_a_file_of_results() -> None:
    """It is known by one of its answers, whatever the order of its lines."""
    lines = [
        {"key": "1", "response": generated(3, 1, name="r2")},
        {"key": "2", "response": generated(4, 1, "gemini-2.5-pro", "r1")},
        {"key": "3", **ERROR},
    ]
    said = file(*lines)
    assert said == file(*reversed(lines))
    assert said.usage is not None
    assert (said.usage.input, said.id, said.model, said.deferred) == (7, "r1", None, True)
    assert said.facts == {"keeptabs.batch.requests": 3, "keeptabs.batch.failed": 1}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(200, b'{"name": "batches/b"}', Answered(pending=True), id="begun"),
        pytest.param(
            429,
            json.dumps(ERROR).encode(),
            Answered(error=ProviderError(code="RESOURCE_EXHAUSTED", message="x")),
            id="refused",
        ),
    ],
)
def test_a_batch_that_is_begun_is_no_call_unless_it_is_refused(status: int, body: bytes, expected: Answered) -> None:
    """What it used is known when it is done."""
    assert BEGIN.answer(Response(status=status, body=body), Asked()) == expected


def test_nothing_is_asked_for() -> None:
    """The requests stood in the batch."""
    assert RESULT.ask(Request(method="GET", host="h", path="/")) == Asked()
