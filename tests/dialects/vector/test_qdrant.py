"""Qdrant's searches: one, many, in groups."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core import reading
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response
from keeptabs.core.usage import Bucket, Usage
from keeptabs.dialects.vector.qdrant import DIALECT

POINT = {"id": 1, "version": 3, "score": 0.9, "payload": {"text": "secret"}, "vector": None}


def ask(way: str, said: Any) -> Asked:
    """What a request says."""
    path = f"/collections/docs/points/{way}"
    return DIALECT.ask(Request(method="POST", host="h", path=path, body=json.dumps(said).encode()))


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


def settings(operation: str, top_k: int | None = None, size: int | None = None, batch: int | None = None) -> Any:
    """The settings of a search in ``docs``."""
    said = {
        "db.system.name": "qdrant",
        "db.operation.name": operation,
        "db.collection.name": "docs",
        "db.operation.batch.size": batch,
        "gen_ai.data_source.id": "docs",
        "gen_ai.retrieval.top_k": top_k,
        "keeptabs.retrieval.dimensions": size,
    }
    return {name: value for name, value in said.items() if value is not None}


@pytest.mark.parametrize(
    ("way", "said", "expected"),
    [
        pytest.param("query", {"query": [1, 2], "limit": 3}, settings("query", 3, 2), id="a query"),
        pytest.param("query", {"query": {"nearest": [1, 2]}, "limit": 3}, settings("query", 3, 2), id="nearest"),
        pytest.param("query", {"query": "5c56c793", "limit": 3}, settings("query", 3), id="by id"),
        pytest.param("query", {"query": {"fusion": "rrf"}, "prefetch": []}, settings("query"), id="a fusion"),
        pytest.param("query/groups", {"query": [1], "group_by": "g"}, settings("query/groups", None, 1), id="groups"),
        pytest.param("search", {"vector": [1, 2, 3], "limit": 9}, settings("search", 9, 3), id="a search"),
        pytest.param(
            "search", {"vector": {"name": "v", "vector": [1, 2]}, "limit": 9}, settings("search", 9, 2), id="named"
        ),
        pytest.param("recommend", {"positive": [[1, 2]], "limit": 4}, settings("recommend", 4, 2), id="a vector liked"),
        pytest.param("recommend", {"positive": [100, 231]}, settings("recommend", None, None), id="points liked"),
        pytest.param("discover", {"target": [1, 2], "limit": 4}, settings("discover", 4, 2), id="a discovery"),
        pytest.param(
            "query/batch",
            {"searches": [{"query": [1, 2], "limit": 3}, {"query": [1], "limit": 5}]},
            settings("BATCH query", 3, 2, 2),
            id="a batch",
        ),
        pytest.param(
            "search/batch", {"searches": [{"vector": [1], "limit": 3}]}, settings("search", 3, 1), id="a batch of one"
        ),
        pytest.param("query/batch", {"searches": []}, settings("BATCH query", batch=0), id="a batch of none"),
        pytest.param("query", [], settings("query"), id="no request of theirs"),
    ],
)
def test_what_a_search_asks_for(way: str, said: Any, expected: dict[str, Any]) -> None:
    """Collection, how many and the size of the vector; of a batch, those of its first search."""
    assert ask(way, said) == Asked(settings=expected)


def test_a_text_is_embedded_by_the_model_it_names() -> None:
    """The model is known and the text is not."""
    found = ask("query", {"query": {"nearest": {"text": "secret", "model": "minilm"}}, "limit": 2})
    assert found == Asked(model="minilm", settings=settings("query", 2))


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        pytest.param({"points": [POINT, POINT]}, 2, id="a query"),
        pytest.param({"points": []}, 0, id="a query that finds nothing"),
        pytest.param([POINT, POINT, POINT], 3, id="a search"),
        pytest.param([], 0, id="a search that finds nothing"),
        pytest.param([{"points": [POINT]}, {"points": []}, {"points": [POINT, POINT]}], 3, id="a batch of queries"),
        pytest.param([[POINT], [POINT, POINT]], 3, id="a batch of searches"),
        pytest.param({"groups": [{"id": "a", "hits": [POINT, POINT]}, {"id": "b", "hits": []}]}, 2, id="groups"),
    ],
)
def test_what_was_found_is_counted(result: Any, rows: int) -> None:
    """Over all searches and groups; the server's own time stands beside it."""
    found = answer({"result": result, "status": "ok", "time": 0.002})
    assert found == Answered(
        facts={"db.response.returned_rows": rows, "keeptabs.retrieval.server_time": pytest.approx(0.002)}
    )


@pytest.mark.parametrize(
    ("usage", "model", "tokens"),
    [
        pytest.param({"inference": {"models": {"minilm": {"tokens": 6}}}}, "minilm", 6, id="one model"),
        pytest.param({"inference": {"models": {"a": {"tokens": 6}, "b": {"tokens": 2}}}}, None, 8, id="two models"),
        pytest.param({"hardware": {"cpu": 10}, "inference": None}, None, None, id="no model"),
        pytest.param(None, None, None, id="null"),
        pytest.param([], None, None, id="another shape"),
    ],
)
def test_the_tokens_of_an_embedded_query_are_usage(usage: Any, model: str | None, tokens: int | None) -> None:
    """Summed over the models; what a search costs the hardware is none."""
    found = answer({"result": [], "usage": usage})
    expected = None if tokens is None else Usage(tokens={Bucket.INPUT_TEXT: tokens}, raw=json.dumps(usage))
    assert (found.model, found.usage) == (model, expected)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        pytest.param({"status": {"error": "Not found: Collection `docs`"}, "time": 0}, "Not found: Collection `docs`"),
        pytest.param({"error": "unauthorized"}, "unauthorized"),
    ],
    ids=["its own words", "a proxy's words"],
)
def test_a_refusal_has_its_message(said: Any, message: str) -> None:
    """Qdrant has no codes, and the message stands in the status."""
    error = answer(said, 404).error
    assert error is not None
    assert (error.code, error.message) == (None, message)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"status": "ok"}, Answered(), id="nothing told"),
        pytest.param({"result": True}, Answered(), id="another result"),
        pytest.param([], Answered(gaps=(reading.UNREADABLE,)), id="no object"),
    ],
)
def test_what_is_not_told_is_absent(said: Any, expected: Answered) -> None:
    """What cannot be read is a gap."""
    assert answer(said) == expected


@given(st.binary(), st.sampled_from([200, 404]))
def test_no_bytes_are_too_much(data: bytes, status: int) -> None:
    """Neither in a request nor in an answer."""
    DIALECT.ask(Request(method="POST", host="h", path="/collections/docs/points/query", body=data))
    DIALECT.answer(Response(status=status, body=data), Asked())
