"""Results of message batches: one call for all of them."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.anthropic.batches import RESULTS

KIND = "application/x-jsonl"


def made(name: str, model: str = "claude-haiku-5", **usage: Any) -> dict[str, Any]:
    """A result with a message."""
    message = {"id": f"msg_{name}", "type": "message", "model": model, "usage": usage}
    return {"custom_id": name, "result": {"type": "succeeded", "message": message}}


ERRORED = {
    "custom_id": "e",
    "result": {
        "type": "errored",
        "error": {"type": "error", "error": {"type": "api_error", "message": "x"}, "request_id": "req_1"},
    },
}
EXPIRED = {"custom_id": "x", "result": {"type": "expired"}}


def read(*results: Any, status: int = 200) -> Answered:
    """What a file of results says; bytes stand for themselves."""
    lines = [result if isinstance(result, bytes) else json.dumps(result).encode() for result in results]
    body = b"".join(line + b"\n" for line in lines)
    return RESULTS.answer(Response(status=status, headers=Headers.of([("content-type", KIND)]), body=body), Asked())


def test_usage_is_summed_over_the_lines() -> None:
    """They are one call, in a batch, known by one of its messages."""
    said = read(
        made("b", input_tokens=20, output_tokens=5, service_tier="batch"),
        made("a", input_tokens=19, output_tokens=4, server_tool_use={"web_search_requests": 1}),
        ERRORED,
    )
    assert said.usage is not None
    assert said.usage.tokens == {Bucket.INPUT_TEXT: 39, Bucket.OUTPUT_TEXT: 9}
    assert said.usage.units == {Unit.WEB_SEARCHES: 1}
    assert (said.batch, said.deferred, said.pending) == (True, True, False)
    assert (said.model, said.id, said.error) == ("claude-haiku-5", "msg_a", None)
    assert said.facts == {"keeptabs.batch.requests": 3, "keeptabs.batch.failed": 1}


def test_the_order_of_the_lines_does_not_matter() -> None:
    """Two downloads of one batch may differ in it, and are known by the same id."""
    results = [made("a", input_tokens=1), made("b", input_tokens=2), EXPIRED]
    assert read(*results) == read(*reversed(results))


def test_models_that_differ_are_no_one_model() -> None:
    """No single price would hold."""
    assert read(made("a", "m", input_tokens=1), made("b", "n", input_tokens=1)).model is None


@pytest.mark.parametrize(
    ("result", "error"),
    [
        pytest.param(ERRORED, ProviderError(type="api_error", message="x"), id="errored"),
        pytest.param(EXPIRED, ProviderError(code="expired"), id="expired"),
    ],
)
def test_a_batch_without_a_message_has_failed(result: dict[str, Any], error: ProviderError) -> None:
    """Nothing was used."""
    said = read(result)
    assert (said.error, said.usage, said.deferred) == (error, None, True)


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(read(), id="an empty file"),
        pytest.param(read({"id": "msgbatch_1", "processing_status": "in_progress"}), id="another document"),
        pytest.param(read(made("a", input_tokens=1), status=404), id="an error"),
    ],
)
def test_what_is_no_result_is_no_call(answered: Answered) -> None:
    """It may be asked for again."""
    assert answered == Answered(pending=True)


def test_a_line_that_is_broken_is_a_gap() -> None:
    """The others are counted."""
    said = read(made("a", input_tokens=1), b'{"custom')
    assert said.gaps == (reading.UNREADABLE_EVENT,)
    assert said.usage is not None
    assert said.usage.input == 1


def test_the_whole_file_is_kept() -> None:
    """Each of its lines counts."""
    kept = keeper(200, KIND, RESULTS.markers)
    body = json.dumps(made("a", input_tokens=1)).encode() * 3
    kept.feed(body)
    assert kept.result() == body


def test_nothing_is_asked_for() -> None:
    """The requests stood in the batch."""
    assert RESULTS.ask(Request(method="GET", host="h", path="/")) == Asked()
