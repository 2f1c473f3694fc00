"""Embeddings and reranking: what is billed, and what a request asks for."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.cohere.vectors import EMBED, RERANK


def body(billed: dict[str, Any], **more: Any) -> bytes:
    """An answer with these billed units."""
    return json.dumps({"id": "a1", "meta": {"billed_units": billed}, **more}).encode()


def test_embeddings_are_billed_by_token() -> None:
    """The vectors themselves are passed over."""
    said = body({"input_tokens": 7, "image_tokens": 0}, embeddings={"float": [[0.5, 1e-3]]})
    found = EMBED.answer(Response(status=200, body=said), Asked())
    assert found.usage is not None
    assert found.usage.tokens == {Bucket.INPUT_TEXT: 7, Bucket.INPUT_IMAGE: 0}
    assert (found.id, found.complete, found.gaps) == ("a1", True, ())


def test_reranking_is_billed_by_search() -> None:
    """A search unit is one query with its documents."""
    said = body({"search_units": 2}, results=[{"index": 0, "relevance_score": 0.9}])
    found = RERANK.answer(Response(status=200, body=said), Asked())
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.units) == ({}, {Unit.RERANK_SEARCHES: Decimal(2)})


@pytest.mark.parametrize("dialect", [EMBED, RERANK])
def test_what_is_no_answer_is_a_gap(dialect: Any) -> None:
    """It is no usage of zero."""
    found = dialect.answer(Response(status=200, body=b"[]"), Asked())
    assert (found.usage, found.gaps) == (None, (reading.UNREADABLE,))


def test_dimensions_and_encodings_are_read() -> None:
    """Under OpenTelemetry's names."""
    said = b'{"model": "m", "output_dimension": 256, "embedding_types": ["int8"]}'
    asked = EMBED.ask(Request(method="POST", host="h", path="/v2/embed", body=said))
    assert asked.model == "m"
    assert asked.settings == {
        "gen_ai.embeddings.dimension.count": 256,
        "gen_ai.request.encoding_formats": ["int8"],
    }
    assert [EMBED.operation, RERANK.operation] == ["embeddings", "rerank"]
