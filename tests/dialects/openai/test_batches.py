"""Results of batches: one call for all of them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.core.wire.keep import keeper
from keeptabs.dialects.openai import batches

CHAT = {"id": "c", "object": "chat.completion", "model": "m-1", "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
VECTOR = {"object": "list", "model": "e-1", "data": [{"embedding": [0.5]}], "usage": {"prompt_tokens": 5}}
IMAGE = {"created": 1, "data": [{"b64_json": "aGk="}], "usage": {"input_tokens": 2, "output_tokens": 900}}
PAGES = {"model": "ocr-1", "pages": [{}], "usage_info": {"pages_processed": 3}}
OCTETS = "application/octet-stream"


def line(body: Any, number: int = 0, status: int = 200) -> dict[str, Any]:
    """A result as a line of a file holds it."""
    response = {"status_code": status, "request_id": "q", "body": body}
    return {"id": f"batch_req_{number}", "custom_id": str(number), "response": response, "error": None}


FAULTY = line({"error": {"code": "invalid_value", "message": "m"}}, 9, 400)


def written(*lines: Any) -> bytes:
    """A file of lines."""
    return b"".join((said if isinstance(said, bytes) else json.dumps(said).encode()) + b"\n" for said in lines)


def file(*lines: Any, status: int = 200, content_type: str = OCTETS) -> Answered:
    """What a file of these lines says."""
    headers = Headers.of([("content-type", content_type)])
    return batches.FILE.answer(Response(status=status, headers=headers, body=written(*lines)), Asked())


def page(said: Any, status: int = 200) -> Answered:
    """What a page says."""
    return batches.PAGE.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize("content_type", [OCTETS, "application/x-ndjson", "application/jsonl", "text/plain", ""])
def test_a_file_of_results_is_one_call(content_type: str) -> None:
    """Usage summed over its lines, in a batch, known by the least of their ids."""
    answered = file(line(CHAT, 2), line(CHAT, 1), content_type=content_type)
    assert answered.usage is not None
    assert (answered.usage.input, answered.usage.output) == (6, 8)
    assert (answered.model, answered.id, answered.operation) == ("m-1", "batch_req_1", None)
    assert (answered.batch, answered.deferred, answered.pending, answered.gaps) == (True, True, False, ())
    assert answered.facts == {"keeptabs.batch.requests": 2, "keeptabs.batch.failed": 0}


@pytest.mark.parametrize(
    ("body", "operation", "tokens", "units"),
    [
        pytest.param(VECTOR, "embeddings", {Bucket.INPUT_TEXT: 5}, {}, id="embeddings"),
        pytest.param(
            IMAGE,
            "image_generation",
            {Bucket.INPUT_TEXT: 2, Bucket.OUTPUT_IMAGE: 900},
            {Unit.IMAGES: 1},
            id="an image",
        ),
        pytest.param(PAGES, "ocr", {}, {Unit.PAGES: 3}, id="pages that were read"),
        pytest.param({"object": "response", "model": "m"}, None, {}, {}, id="a response without usage"),
    ],
)
def test_the_results_tell_what_was_done(
    body: Any, operation: str | None, tokens: dict[Bucket, int], units: dict[Unit, int]
) -> None:
    """A batch may be of any format."""
    answered = file(line(body))
    assert answered.usage is not None
    assert (answered.operation, answered.usage.tokens) == (operation, tokens)
    assert answered.usage.units == {unit: Decimal(count) for unit, count in units.items()}


def test_results_of_two_models_have_none() -> None:
    """There is no price for their sum."""
    assert file(line(CHAT), line({**CHAT, "model": "m-2"})).model is None


def test_faults_among_results_are_counted() -> None:
    """Where a result is there, the batch is no failure."""
    answered = file(line(CHAT), FAULTY)
    assert answered.usage is not None
    assert (answered.usage.input, answered.error) == (3, None)
    assert answered.facts == {"keeptabs.batch.requests": 2, "keeptabs.batch.failed": 1}


def test_a_file_of_faults_is_a_failure() -> None:
    """It is what the first of them says."""
    answered = file(FAULTY, FAULTY)
    assert answered.error == ProviderError(code="invalid_value", message="m")
    assert (answered.usage, answered.deferred) == (None, True)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([{"custom_id": "0", "method": "POST", "url": "/v1/x", "body": {}}], id="requests of a batch"),
        pytest.param([{"messages": [{"role": "user"}]}], id="examples to train with"),
        pytest.param([{"response": {"body": CHAT}}], id="an answer without a name"),
        pytest.param([b"%PDF-1.7", b"\x00\xff"], id="a document"),
        pytest.param([b'{"a": '], id="broken"),
        pytest.param([], id="nothing"),
    ],
)
def test_another_file_is_no_call(lines: list[Any]) -> None:
    """Files hold anything."""
    assert file(*lines) == Answered(pending=True)


def test_a_file_that_is_not_there_is_no_call() -> None:
    """Asking for it used no model."""
    assert file({"error": {"code": "not_found"}}, status=404) == Answered(pending=True)
    assert page({"error": "x"}, status=404) == Answered(pending=True)


def test_a_line_that_cannot_be_read_is_a_gap() -> None:
    """The rest is read."""
    answered = file(line(CHAT), b'{"custom_id": "1", "resp', line(CHAT, 3))
    assert answered.usage is not None
    assert (answered.usage.input, answered.gaps) == (6, (reading.UNREADABLE_EVENT,))


def test_a_page_of_xai_s_results_is_one_call() -> None:
    """Its costs are told, and the answers have ids where the results have none."""
    one = {**CHAT, "usage": {"prompt_tokens": 2, "completion_tokens": 1, "cost_in_usd_ticks": 5_000_000_000}}
    results = [
        {"batch_request_id": "0", "batch_result": {"response": {"chat_get_completion": {**one, "id": "b"}}}},
        {"batch_request_id": "1", "batch_result": {"response": {"chat_get_completion": {**one, "id": "a"}}}},
    ]
    answered = page({"results": results, "pagination_token": None})
    assert answered.usage is not None
    assert (answered.id, answered.usage.input, answered.usage.reported_usd) == ("a", 4, Decimal(1))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "SUCCESS", "outputs": [line(CHAT)]}, True),
        ({"status": "RUNNING", "outputs": [line(CHAT)]}, False),
        ({"status": "SUCCESS", "outputs": None, "output_file": "f"}, False),
        ({"status": "SUCCESS", "outputs": []}, False),
    ],
    ids=["with results", "still running", "results in a file", "no results"],
)
def test_a_job_of_mistral_s_may_hold_its_results(change: dict[str, Any], expected: bool) -> None:
    """It is the same result as the file that it names, so both have one id."""
    answered = page({"id": "job", "object": "batch", **change})
    assert answered.deferred is expected
    assert not expected or answered.id == file(line(CHAT)).id


def test_a_live_recording_keeps_every_line() -> None:
    """However large the file is and whatever type it is sent as."""
    body = written(*[line({**CHAT, "text": "x" * 2_000}, number) for number in range(1_000)])
    for content_type in (OCTETS, "application/x-ndjson"):
        made = keeper(200, content_type, batches.FILE.markers)
        for start in range(0, len(body), 65_536):
            made.feed(body[start : start + 65_536])
        assert made.result() == body


@pytest.mark.parametrize(
    ("more", "pages", "annotated"),
    [
        pytest.param({}, 3, None, id="plain"),
        pytest.param({"document_annotation": "{}"}, 0, 3, id="a document that is described"),
        pytest.param({"usage_info": {"pages_processed": 3, "pages_processed_annotation": 1}}, 2, 1, id="counted"),
        pytest.param({"document_annotation": None}, 3, None, id="null"),
    ],
)
def test_pages_that_a_model_describes_are_counted_apart(
    more: dict[str, Any], pages: int, annotated: int | None
) -> None:
    """They have a price of their own."""
    usage = file(line({**PAGES, **more})).usage
    assert usage is not None
    assert (usage.units.get(Unit.PAGES), usage.units.get(Unit.ANNOTATED_PAGES)) == (pages, annotated)
