"""Images: tokens where the answer has them, and the count in any case."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Headers, Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai.images import DIALECT

STREAM = Headers.of([("content-type", "text/event-stream")])
USAGE = {
    "total_tokens": 100,
    "input_tokens": 50,
    "output_tokens": 50,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
}
BUCKETS = {Bucket.INPUT_TEXT: 10, Bucket.INPUT_IMAGE: 40, Bucket.OUTPUT_IMAGE: 50}
PARTIAL = {"type": "image_generation.partial_image", "b64_json": "aGk=", "partial_image_index": 0}
DONE = {"type": "image_generation.completed", "b64_json": "aGk=", "usage": USAGE}


def ask_form(*pairs: tuple[str, str]) -> Asked:
    """What a form asks for."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
    file = '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n'
    headers = Headers.of([("content-type", "multipart/form-data; boundary=b")])
    body = "".join([*parts, file]).encode()
    return DIALECT.ask(Request(method="POST", host="h", path="/", headers=headers, body=body))


def answer(said: Any, asked: Asked | None = None) -> Answered:
    """What a whole answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), asked or Asked())


def streamed(*events: dict[str, Any] | str) -> Answered:
    """What a stream says; a text stands for itself."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    return DIALECT.answer(Response(status=200, headers=STREAM, body=body), Asked(stream=True))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b'{"model": "dall-e-3", "prompt": "a cat", "n": 2, "size": "1792x1024", "quality": "hd"}',
            Asked(model="dall-e-3", output_type="image", images=2, size="1792x1024", quality="hd"),
            id="DALL-E",
        ),
        pytest.param(b'{"prompt": "a cat"}', Asked(output_type="image", images=1), id="all defaults"),
        pytest.param(
            b'{"model": "gpt-image-1", "stream": true, "partial_images": 2}',
            Asked(model="gpt-image-1", stream=True, output_type="image", images=1),
            id="a stream",
        ),
        pytest.param(b'{"n": 0}', Asked(output_type="image", images=0), id="none"),
        pytest.param(b"x", Asked(output_type="image", images=1), id="no JSON"),
    ],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """Model, count, size and quality are read; without a count it is one image."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param(
            [("model", "gpt-image-1"), ("n", "3"), ("size", "1024x1024"), ("quality", "low"), ("stream", "true")],
            Asked(model="gpt-image-1", stream=True, output_type="image", images=3, size="1024x1024", quality="low"),
            id="an edit",
        ),
        pytest.param([("stream", "false")], Asked(output_type="image", images=1), id="no stream"),
        pytest.param([("n", "many")], Asked(output_type="image", images=1), id="a count that is none"),
        pytest.param([("n", "\u00b2")], Asked(output_type="image", images=1), id="a digit that is no number"),
        pytest.param([("n", "9" * 5000)], Asked(output_type="image", images=1), id="a count beyond all bounds"),
        pytest.param([], Asked(output_type="image", images=1), id="a file alone"),
    ],
)
def test_what_an_upload_asks_for(pairs: list[tuple[str, str]], expected: Asked) -> None:
    """Edits and variations come as a form."""
    assert ask_form(*pairs) == expected


def test_an_answer_with_tokens_has_tokens_and_images() -> None:
    """gpt-image models say both."""
    found = answer({"created": 1, "data": [{"b64_json": "aGk="}, {"b64_json": "aGk="}], "usage": USAGE})
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.units) == (BUCKETS, {Unit.IMAGES: Decimal(2)})


@pytest.mark.parametrize(
    ("data", "expected"), [([{"url": "https://x"}] * 3, 3), ([], 0), (None, 0)], ids=["three", "none", "null"]
)
def test_an_answer_without_tokens_has_the_images_that_came(data: list[dict[str, str]] | None, expected: int) -> None:
    """DALL-E is billed by what it delivers, not by what was asked for."""
    found = answer({"created": 1, "data": data}, Asked(images=10))
    assert found.usage == Usage(units={Unit.IMAGES: Decimal(expected)})


def test_a_stream_is_folded_into_one_answer() -> None:
    """Partial images are not counted as images."""
    found = streamed(PARTIAL, PARTIAL, DONE)
    assert (found.complete, found.gaps) == (True, ())
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.units) == (BUCKETS, {Unit.IMAGES: Decimal(1)})


def test_an_edit_streams_as_well() -> None:
    """Its events have a name of their own."""
    assert streamed({"type": "image_edit.completed", "usage": USAGE}).complete


@pytest.mark.parametrize("events", [[], [PARTIAL], [PARTIAL, '{"type": "image_generation.comp']])
def test_a_stream_without_its_last_event_is_not_complete(events: list[dict[str, Any] | str]) -> None:
    """No image has come."""
    found = streamed(*events)
    assert not found.complete
    assert found.usage is None or found.usage.units == {Unit.IMAGES: Decimal(0)}


def test_an_error_in_a_stream_is_an_error() -> None:
    """It ends without an image."""
    found = streamed(PARTIAL, {"type": "error", "error": {"code": "moderation_blocked", "message": "no"}})
    assert found.error == ProviderError(code="moderation_blocked", message="no")


def test_an_event_that_cannot_be_read_is_a_gap_and_the_rest_is_read() -> None:
    """One broken event does not hide the usage, and is told."""
    found = streamed("{broken}", DONE)
    assert (found.gaps, found.complete) == ((reading.UNREADABLE_EVENT,), True)


@pytest.mark.parametrize(
    ("said", "gaps"),
    [([], (reading.UNREADABLE,)), ({"data": [{}], "usage": 3}, (_usage.UNREADABLE,))],
    ids=["no object", "a usage of unknown shape"],
)
def test_an_answer_that_cannot_be_read_is_a_gap(said: Any, gaps: tuple[str, ...]) -> None:
    """It has no tokens."""
    found = answer(said)
    assert (found.gaps, found.usage.tokens if found.usage else {}) == (gaps, {})
