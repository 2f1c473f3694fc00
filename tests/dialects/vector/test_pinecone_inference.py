"""Pinecone's hosted models."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.dialects.vector.pinecone_inference import EMBED, RERANK


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"model": "e5", "inputs": [{"text": "a"}], "parameters": {"input_type": "query", "dimension": 512}},
            Asked(model="e5", settings={"gen_ai.embeddings.dimension.count": 512}),
            id="a size is asked for",
        ),
        pytest.param({"model": "e5", "parameters": {"input_type": "query"}}, Asked(model="e5"), id="none is"),
        pytest.param({"model": "bge", "query": "q", "documents": [{"text": "t"}]}, Asked(model="bge"), id="reranking"),
        pytest.param([], Asked(), id="no object"),
    ],
)
def test_what_a_request_asks_for(said: Any, expected: Asked) -> None:
    """The model, and the size of the vectors."""
    assert EMBED.ask(Request(method="POST", host="h", path="/embed", body=json.dumps(said).encode())) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"model": "e5", "data": [{"values": [1]}], "usage": {"total_tokens": 7}},
            Answered(model="e5", usage=Usage(tokens={Bucket.INPUT_TEXT: 7}, raw='{"total_tokens": 7}')),
            id="embeddings",
        ),
        pytest.param(
            {"model": "bge", "data": [], "usage": {"rerank_units": 1}},
            Answered(model="bge", usage=Usage(units={Unit.RERANK_SEARCHES: Decimal(1)}, raw='{"rerank_units": 1}')),
            id="reranking",
        ),
        pytest.param({"model": "e5"}, Answered(model="e5"), id="no usage"),
        pytest.param({"model": "e5", "usage": None}, Answered(model="e5"), id="a usage of null"),
        pytest.param([1], Answered(gaps=(reading.UNREADABLE,)), id="no object"),
    ],
)
def test_what_an_answer_tells(said: Any, expected: Answered) -> None:
    """The model that answered, and what is billed."""
    assert RERANK.answer(Response(status=200, body=json.dumps(said).encode()), Asked()) == expected


def test_the_two_are_told_apart_by_their_operation() -> None:
    """They are read in one way."""
    assert (EMBED.operation, RERANK.operation) == ("embeddings", "rerank")


@given(st.binary(), st.sampled_from([200, 400]))
def test_no_bytes_are_too_much(data: bytes, status: int) -> None:
    """Neither in a request nor in an answer."""
    EMBED.ask(Request(method="POST", host="h", path="/embed", body=data))
    EMBED.answer(Response(status=status, body=data), Asked())
