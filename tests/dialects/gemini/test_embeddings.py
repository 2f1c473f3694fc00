"""Embeddings in the three forms that Google has for them."""

import json
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.gemini.embeddings import DIALECT, only_input

VECTOR = {"values": [0.1, 0.2]}


def predicted(*counts: float, **more: Any) -> dict[str, Any]:
    """An answer of ``:predict``."""
    return {
        "predictions": [{"embeddings": {**VECTOR, "statistics": {"token_count": count}}} for count in counts],
        **more,
    }


def read(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("said", "tokens", "units"),
    [
        pytest.param(
            {"embedding": VECTOR, "usageMetadata": {"promptTokenCount": 8, "totalTokenCount": 8}},
            {Bucket.INPUT_TEXT: 8},
            {},
            id="one, without an output",
        ),
        pytest.param(
            {
                "embeddings": [VECTOR],
                "usageMetadata": {
                    "promptTokenCount": 9,
                    "promptTokenDetails": [{"modality": "IMAGE", "tokenCount": 6}],
                },
            },
            {Bucket.INPUT_TEXT: 3, Bucket.INPUT_IMAGE: 6},
            {},
            id="of an image and a text",
        ),
        pytest.param(predicted(10, 4.0), {Bucket.INPUT_TEXT: 14}, {}, id="predicted"),
        pytest.param(
            predicted(10, metadata={"billableCharacterCount": 29}),
            {Bucket.INPUT_TEXT: 10},
            {Unit.CHARACTERS: 29},
            id="billed by characters",
        ),
    ],
)
def test_what_was_used(said: dict[str, Any], tokens: dict[Bucket, int], units: dict[Unit, int]) -> None:
    """Input tokens, and characters where they are counted."""
    usage = read(said).usage
    assert usage is not None
    assert (usage.tokens, usage.units) == (tokens, units)


@pytest.mark.parametrize("said", [{"embeddings": [VECTOR]}, predicted(), {"predictions": [{}]}, predicted(1e300)])
def test_what_tells_no_count_has_no_usage(said: dict[str, Any]) -> None:
    """Older models tell none."""
    assert read(said) == Answered()


def test_errors_and_gaps() -> None:
    """Nothing is made up."""
    error = {"error": {"code": 404, "status": "NOT_FOUND", "message": "x"}}
    assert read(error, 404) == Answered(error=ProviderError(code="NOT_FOUND", message="x"))
    assert read([]) == Answered(gaps=(reading.UNREADABLE,))


@pytest.mark.parametrize(
    ("body", "dimensions"),
    [
        ({"outputDimensionality": 768}, 768),
        ({"embedContentConfig": {"outputDimensionality": 128}}, 128),
        ({"requests": [{"outputDimensionality": 256}, {}]}, 256),
        ({"parameters": {"outputDimensionality": 64}}, 64),
        ({"requests": []}, None),
        ({}, None),
    ],
)
def test_the_dimensions_that_are_asked_for(body: dict[str, Any], dimensions: int | None) -> None:
    """Wherever the form has them."""
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=json.dumps(body).encode()))
    assert asked.settings.get("gen_ai.embeddings.dimension.count") == dimensions


def test_an_embedding_has_no_output() -> None:
    """Even one that is 0."""
    assert only_input(Usage(tokens={Bucket.INPUT_TEXT: 1, Bucket.OUTPUT_TEXT: 0})) == Usage(
        tokens={Bucket.INPUT_TEXT: 1}
    )
    assert only_input(None) is None
