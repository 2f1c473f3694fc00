"""Replicate: predictions that are waited for, and count once when they are done."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.replicate import PREDICTION, STREAM, UNREADABLE_METRICS

DONE: dict[str, Any] = {
    "id": "p1",
    "model": "owner/name",
    "version": "abc",
    "input": {"prompt": "a"},
    "output": ["b"],
    "error": None,
    "status": "succeeded",
    "metrics": {"predict_time": 2.5, "total_time": 3},
}


def answer(said: Any, status: int = 200) -> Answered:
    """What a prediction says."""
    return PREDICTION.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize("status", ["starting", "processing"])
def test_a_prediction_that_runs_is_waited_for(status: str) -> None:
    """It is no call yet."""
    found = answer(DONE | {"status": status, "metrics": None, "output": None}, 201)
    assert (found.pending, found.deferred, found.id, found.usage) == (True, False, "p1", None)


@pytest.mark.parametrize(
    ("metrics", "tokens", "units"),
    [
        pytest.param({"predict_time": 2.5}, {}, {Unit.SECONDS: Decimal("2.5")}, id="time"),
        pytest.param(
            {"predict_time": 2.5, "input_token_count": 8, "output_token_count": 3, "tokens_per_second": 60.1},
            {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 3},
            {},
            id="tokens, and not the time as well",
        ),
        pytest.param({"predict_time": 2.5, "image_count": 2}, {}, {Unit.IMAGES: Decimal(2)}, id="images"),
    ],
)
def test_a_prediction_that_is_done_says_what_it_used(
    metrics: dict[str, Any], tokens: dict[Bucket, int], units: dict[Unit, Decimal]
) -> None:
    """What its model counts is what is billed, else the time that it ran."""
    found = answer(DONE | {"metrics": metrics})
    assert found.usage is not None
    assert (dict(found.usage.tokens), dict(found.usage.units)) == (tokens, units)
    assert json.loads(found.usage.raw or "") == metrics
    assert (found.deferred, found.pending, found.id, found.model) == (True, False, "p1", "owner/name")
    assert (found.facts, found.error) == ({"keeptabs.server.duration": 2.5}, None)
    assert found.operation == ("text_completion" if tokens else None)


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted"])
def test_a_prediction_that_came_to_nothing_is_an_error(status: str) -> None:
    """Its time is still told."""
    found = answer(DONE | {"status": status, "error": "Out of memory"})
    assert found.error == ProviderError(code=status, message="Out of memory")
    assert found.usage is not None
    assert found.deferred


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        pytest.param(DONE | {"metrics": None}, (), id="no metrics"),
        pytest.param(DONE | {"metrics": {}}, (), id="empty metrics"),
        pytest.param(DONE | {"metrics": [1]}, (UNREADABLE_METRICS,), id="metrics of unknown shape"),
        pytest.param([], (reading.UNREADABLE,), id="no object"),
    ],
)
def test_without_metrics_there_is_no_usage(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    assert (answer(said).usage, answer(said).gaps) == (None, gaps)


def test_a_version_stands_for_a_model_without_a_name() -> None:
    """A model may be known by its version alone."""
    assert answer(DONE | {"model": None}).model == "abc"


def test_an_error_of_the_api_has_a_detail() -> None:
    """It has no code."""
    assert answer({"title": "Not found", "detail": "No such version", "status": 404}, 404).error == ProviderError(
        message="No such version"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"version": "abc", "input": {}}', Asked(model="abc")),
        (b'{"input": {}, "stream": true}', Asked(stream=True)),
        (b"", Asked()),
    ],
    ids=["a version", "a stream", "a question"],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """The model is in the path, or it is a version."""
    assert PREDICTION.ask(Request(method="POST", host="h", path="/v1/predictions", body=body)) == expected


OUTPUT = b": hi\n\nevent: output\nid: 1:0\ndata: He\n\nevent: output\nid: 1:1\ndata: llo {}\n\n"


@pytest.mark.parametrize(
    ("body", "complete", "error"),
    [
        pytest.param(OUTPUT + b"event: done\ndata: {}\n\n", True, None, id="done"),
        pytest.param(OUTPUT, False, None, id="broken off"),
        pytest.param(
            OUTPUT + b'event: error\ndata: {"detail": "Timed out"}\n\n',
            True,
            ProviderError(message="Timed out"),
            id="error",
        ),
        pytest.param(OUTPUT + b"event: error\ndata: x\n\n", True, ProviderError(code="error"), id="an odd error"),
        pytest.param(OUTPUT + b'event: done\ndata: {"reason": "canceled"}\n\n', True, None, id="canceled"),
    ],
)
def test_a_stream_of_output_counts_nothing(body: bytes, complete: bool, error: ProviderError | None) -> None:
    """Its end is named; kept in part it says the same."""
    kept = keeper(200, "text/event-stream", STREAM.markers)
    kept.feed(body)
    headers = Headers.of([("content-type", "text/event-stream")])
    for each in (body, kept.result()):
        found = STREAM.answer(Response(status=200, headers=headers, body=each), Asked())
        assert found == Answered(complete=complete, error=error, deferred=True)


def test_a_file_of_the_same_path_is_no_stream() -> None:
    """What the API says about an uploaded file is no call."""
    headers = Headers.of([("content-type", "application/json")])
    assert STREAM.answer(Response(status=200, headers=headers, body=b'{"id": "f1"}'), Asked()).pending
    assert STREAM.answer(Response(status=404, headers=headers, body=b'{"detail": "No"}'), Asked()).error
