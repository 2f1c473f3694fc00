"""Pinecone's three searches."""

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
from keeptabs.dialects.vector.pinecone import DIALECT, UNREADABLE_USAGE

HOST = "my-docs-abc1234.svc.aped-4627-b74a.pinecone.io"
RECORDS = "/records/namespaces/en/search"
DOCUMENTS = "/namespaces/en/documents/search"
INDEX = {"db.system.name": "pinecone", "db.collection.name": "my-docs", "gen_ai.data_source.id": "my-docs"}


def ask(path: str, said: Any, host: str = HOST) -> dict[str, Any]:
    """What a request says."""
    return DIALECT.ask(Request(method="POST", host=host, path=path, body=json.dumps(said).encode())).settings


def answer(said: Any, status: int = 200) -> Answered:
    """What an answer says."""
    return DIALECT.answer(Response(status=status, body=json.dumps(said).encode()), Asked())


@pytest.mark.parametrize(
    ("path", "said", "expected"),
    [
        pytest.param(
            "/query",
            {"topK": 3, "vector": [1, 2], "namespace": "en", "filter": {"a": 1}},
            {"db.operation.name": "query", "db.namespace": "en", "gen_ai.retrieval.top_k": 3, "dimensions": 2},
            id="a query",
        ),
        pytest.param(
            "/query",
            {"topK": 3, "id": "a", "namespace": ""},
            {"db.operation.name": "query", "gen_ai.retrieval.top_k": 3},
            id="by id, in the default namespace",
        ),
        pytest.param(
            "/query",
            {"topK": 3, "sparseVector": {"indices": [1], "values": [0.5]}},
            {"db.operation.name": "query", "gen_ai.retrieval.top_k": 3},
            id="a sparse vector",
        ),
        pytest.param(
            RECORDS,
            {"query": {"top_k": 4, "inputs": {"text": "secret"}}, "rerank": {"model": "m"}},
            {"db.operation.name": "search", "db.namespace": "en", "gen_ai.retrieval.top_k": 4},
            id="records by a text",
        ),
        pytest.param(
            RECORDS,
            {"query": {"top_k": 4, "vector": {"values": [1, 2, 3]}}},
            {"db.operation.name": "search", "db.namespace": "en", "gen_ai.retrieval.top_k": 4, "dimensions": 3},
            id="records by a vector",
        ),
        pytest.param(
            DOCUMENTS,
            {"top_k": 5, "score_by": [{"type": "dense_vector", "values": [1, 2], "field": "e"}]},
            {"db.operation.name": "search", "db.namespace": "en", "gen_ai.retrieval.top_k": 5, "dimensions": 2},
            id="documents by a vector",
        ),
        pytest.param(
            DOCUMENTS,
            {"top_k": 5, "score_by": [{"type": "text", "query": "secret", "fields": ["t"]}]},
            {"db.operation.name": "search", "db.namespace": "en", "gen_ai.retrieval.top_k": 5},
            id="documents by a text",
        ),
        pytest.param("/query", [], {"db.operation.name": "query"}, id="no request of theirs"),
    ],
)
def test_what_a_search_asks_for(path: str, said: Any, expected: dict[str, Any]) -> None:
    """Index, namespace, how many and the size of the vector, and nothing of what is looked for."""
    if "dimensions" in expected:
        expected = {**expected, "keeptabs.retrieval.dimensions": expected["dimensions"]}
        del expected["dimensions"]
    found = ask(path, said)
    assert found == {**INDEX, **expected}
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("host", "index"),
    [
        (HOST, "my-docs"),
        ("a-abc1234.svc.gcp-starter.pinecone.io", "a"),
        ("docs-abc1234.svc.private.aped-4627-b74a.pinecone.io", "docs"),
        ("api.pinecone.io", None),
        ("docs.svc.aped-4627-b74a.pinecone.io", None),
        ("docs-abc12345.svc.aped.pinecone.io", None),
    ],
)
def test_the_index_is_named_by_the_host(host: str, index: str | None) -> None:
    """In front of the project's id; a host without one names none."""
    assert ask("/query", {}, host).get("db.collection.name") == index


@pytest.mark.parametrize(
    ("said", "rows", "units", "tokens"),
    [
        pytest.param(
            {"matches": [{"id": "a", "values": [1]}, {"id": "b"}], "namespace": "", "usage": {"readUnits": 5}},
            2,
            {Unit.READ_UNITS: Decimal(5)},
            {},
            id="a query",
        ),
        pytest.param(
            {"matches": [], "usage": {"readUnits": 0}}, 0, {Unit.READ_UNITS: Decimal(0)}, {}, id="nothing is found"
        ),
        pytest.param(
            {"result": {"hits": [{}]}, "usage": {"read_units": 6, "embed_total_tokens": 8, "rerank_units": 1}},
            1,
            {Unit.READ_UNITS: Decimal(6), Unit.RERANK_SEARCHES: Decimal(1)},
            {Bucket.INPUT_TEXT: 8},
            id="records, embedded and reranked",
        ),
        pytest.param(
            {"matches": [{}, {}, {}], "namespace": "en", "usage": {"read_units": 3}},
            3,
            {Unit.READ_UNITS: Decimal(3)},
            {},
            id="documents",
        ),
    ],
)
def test_what_an_answer_tells(said: Any, rows: int, units: dict[Unit, Decimal], tokens: dict[Bucket, int]) -> None:
    """How many were found, and what is billed."""
    found = answer(said)
    assert found.facts == {"db.response.returned_rows": rows}
    assert found.usage == Usage(units=units, tokens=tokens, raw=json.dumps(said["usage"]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"matches": [{}]}, Answered(facts={"db.response.returned_rows": 1}), id="no usage"),
        pytest.param({"usage": None}, Answered(), id="nothing told"),
        pytest.param({"usage": []}, Answered(gaps=(UNREADABLE_USAGE,)), id="a usage of unknown shape"),
        pytest.param([], Answered(gaps=(reading.UNREADABLE,)), id="no object"),
    ],
)
def test_what_is_not_told_is_absent(said: Any, expected: Answered) -> None:
    """What cannot be read is a gap."""
    assert answer(said) == expected


def test_a_refusal_has_its_code() -> None:
    """As Pinecone words it."""
    error = answer({"error": {"code": "NOT_FOUND", "message": "no such namespace"}, "status": 404}, 404).error
    assert error is not None
    assert (error.code, error.message) == ("NOT_FOUND", "no such namespace")


@given(st.binary())
def test_no_bytes_are_too_much(data: bytes) -> None:
    """Neither in a request nor in an answer."""
    DIALECT.ask(Request(method="POST", host="h", path="/query", body=data))
    DIALECT.answer(Response(status=200, body=data), Asked())
    DIALECT.answer(Response(status=400, body=data), Asked())
