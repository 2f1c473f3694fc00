"""Reranking: tokens or searches, whichever a host counts."""

import json
from decimal import Decimal
from typing import Any

import pytest

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.outcome import ProviderError
from keeptabs.core.usage import Bucket, Unit
from keeptabs.dialects.openai.rerank import DIALECT

SCORES = [{"index": 1, "relevance_score": 0.7}, {"index": 0, "relevance_score": 0.2}]


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("usage", "tokens", "units", "cost"),
    [
        pytest.param({"total_tokens": 57}, 57, {}, None, id="Voyage, Jina, vLLM"),
        pytest.param({"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9}, 9, {}, None, id="Together"),
        pytest.param({"total_tokens": 17, "cost": 3.4e-7}, 17, {}, "3.4E-7", id="OpenRouter"),
        pytest.param({"search_units": 1, "cost": 0.002}, None, {Unit.RERANK_SEARCHES: 1}, "0.002", id="by searches"),
    ],
)
def test_what_was_read_is_counted(
    usage: dict[str, Any], tokens: int | None, units: dict[Unit, int], cost: str | None
) -> None:
    """A score is no output, and no 0 stands for one."""
    answered = answer({"model": "rerank-2", "data": SCORES, "usage": usage})
    assert answered.usage is not None
    assert answered.model == "rerank-2"
    assert answered.usage.tokens == ({} if tokens is None else {Bucket.INPUT_TEXT: tokens})
    assert answered.usage.units == {unit: Decimal(count) for unit, count in units.items()}
    assert answered.usage.reported_usd == (None if cost is None else Decimal(cost))


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        pytest.param({"model": "m", "results": SCORES}, 200, Answered(model="m"), id="no usage"),
        pytest.param(SCORES, 200, Answered(), id="a list of scores"),
        pytest.param("x", 200, Answered(gaps=(reading.UNREADABLE,)), id="another shape"),
        pytest.param({"error": {"code": "x"}}, 400, Answered(error=ProviderError(code="x")), id="an error"),
    ],
)
def test_an_answer_may_say_less(said: Any, status: int, expected: Answered) -> None:
    """Text Embeddings Inference sends nothing but the scores."""
    assert answer(said, status) == expected


def test_what_a_request_asks_for() -> None:
    """A model, for an end user where one is named."""
    body = b'{"model": "rerank-2", "user": "u", "query": "x", "documents": ["a"]}'
    asked = DIALECT.ask(Request(method="POST", host="h", path="/", body=body))
    assert asked == Asked(model="rerank-2", user="u")
    assert DIALECT.needs_model
