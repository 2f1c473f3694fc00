"""Embeddings: input tokens only."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket
from keeptabs.dialects.openai import _usage
from keeptabs.dialects.openai.embeddings import DIALECT

WHOLE = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.0023064255, -0.009327292]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 8, "total_tokens": 8},
}


def answer(said: Any) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=200, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"model": "m", "input": "x"}', Asked(model="m"), id="a text"),
        pytest.param(b'{"model": "m", "input": [1, 2]}', Asked(model="m"), id="tokens"),
        pytest.param(
            b'{"model": "m", "dimensions": 256}',
            Asked(model="m", settings={"gen_ai.embeddings.dimension.count": 256}),
            id="dimensions",
        ),
        pytest.param(
            b'{"model": "m", "encoding_format": "base64"}',
            Asked(model="m", settings={"gen_ai.request.encoding_formats": ["base64"]}),
            id="an encoding",
        ),
        pytest.param(b"{", Asked(), id="no JSON"),
    ],
)
def test_what_a_request_asks_for(body: bytes, expected: Asked) -> None:
    """Model, dimensions and encoding are read."""
    assert DIALECT.ask(Request(method="POST", host="h", path="/", body=body)) == expected


def test_an_answer_is_read() -> None:
    """Model and input tokens are there, and no output."""
    found = answer(WHOLE)
    assert (found.model, found.complete, found.gaps) == ("text-embedding-3-small", True, ())
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 8}
    assert found.usage.output is None


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param({"total_tokens": 10}, {Bucket.INPUT_TEXT: 10}, id="Voyage"),
        pytest.param(
            {"text_tokens": 4, "image_pixels": 2_000_000, "video_pixels": 0, "total_tokens": 3_575},
            {Bucket.INPUT_TEXT: 4, Bucket.INPUT_IMAGE: 3_571},
            id="Voyage, of pictures",
        ),
        pytest.param(
            {"prompt_tokens": 8, "completion_tokens": 0, "total_tokens": 8}, {Bucket.INPUT_TEXT: 8}, id="an output of 0"
        ),
        pytest.param(
            {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10},
            {Bucket.INPUT_TEXT: 8, Bucket.OUTPUT_TEXT: 2},
            id="an output of more",
        ),
    ],
)
def test_an_embedding_has_no_output_unless_a_host_counts_one(
    usage: dict[str, int], expected: dict[Bucket, int]
) -> None:
    """An output of 0, which some hosts add, is left out, and one that is counted is kept."""
    found = answer(WHOLE | {"usage": usage}).usage
    assert found is not None
    assert found.tokens == expected


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        pytest.param(WHOLE | {"usage": None}, (), id="no usage"),
        pytest.param(WHOLE | {"usage": []}, (_usage.UNREADABLE,), id="a usage of unknown shape"),
        pytest.param([], (reading.UNREADABLE,), id="no object"),
    ],
)
def test_an_answer_without_a_usage_has_none(said: Any, gaps: tuple[str, ...]) -> None:
    """What cannot be read is a gap."""
    found = answer(said)
    assert (found.usage, found.gaps) == (None, gaps)
